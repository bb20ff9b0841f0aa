"""Files that say what happened, or is decided: readings, charges, payments, tariffs, subsidies."""

from webapp.actions.importing.plan import (
    CONTRACT,
    LATE,
    REGISTER,
    SERVED,
    UNKNOWN_ACCOUNT,
    UNKNOWN_CONTRACT,
    Plan,
    Target,
    derived,
    marked,
)
from webapp.rules.exchange.forms import Kind
from webapp.rules.exchange.wrong import Wrong

IMMUTABLE_CHARGE = (
    "(x.company_id, x.contract_id, x.month, x.kind, x.amount, x.charged_on, x.volume) IS DISTINCT FROM"
    " ('{c}'::uuid, k.id, t.month, t.kind, t.amount, t.charged_on, t.volume)"
)
IMMUTABLE_PAYMENT = (
    "(x.company_id, x.contract_id, x.kind, x.amount) IS DISTINCT FROM ('{c}'::uuid, k.id, t.kind, t.amount)"
)

ENTRIES: dict[Kind, Plan] = {
    "readings": Plan(
        "LEFT JOIN meters m ON m.company_id = '{c}' AND m.serial = t.serial"
        " LEFT JOIN readings x ON x.id = t.reading_id",
        {
            "meter_id": "m.id",
            "dial": "10 ^ m.digits",
            "other": "x.id IS NOT NULL AND x.value <> t.value",
            "company_id": "'{c}'::uuid",
            "month": "coalesce(t.month, date_trunc('month', t.read_on - 5)::date)",
            "taken_at": "(t.read_on + time '12:00') AT TIME ZONE 'Europe/Kyiv'",
            "received_at": "'{now}'::timestamptz",
            "late": "extract(day FROM t.read_on) BETWEEN 6 AND 27",
            "state": "'beside'::text",
            "digest": "''::text",
            "change": "NULL::bigint",
        },
        (
            Target(
                "readings", "x", "reading_id",
                {
                    name: name
                    for name in (
                        "company_id", "meter_id", "source", "month", "value", "read_on", "taken_at", "received_at",
                        "late", "state", "digest", "change",
                    )
                },
            ),
        ),
        (
            ("serial", Wrong.UNKNOWN_METER, "meter_id IS NULL"),
            ("value", Wrong.BEYOND_DIAL, "value >= dial"),
            ("read_on", Wrong.IN_THE_FUTURE, "read_on > '{day}'"),
            ("value", Wrong.KNOWN_OTHERWISE, "other"),
        ),
        marks={"reading_id": "md5(concat_ws(':', '{c}', 'reading', serial, read_on::text, source))::uuid"},
    ),
    "charges": Plan(
        CONTRACT + " LEFT JOIN charges x ON x.id = t.charge_id",
        {
            "contract_id": "k.id",
            "other": f"x.id IS NOT NULL AND {IMMUTABLE_CHARGE}",
            "company_id": "'{c}'::uuid",
            "price": "coalesce(t.price, 0)",
            "meter": "coalesce(t.meter, '')",
        },
        (
            Target(
                "charges", "x", "charge_id",
                {
                    name: name
                    for name in (
                        "company_id", "contract_id", "month", "kind", "volume", "price", "amount", "charged_on",
                        "meter", "read_from", "read_to", "reading_from", "reading_to",
                    )
                },
                order="contract_id, month DESC",
            ),
        ),
        (
            UNKNOWN_CONTRACT,
            ("id", Wrong.KNOWN_OTHERWISE, "other"),
            ("amount", Wrong.RELIEF_ADDS, "kind IN ('subsidy', 'benefit') AND amount > 0"),
            LATE,
        ),
        marks={"charge_id": marked("id")},
    ),
    "payments": Plan(
        CONTRACT + " LEFT JOIN payments x ON x.id = t.payment_id",
        {
            "contract_id": "k.id",
            "other": f"x.id IS NOT NULL AND {IMMUTABLE_PAYMENT}",
            "company_id": "'{c}'::uuid",
            "credited_at": "coalesce(x.credited_at, '{now}'::timestamptz)",
            "change": "NULL::bigint",
        },
        (
            Target(
                "payments", "x", "payment_id",
                {
                    "company_id": "company_id", "contract_id": "contract_id", "kind": "kind", "amount": "amount",
                    "paid_on": "paid_on", "channel": "channel", "refund_of": "refunded", "change": "change",
                },
                {"credited_at": "credited_at"},
            ),
        ),
        (
            UNKNOWN_CONTRACT,
            ("id", Wrong.KNOWN_OTHERWISE, "other"),
            ("amount", Wrong.NOT_A_NUMBER, "amount = 0"),
            ("paid_on", Wrong.IN_THE_FUTURE, "paid_on > '{day}'"),
            (
                "refund_of", Wrong.UNKNOWN_PAYMENT,
                "kind = 'refund' AND NOT EXISTS (SELECT FROM payments o WHERE o.id = r.refunded"
                " AND o.contract_id = r.contract_id AND o.kind = 'payment') AND NOT EXISTS (SELECT FROM {r} o"
                " WHERE o.payment_id = r.refunded AND o.contract_id = r.contract_id AND o.kind = 'payment')",
            ),
        ),
        marks={
            "payment_id": marked("id"),
            "refunded": f"CASE WHEN kind = 'refund' THEN {marked('refund_of')} END",
        },
    ),
    "tariffs": Plan(
        "LEFT JOIN tariffs x ON x.company_id = '{c}' AND x.service = '{service}' AND x.starts_on = t.starts_on",
        {
            "tariff_id": derived("x.id", "tariff", "t.starts_on::text"),
            "company_id": "'{c}'::uuid",
            "service": "'{service}'::text",
            "basis": "coalesce(t.basis, x.basis, '')",
        },
        (
            Target(
                "tariffs", "x", "tariff_id",
                {"company_id": "company_id", "service": "service", "starts_on": "starts_on"},
                {"price": "price", "basis": "basis"},
            ),
        ),
        register=REGISTER.format(table="tariffs", key="starts_on::text"),
    ),
    "subsidies": Plan(
        SERVED + " LEFT JOIN subsidies x ON x.company_id = '{c}' AND x.account_id = a.id AND x.kind = t.kind"
        " AND x.starts_on = t.starts_on",
        {
            "subsidy_id": derived("x.id", "subsidy", "concat_ws(':', a.id::text, t.kind, t.starts_on::text)"),
            "account_id": "a.id",
            "company_id": "'{c}'::uuid",
            "number": "coalesce(t.number, x.number, '')",
        },
        (
            Target(
                "subsidies", "x", "subsidy_id",
                {"company_id": "company_id", "account_id": "account_id", "kind": "kind", "starts_on": "starts_on"},
                {
                    name: name for name in ("ends_on", "monthly", "must_pay", "norm", "way", "decided_on", "number")
                },
            ),
        ),
        (UNKNOWN_ACCOUNT, ("ends_on", Wrong.ENDS_BEFORE, "ends_on < starts_on")),
        served=True,
    ),
}  # fmt: skip
