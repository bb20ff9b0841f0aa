"""An account with its two contracts, a meter that showed 04 127 on 1 October, and two years behind it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from tests.factories.portals import APortal
from webapp.database.tables.accounts import Account, Contract, Link
from webapp.database.tables.charges import Charge, Payment
from webapp.database.tables.readings import Meter, MeterPoint, Reading
from webapp.rules import addresses
from webapp.rules.periods import month_before
from webapp.rules.usual import PROFILES

LAST_MONTH = date(2026, 9, 1)
LAST_PAYMENT = Decimal("186.40")
PAYMENT_BEFORE = Decimal("150.05")


@dataclass(frozen=True)
class AnAccount:
    id: UUID
    number: str
    meter_id: UUID
    supply_id: UUID
    company_id: UUID
    """The operator's."""


async def account(
    portal: APortal, number: str, address: str, *, profile: str = "stove_heater", balance: str = "71.68"
) -> AnAccount:
    row = Account(
        company_id=portal.operator, number=number, settlement="м. Миколаїв", address=address,
        holder="Коваленко Олена Петрівна", **placed("м. Миколаїв", address),
    )  # fmt: skip
    await row.save()
    as_of = datetime(2026, 11, 2, 19, 0, tzinfo=UTC)
    supply = Contract(
        company_id=portal.supplier, account_id=row.id, service="supply", number=number, balance=Decimal(balance),
        as_of=as_of, price=Decimal("7.96"), year_volume=280,
    )  # fmt: skip
    distribution = Contract(
        company_id=portal.operator, account_id=row.id, service="distribution", number=number,
        balance=Decimal("-4.20"), as_of=as_of, price=Decimal("2.388"), year_volume=280,
    )  # fmt: skip
    point = MeterPoint(company_id=portal.operator, account_id=row.id, eic=f"56XM{number}A", profile=profile)
    for one in (supply, distribution, point):
        await one.save()
    meter = Meter(
        company_id=portal.operator, account_id=row.id, meter_point_id=point.id, serial=f"0{number[-6:]}",
        model="Самгаз G4", installed_on=date(2020, 5, 14), verified_until=date(2028, 5, 14),
    )  # fmt: skip
    await meter.save()
    await history(supply, distribution, profile)
    await reading(meter.id, portal.operator, 4127, date(2026, 10, 1))
    return AnAccount(row.id, number, meter.id, supply.id, portal.operator)


def placed(settlement: str, address: str, branch: str = "") -> dict[str, str]:
    """The address in its parts, for the lists that one's own is chosen from."""
    street, house, flat = addresses.split(address)
    key = addresses.Place(branch, settlement, street, house, flat).key
    return {"branch": branch, "street": street, "house": house, "flat": flat, "address_key": key}


async def history(supply: Contract, distribution: Contract, profile: str, months: int = 24) -> None:
    """Charges by the profile, month by month, and the two payments that link the account."""
    month, rows = LAST_MONTH, []
    shape = PROFILES[profile]
    for _ in range(months):
        m3 = shape.annual * shape.shares[month.month - 1] // 1000
        rows.append(
            Charge(
                company_id=supply.company_id,
                contract_id=supply.id,
                month=month,
                kind="actual",
                volume=m3,
                price=Decimal("7.96"),
                amount=Decimal("7.96") * m3,
                charged_on=month.replace(day=9),
            )  # fmt: skip
        )
        month = month_before(month)
    rows.append(
        Charge(
            company_id=distribution.company_id,
            contract_id=distribution.id,
            month=LAST_MONTH,
            kind="actual",
            volume=None,
            price=Decimal("2.388"),
            amount=Decimal("55.72"),
            charged_on=date(2026, 10, 1),
        )  # fmt: skip
    )
    await Charge.insert(*rows)
    for amount, day in ((LAST_PAYMENT, date(2026, 10, 12)), (PAYMENT_BEFORE, date(2026, 9, 12))):
        await Payment(
            company_id=supply.company_id, contract_id=supply.id, amount=amount, paid_on=day,
            credited_at=datetime(day.year, day.month, day.day + 1, 9, tzinfo=UTC),
        ).save()  # fmt: skip


async def link(
    person_id: UUID, account_id: UUID, *, level: str = "extended", position: int = 0, role: str = "owner"
) -> None:
    await Link(
        person_id=person_id, account_id=account_id, level=level, position=position, role=role,
        linked_at=datetime(2026, 1, 1, tzinfo=UTC),
    ).save()  # fmt: skip


async def reading(
    meter_id: UUID, company_id: UUID, value: int, read_on: date, *, source: str = "consumer"
) -> None:
    moment = datetime(read_on.year, read_on.month, read_on.day, 9, tzinfo=UTC)
    await Reading(
        id=uuid4(), company_id=company_id, meter_id=meter_id, source=source, month=month_before(read_on),
        value=value, read_on=read_on, taken_at=moment, received_at=moment, state="accepted", digest="",
    ).save()  # fmt: skip
