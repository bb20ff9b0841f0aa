"""What a kind of file is resolved to: which rows it means, what must hold, and what it writes. SQL as data.

`t` is the file, typed; `{c}` the company, `{service}` what its contracts are for, `{day}` today in Kyiv.
"""

from dataclasses import dataclass, field

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
    marks: dict[str, str] = field(default_factory=dict)
    """Columns reckoned from the row alone, before it is laid beside anything: once each, and by all processors."""
    register: str = ""
    """Rows of the company that a whole register lists: SELECT id, key."""
    places: bool = False
    """The parts of addresses and their keys are needed."""
    main: int = 0
    """Of the targets: what a row of the file is, and the report counts."""
    served: bool = False
    """Accounts are looked for among those of several operators."""


def derived(known: str, noun: str, key: str) -> str:
    """The row that is there, else one whose id anybody reckons the same way: two imports mean one row."""
    return f"coalesce({known}, md5('{{c}}:{noun}:' || {key})::uuid)"


def marked(name: str) -> str:
    """The billing system's own number of a row; where it is the id of one of ours, that one is meant."""
    return (
        f"CASE WHEN length({name}) >= 32 AND pg_input_is_valid({name}, 'uuid') THEN {name}::uuid"
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
REGISTER = "SELECT id, {key} AS key FROM {table} WHERE company_id = '{{c}}'"
