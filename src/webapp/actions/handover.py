"""Accounts go from one company to another: a network or a supplier changes hands, people and meters stay.

The account stays the row that it was, so that links, meters, readings with their receipts and the statistics stay with
it. What is written down already (readings, charges, payments, bills) keeps the company that it was written for: that is
all that the old company sees from here on. The old number leads to the account for ever.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.actions import audit, messages
from webapp.actions.audit import By
from webapp.database.engine import DB

AT_ONCE = 1000
"""Accounts of one deed; a region is handed over in several, under one id, and each person is told once."""
NAMED = 3
"""Numbers that a notice names."""


class Number(msgspec.Struct, frozen=True):
    """What the contract was called, and what it is called from here on."""

    old: str
    new: str


class Moved(msgspec.Struct, frozen=True):
    count: int
    """Zero where all of them went before."""


class Unknown(msgspec.Struct, frozen=True):
    """Numbers that the old company does not have."""

    numbers: list[str]


class Taken(msgspec.Struct, frozen=True):
    """Numbers, meters or points that the new company has already: two things would have one name."""

    numbers: list[str]


class UnderWay(msgspec.Struct, frozen=True):
    """Somebody is paying on these right now, to the old company: they go when that is settled."""

    numbers: list[str]


class NotPossible(msgspec.Struct, frozen=True):
    """The companies are one, or of two kinds, or one of them is not there; or there are too many at once."""


Outcome = Moved | Unknown | Taken | UnderWay | NotPossible


class Held(msgspec.Struct, frozen=True):
    account_id: UUID
    contract_id: UUID
    old: str
    new: str
    balance: Decimal
    paying: bool


class Ready(msgspec.Struct, frozen=True):
    held: list[Held]
    text: str
    """Pairs of old and new numbers, as the statements take them."""


class Foreseen(msgspec.Struct, frozen=True):
    count: int
    balance: Decimal
    """грн, what would go along: positive = the consumers owe."""
    people: list[UUID]
    """Who would be told."""


async def move(
    id: UUID, from_company: UUID, to_company: UUID, numbers: Sequence[Number], *, by: By, now: datetime
) -> Outcome:
    """All or none. `id` is that of the act between the companies: what went under it before is left alone."""
    if not _one_deed(numbers):
        return NotPossible()
    async with DB.transaction():
        role = await DB.one(COMPANIES, from_company, to_company, into=str)
        if role is None:
            return NotPossible()
        await DB.do(OPEN, id, to_company, from_company, now)
        if not await DB.one(ACT, id, to_company, from_company, into=bool):
            return NotPossible()
        ready = await _ready(id, from_company, to_company, role, numbers)
        if not isinstance(ready, Ready):
            return ready
        accounts = [one.account_id for one in ready.held]
        await _rewrite(id, from_company, to_company, role, ready.text, accounts, now)
        await audit.write(
            "accounts_handed_over", by, now=now, company_id=to_company,
            changed={"handover": str(id), "from": str(from_company), "accounts": len(accounts)},
        )  # fmt: skip
        await _tell(id, from_company, to_company, accounts, now)
    return Moved(len(accounts))


async def foresee(
    id: UUID, from_company: UUID, to_company: UUID, numbers: Sequence[Number]
) -> Foreseen | Outcome:
    """What `move` would answer now, and what it would do; nothing is changed."""
    if not _one_deed(numbers):
        return NotPossible()
    async with DB.transaction():
        role = await DB.one(COMPANIES, from_company, to_company, into=str)
        if role is None or await DB.one(OF_OTHERS, id, to_company, from_company, into=bool):
            return NotPossible()
        ready = await _ready(id, from_company, to_company, role, numbers)
        if not isinstance(ready, Ready):
            return ready
        accounts = [one.account_id for one in ready.held]
        people = await DB.one(LINKED, accounts, into=list[UUID]) or []
    return Foreseen(len(accounts), sum((one.balance for one in ready.held), Decimal()), people)


def _one_deed(numbers: Sequence[Number]) -> bool:
    names = {one.old for one in numbers}, {one.new for one in numbers}
    return len(numbers) <= AT_ONCE and all(len(one) == len(numbers) for one in names)


async def _ready(
    id: UUID, from_company: UUID, to_company: UUID, role: str, numbers: Sequence[Number]
) -> Ready | Outcome:
    """The contracts, locked, that are still to go; or why they may not."""
    done = set(await DB.one(DONE, id, from_company, [one.old for one in numbers], into=list[str]) or [])
    left = [one for one in numbers if one.old not in done]
    if not left:
        return Moved(0)
    text = msgspec.json.encode([[one.old, one.new] for one in left]).decode()
    held = await DB.one(HOLD, from_company, text, into=list[Held]) or []
    if len(held) < len(left):
        return Unknown(sorted({one.old for one in left} - {one.old for one in held}))
    if paying := sorted(one.old for one in held if one.paying):
        return UnderWay(paying)
    accounts = [one.account_id for one in held]
    taken = await DB.one(TAKEN, to_company, [one.new for one in held], accounts, role, into=list[str])
    return Taken(taken) if taken else Ready(held, text)


async def _rewrite(
    id: UUID, from_company: UUID, to_company: UUID, role: str, text: str, accounts: list[UUID], now: datetime
) -> None:
    await DB.do(NOTE, id, from_company, to_company, text)
    await DB.do(CONTRACTS, from_company, to_company, text)
    if role == "operator":
        await DB.do(ACCOUNTS, from_company, to_company, text, id)
        for table in ("meter_points", "meters"):
            await DB.do(
                f"UPDATE {table} SET company_id = $2 WHERE account_id = ANY($3) AND company_id = $1",
                from_company, to_company, accounts,
            )  # fmt: skip
        await DB.do(STICKERS, from_company, to_company, accounts)
    else:
        await DB.do(BUSINESS, from_company, to_company, text)
    await DB.do(SUBSIDIES, from_company, to_company, accounts)
    await DB.do(COUNT, id)


async def _tell(id: UUID, from_company: UUID, to_company: UUID, accounts: list[UUID], now: datetime) -> None:
    """Everybody who sees one of them, once for the whole act."""
    for one in await DB.one(PEOPLE, from_company, to_company, accounts, into=list[Told]) or []:
        numbers = one.numbers[:NAMED] + (["…"] if len(one.numbers) > NAMED else [])
        told = {"company": one.company, "former": one.former, "account": ", ".join(numbers)}
        await messages.tell("company-changed", one.person_id, now=now, about=id, words=told)


class Told(msgspec.Struct, frozen=True):
    person_id: UUID
    company: str
    former: str
    numbers: list[str]
    """As they are called from here on."""


COMPANIES = """
SELECT to_json(new.role) FROM companies old, companies new
WHERE old.id = $1 AND new.id = $2 AND old.id <> new.id AND old.role = new.role
"""
OPEN = """
INSERT INTO handovers (id, company_id, from_company_id, moved_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING
"""
ACT = """
SELECT to_json(true) FROM handovers WHERE id = $1 AND company_id = $2 AND from_company_id = $3 FOR UPDATE
"""
OF_OTHERS = """
SELECT to_json(true) FROM handovers WHERE id = $1 AND (company_id <> $2 OR from_company_id <> $3)
"""
LINKED = "SELECT json_agg(DISTINCT person_id) FROM links WHERE account_id = ANY($1)"
DONE = """
SELECT json_agg(old_number) FROM handed_accounts
WHERE handover_id = $1 AND from_company_id = $2 AND old_number = ANY($3)
"""
HOLD = """
SELECT json_agg(x) FROM (
    SELECT contracts.account_id, contracts.id AS contract_id, contracts.number AS old, said.new, contracts.balance,
           EXISTS (
        SELECT FROM checkout_lines l WHERE l.company_id = $1 AND l.contract_id = contracts.id AND l.is_open
    ) AS paying
    FROM (SELECT value ->> 0 AS old, value ->> 1 AS new FROM json_array_elements($2::json)) said
    JOIN contracts ON contracts.company_id = $1 AND contracts.number = said.old
    ORDER BY contracts.id FOR UPDATE OF contracts
) x
"""
TAKEN = """
SELECT json_agg(DISTINCT name) FROM (
    SELECT number AS name FROM contracts WHERE company_id = $1 AND number = ANY($2)
    UNION ALL SELECT number FROM accounts WHERE company_id = $1 AND number = ANY($2) AND $4 = 'operator'
    UNION ALL SELECT theirs.serial FROM meters JOIN meters theirs ON theirs.serial = meters.serial
        WHERE meters.account_id = ANY($3) AND theirs.company_id = $1 AND $4 = 'operator'
    UNION ALL SELECT theirs.eic FROM meter_points JOIN meter_points theirs ON theirs.eic = meter_points.eic
        WHERE meter_points.account_id = ANY($3) AND theirs.company_id = $1 AND $4 = 'operator'
) x
"""
SAID = "(SELECT value ->> 0 AS old, value ->> 1 AS new FROM json_array_elements({}::json)) said"
NOTE = f"""
INSERT INTO handed_accounts (id, company_id, handover_id, account_id, contract_id, from_company_id, old_number, number,
                             balance)
SELECT gen_random_uuid(), $3, $1, contracts.account_id, contracts.id, $2, said.old, said.new, contracts.balance
FROM {SAID.format("$4")} JOIN contracts ON contracts.company_id = $2 AND contracts.number = said.old
"""
ACCOUNTS = f"""
UPDATE accounts SET company_id = $2,
       number = CASE WHEN accounts.number = said.old THEN said.new ELSE accounts.number END
FROM {SAID.format("$3")} JOIN handed_accounts h ON h.handover_id = $4 AND h.company_id = $2 AND h.old_number = said.old
WHERE accounts.id = h.account_id AND accounts.company_id = $1
"""
CONTRACTS = f"""
UPDATE contracts SET company_id = $2, number = said.new FROM {SAID.format("$3")}
WHERE contracts.company_id = $1 AND contracts.number = said.old
"""
BUSINESS = f"""
UPDATE business_contracts SET company_id = $2, number = said.new FROM {SAID.format("$3")}
WHERE business_contracts.company_id = $1 AND business_contracts.number = said.old
"""
STICKERS = """
UPDATE sending_links SET company_id = $2 FROM meters
WHERE sending_links.company_id = $1 AND sending_links.meter_id = meters.id AND meters.account_id = ANY($3)
"""
SUBSIDIES = "UPDATE subsidies SET company_id = $2 WHERE company_id = $1 AND account_id = ANY($3)"
COUNT = """
UPDATE handovers SET account_count = (SELECT count(*) FROM handed_accounts WHERE handover_id = $1) WHERE id = $1
"""
PEOPLE = """
SELECT json_agg(x) FROM (
    SELECT links.person_id, new.name AS company, old.name AS former, json_agg(accounts.number ORDER BY accounts.number)
        AS numbers
    FROM links JOIN accounts ON accounts.id = links.account_id, companies old, companies new
    WHERE old.id = $1 AND new.id = $2 AND links.account_id = ANY($3)
    GROUP BY links.person_id, new.name, old.name
) x
"""
