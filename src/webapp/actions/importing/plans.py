"""What each kind of file is resolved to: which rows it means, what must hold, and what it writes. SQL as data.

`t` is the file, typed; `{c}` the company, `{service}` what its contracts are for, `{day}` today in Kyiv.
"""

from dataclasses import dataclass, field

from webapp.rules.exchange.forms import Kind
from webapp.rules.exchange.wrong import Wrong


@dataclass(frozen=True)
class Target:
    """A table that is written: new rows, and the columns that may change. Its old row is joined as `old`."""

    table: str
    old: str
    id: str
    """The column of the resolved rows with the id of the row."""
    fixed: dict[str, str] = field(default_factory=dict)
    """Column of the table → of the resolved rows; written once."""
    columns: dict[str, str] = field(default_factory=dict)
    inserts: bool = True
    shared: bool = False
    """Several rows of the file may mean one of these."""
    when: str = "true"
    order: str = ""
    """In which they are written: indexes grow at their end instead of everywhere."""


@dataclass(frozen=True)
class Plan:
    joins: str
    made: dict[str, str]
    """Columns of the resolved rows beside those of the file; a name of the file's is replaced."""
    targets: tuple[Target, ...]
    checks: tuple[tuple[str, Wrong, str], ...] = ()
    """Column, code, and the condition that is a mistake."""
    once: tuple[str, ...] = ()
    """Further columns of which two rows may not say the same."""
    register: str = ""
    """Rows of the company that a whole register lists: SELECT id, key."""
    places: bool = False
    """The parts of addresses and their keys are needed."""
    main: int = 0
    """Of the targets: what a row of the file is, and the report counts."""
    served: bool = False
    """Accounts are looked for among those of several operators."""


def _id(known: str, noun: str, key: str) -> str:
    """The row that is there, else one whose id anybody reckons the same way: two imports mean one row."""
    return f"coalesce({known}, md5('{{c}}:{noun}:' || {key})::uuid)"


def _mark(name: str) -> str:
    """The billing system's own number of a row; where it is the id of one of ours, that one is meant."""
    return (
        f"CASE WHEN pg_input_is_valid({name}, 'uuid') THEN {name}::uuid"
        f" ELSE md5('{{c}}:{{kind}}:' || {name})::uuid END"
    )


OWN_ACCOUNT = "LEFT JOIN accounts a ON a.company_id = '{c}' AND a.number = t.account"
SERVED = """
LEFT JOIN (accounts a JOIN companies o ON o.id = a.company_id AND o.id IN (
    SELECT '{c}'::uuid UNION SELECT other.company_id FROM portal_companies mine
    JOIN portal_companies other USING (portal_id) WHERE mine.company_id = '{c}'
)) ON a.number = t.account
"""
"""Of the operators beside whom the company stands on a portal: a supplier's contracts hang on their accounts."""
UNKNOWN_ACCOUNT = ("account", Wrong.UNKNOWN_ACCOUNT, "account_id IS NULL")
CONTRACT = "LEFT JOIN contracts k ON k.company_id = '{c}' AND k.number = t.contract"
UNKNOWN_CONTRACT = ("contract", Wrong.UNKNOWN_CONTRACT, "contract_id IS NULL")
LATE = ("charged_on", Wrong.IN_THE_FUTURE, "charged_on > '{day}'")
PLACE = {
    "branch": "coalesce({branch}, '')",
    "settlement": "t.settlement",
    "street": "coalesce({street}, '')",
    "house": "t.house",
    "flat": "coalesce({flat}, '')",
    "address": "concat_ws(', ', nullif({street}, ''), t.house, 'кв. ' || nullif({flat}, ''))",
    "address_key": "left(concat(" + ", ".join(f"p{n}.key, E'\\t'" for n in range(5)) + "), 400)",
}
"""What the file does not have, stays: `{street}` is the file's or the known one."""
PLACES = "".join(
    f" LEFT JOIN {{parts}} p{n} ON p{n}.part = {of}"
    for n, of in enumerate(
        (
            "coalesce({branch}, '')",
            "t.settlement",
            "coalesce({street}, '')",
            "t.house",
            "coalesce({flat}, '')",
        )
    )
)
WHERE_IT_IS = {
    name: name for name in ("settlement", "address", "branch", "street", "house", "flat", "address_key")
}
OF_CONTRACT = {
    "company_id": "company_id", "account_id": "account_id", "service": "service", "opening": "opening",
    "balance": "opening", "as_of": "as_of",
}  # fmt: skip
IMMUTABLE_CHARGE = (
    "(x.company_id, x.contract_id, x.month, x.kind, x.amount, x.charged_on, x.volume) IS DISTINCT FROM"
    " ('{c}'::uuid, k.id, t.month, t.kind, t.amount, t.charged_on, t.volume)"
)
IMMUTABLE_PAYMENT = (
    "(x.company_id, x.contract_id, x.kind, x.amount) IS DISTINCT FROM ('{c}'::uuid, k.id, t.kind, t.amount)"
)
REGISTER = "SELECT id, {key} AS key FROM {table} WHERE company_id = '{{c}}'"

PLANS: dict[Kind, Plan] = {
    "accounts": Plan(
        "LEFT JOIN accounts a ON a.company_id = '{c}' AND a.number = t.number"
        " LEFT JOIN contracts k ON k.account_id = a.id AND k.service = '{service}'"
        " LEFT JOIN meter_points p ON p.company_id = '{c}' AND p.eic = t.eic" + PLACES,
        PLACE
        | {
            "account_id": _id("a.id", "account", "t.number"),
            "account": "t.number",
            "contract": "coalesce(t.contract, k.number, t.number)",
            "contract_id": _id("k.id", "contract", "coalesce(t.contract, t.number)"),
            "point_id": f"CASE WHEN t.eic IS NOT NULL THEN {_id('p.id', 'point', 't.eic')} END",
            "point_of": "p.account_id",
            "service": "'{service}'::text",
            "company_id": "'{c}'::uuid",
            "as_of": "'{now}'::timestamptz",
            "price": "coalesce(t.price, k.price, 0)",
            "year_volume": "coalesce(t.year_volume, k.year_volume, 0)",
            "opening": "coalesce(t.opening, 0)",
        },
        (
            Target(
                "accounts", "a", "account_id", {"company_id": "company_id", "number": "number"},
                WHERE_IT_IS | {"holder": "holder", "kind": "kind", "closed_on": "closed_on"},
            ),
            Target(
                "contracts", "k", "contract_id", OF_CONTRACT,
                {"number": "contract", "price": "price", "year_volume": "year_volume"},
            ),
            Target(
                "meter_points", "p", "point_id",
                {"company_id": "company_id", "account_id": "account_id", "eic": "eic"}, {"profile": "profile"},
                when="point_id IS NOT NULL",
            ),
        ),
        (
            ("eic", Wrong.TAKEN, "point_of <> account_id"),
            (
                "contract", Wrong.TAKEN,
                "EXISTS (SELECT FROM contracts o WHERE o.company_id = '{c}' AND o.number = r.contract"
                " AND o.id <> r.contract_id)",
            ),
        ),
        once=("contract", "eic"),
        register=REGISTER.format(table="accounts", key="number"),
        places=True,
    ),
    "holders": Plan(
        OWN_ACCOUNT,
        {"account_id": "a.id", "held_since": "coalesce(t.held_since, a.held_since)"},
        (
            Target(
                "accounts", "a", "account_id", {}, {"holder": "holder", "held_since": "held_since"}, inserts=False
            ),
        ),
        (UNKNOWN_ACCOUNT, ("held_since", Wrong.IN_THE_FUTURE, "held_since > '{day}'")),
    ),
    "addresses": Plan(
        OWN_ACCOUNT + PLACES,
        PLACE | {"account_id": "a.id"},
        (Target("accounts", "a", "account_id", {}, WHERE_IT_IS, inserts=False),),
        (UNKNOWN_ACCOUNT,),
        places=True,
    ),
    "contracts": Plan(
        SERVED.rstrip() + " AND (t.operator IS NULL OR t.operator IN (o.edrpou, o.name, o.short))"
        " AND o.role = 'operator' LEFT JOIN contracts k ON k.company_id = '{c}' AND k.number = t.number",
        {
            "account_id": "a.id",
            "contract_id": _id("k.id", "contract", "t.number"),
            "contract_of": "k.account_id",
            "service": "'{service}'::text",
            "company_id": "'{c}'::uuid",
            "as_of": "'{now}'::timestamptz",
            "year_volume": "coalesce(t.year_volume, k.year_volume, 0)",
            "opening": "coalesce(t.opening, 0)",
        },
        (
            Target(
                "contracts", "k", "contract_id", OF_CONTRACT | {"number": "number"},
                {"price": "price", "year_volume": "year_volume"},
            ),
        ),
        (
            UNKNOWN_ACCOUNT,
            ("number", Wrong.TAKEN, "contract_of <> account_id"),
            (
                "account", Wrong.TAKEN,
                "EXISTS (SELECT FROM contracts o WHERE o.account_id = r.account_id AND o.service = '{service}'"
                " AND o.id <> r.contract_id)",
            ),
        ),
        once=("account_id",),
        served=True,
        register=REGISTER.format(table="contracts", key="number"),
    ),
    "meters": Plan(
        OWN_ACCOUNT + " LEFT JOIN meter_points p ON p.company_id = '{c}' AND p.eic = t.eic"
        " LEFT JOIN meters m ON m.company_id = '{c}' AND m.serial = t.serial",
        {
            "account_id": "a.id",
            "point_id": _id("p.id", "point", "t.eic"),
            "point_of": "p.account_id",
            "meter_id": _id("m.id", "meter", "t.serial"),
            "meter_of": "m.account_id",
            "company_id": "'{c}'::uuid",
            "digits": "t.digits::smallint",
            "max_hourly_litres": "coalesce(t.max_hourly_litres, m.max_hourly_litres, 6000)",
        },
        (
            Target(
                "meter_points", "p", "point_id",
                {"company_id": "company_id", "account_id": "account_id", "eic": "eic"}, shared=True,
            ),
            Target(
                "meters", "m", "meter_id",
                {
                    "company_id": "company_id", "account_id": "account_id", "meter_point_id": "point_id",
                    "serial": "serial",
                },
                {
                    name: name
                    for name in (
                        "model", "digits", "max_hourly_litres", "installed_on", "removed_on", "verified_until"
                    )
                },
            ),
        ),
        (
            UNKNOWN_ACCOUNT,
            ("eic", Wrong.TAKEN, "point_of <> account_id"),
            ("serial", Wrong.TAKEN, "meter_of <> account_id"),
            ("removed_on", Wrong.ENDS_BEFORE, "removed_on < installed_on"),
        ),
        register=REGISTER.format(table="meters", key="serial"),
        main=1,
    ),
    "readings": Plan(
        "LEFT JOIN meters m ON m.company_id = '{c}' AND m.serial = t.serial LEFT JOIN readings x ON"
        " x.id = md5(concat_ws(':', '{c}', 'reading', t.serial, t.read_on::text, t.source))::uuid",
        {
            "reading_id": "md5(concat_ws(':', '{c}', 'reading', t.serial, t.read_on::text, t.source))::uuid",
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
    ),
    "charges": Plan(
        CONTRACT + f" LEFT JOIN charges x ON x.id = {_mark('t.id')}",
        {
            "charge_id": _mark("t.id"),
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
                order="contract_id, month",
            ),
        ),
        (
            UNKNOWN_CONTRACT,
            ("id", Wrong.KNOWN_OTHERWISE, "other"),
            ("amount", Wrong.RELIEF_ADDS, "kind IN ('subsidy', 'benefit') AND amount > 0"),
            LATE,
        ),
    ),
    "payments": Plan(
        CONTRACT + f" LEFT JOIN payments x ON x.id = {_mark('t.id')}",
        {
            "payment_id": _mark("t.id"),
            "contract_id": "k.id",
            "other": f"x.id IS NOT NULL AND {IMMUTABLE_PAYMENT}",
            "company_id": "'{c}'::uuid",
            "refunded": f"CASE WHEN t.kind = 'refund' THEN {_mark('t.refund_of')} END",
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
    ),
    "tariffs": Plan(
        "LEFT JOIN tariffs x ON x.company_id = '{c}' AND x.service = '{service}' AND x.starts_on = t.starts_on",
        {
            "tariff_id": _id("x.id", "tariff", "t.starts_on::text"),
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
            "subsidy_id": _id("x.id", "subsidy", "concat_ws(':', a.id::text, t.kind, t.starts_on::text)"),
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
