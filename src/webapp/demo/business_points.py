"""Metering points of the demo's businesses: each contract has an account of the operator, with a year behind it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.demo import eic, rows
from webapp.demo.cast import Portal, id_of
from webapp.rules import addresses
from webapp.rules.bills import due_on, number_of
from webapp.rules.periods import Window, month_after, month_at, month_before

POINTS = 14
MONTHS = 13
PRICE, FEE = Decimal("15.90"), Decimal("2.388")
SHARES = (18, 16, 13, 7, 3, 2, 2, 2, 3, 8, 13, 17)
"""Of January to December: bakeries heat too."""
Rows = dict[str, list[dict[str, Any]]]


async def load(portal: Portal, contract: str, business: str, now: datetime) -> None:
    """Inside the transaction of the demo, for a contract that is new."""
    supplier = rows.company_id(portal.company("supplier"))
    operator = rows.company_id(portal.company("operator"))
    account = id_of("business account", supplier, contract)
    made: Rows = {}
    last = month_before(month_at(now, Window()))
    made["accounts"] = [{
        "id": account, "company_id": operator, "number": contract, "settlement": "м. Миколаїв",
        "address": "вул. Індустріальна, 4", "holder": business, "kind": "business",
        "street": "вул. Індустріальна", "house": "4",
        "address_key": addresses.Place("", "м. Миколаїв", "вул. Індустріальна", "4", "").key,
    }]  # fmt: skip
    supply, charged = id_of("supply", account), _points(made, account, operator, contract, last)
    _supply(made, supply, supplier, account, contract, charged, now)
    made["contracts"].append(
        _signed(id_of("delivery", account), operator, account, "distribution", f"{contract}-Р", FEE, now)
    )
    for table in (
        "accounts",
        "contracts",
        "bills",
        "charges",
        "payments",
        "meter_points",
        "meters",
        "readings",
    ):
        names = ", ".join(made[table][0])
        await DB.do(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, $1::json)"
            " ON CONFLICT DO NOTHING",
            msgspec.json.encode(made[table]).decode(),
        )


def _points(made: Rows, account: UUID, operator: UUID, contract: str, last: date) -> list[dict[str, Any]]:
    """Points, meters and readings; returns what each took, month by month."""
    made |= {"meter_points": [], "meters": [], "readings": []}
    first = 100_000 + int("".join(filter(str.isdigit, contract))[2:6]) % 80 * 1000
    charged = []
    for n in range(POINTS):
        number = f"{contract[-7:-3].replace('-', '')}{n:02}"
        point, meter, serial = (
            id_of("point", account, n),
            id_of("meter", account, n),
            f"00{71000 + n}{contract[-4]}",
        )
        made["meter_points"].append({
            "id": point, "company_id": operator, "account_id": account, "eic": eic.of_point(number),
            "profile": "heating",
        })  # fmt: skip
        made["meters"].append({
            "id": meter, "company_id": operator, "account_id": account, "meter_point_id": point, "serial": serial,
            "model": "Самгаз G10", "digits": 6, "max_hourly_litres": 16000, "installed_on": date(2020, 5, 14),
            "verified_until": date(2028, 5, 14),
        })  # fmt: skip
        value, month = 4000 + 310 * n, last
        months = [month := month_before(month) for _ in range(MONTHS - 1)][::-1] + [last]
        for month in months:
            day = month_after(month)
            used = SHARES[month.month - 1] * (9 + n)
            moment = datetime.combine(day, datetime.min.time()).isoformat() + "+02:00"
            made["readings"].append({
                "id": id_of("reading", meter, month), "company_id": operator, "meter_id": meter, "source": "consumer",
                "month": month, "value": value + used, "read_on": day, "taken_at": moment, "received_at": moment,
                "skew_seconds": 0, "late": False, "state": "accepted", "doubts": [], "digest": "", "version": 1,
                "number": first + len(made["readings"]),
            })  # fmt: skip
            charged.append({
                "month": month, "volume": used, "meter": serial, "reading_from": value, "reading_to": value + used,
                "read_from": month, "read_to": day, "source": "consumer",
            })  # fmt: skip
            value += used
    return charged


def _supply(
    made: Rows,
    id: UUID,
    supplier: UUID,
    account: UUID,
    contract: str,
    charged: list[dict[str, Any]],
    now: datetime,
) -> None:
    made |= {"bills": [], "charges": [], "payments": []}
    opening = Decimal(0)
    for month in sorted({one["month"] for one in charged}):
        bill, lines = id_of("bill", id, month), [one for one in charged if one["month"] == month]
        sums = [(one["volume"] * PRICE).quantize(Decimal("0.01")) for one in lines]
        total = sum(sums, Decimal(0))
        issued = month_after(month) + timedelta(days=7)
        made["bills"].append({
            "id": bill, "company_id": supplier, "contract_id": id, "month": month, "issued_on": issued,
            "number": number_of("supply", contract, month), "due_on": due_on("supply", month, None, 20),
            "opening": opening, "charged": total, "paid": opening, "closing": total,
        })  # fmt: skip
        made["charges"] += [
            one | {
                "id": id_of("charge", bill, one["meter"]), "company_id": supplier, "contract_id": id, "kind": "actual",
                "price": PRICE, "amount": amount, "charged_on": issued, "bill_id": bill, "coefficient": 1,
            }
            for one, amount in zip(lines, sums, strict=True)
        ]  # fmt: skip
        if opening:
            day = month.replace(day=20)
            made["payments"].append({
                "id": id_of("payment", bill), "company_id": supplier, "contract_id": id, "amount": opening,
                "paid_on": day, "credited_at": day.isoformat() + "T12:00:00+02:00", "channel": "bank",
                "kind": "payment", "bill_id": bill,
            })  # fmt: skip
        opening = total
    made["contracts"] = [
        _signed(id, supplier, account, "supply", contract, PRICE, now) | {"balance": opening}
    ]


def _signed(
    id: UUID, company: UUID, account: UUID, service: str, number: str, price: Decimal, now: datetime
) -> dict[str, Any]:
    return {
        "id": id, "company_id": company, "account_id": account, "service": service, "number": number,
        "balance": Decimal(0), "as_of": now - timedelta(hours=9), "price": price, "year_volume": 24000,
        "opening": Decimal(0),
    }  # fmt: skip
