"""The desk of consumers: who is found by what was typed, and the card of an account with all that belongs to it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.folding_names import Sought, until

AT_ONCE = 50
SCOPE = """(accounts.company_id = $1 OR (
    SELECT count(*) FROM contracts c WHERE c.account_id = accounts.id AND c.company_id = $1) > 0)"""
"""The operator's accounts, or those that a supplier has a contract with. Counted: no plan reads all contracts."""
WORDS = "array_to_tsvector(search_words(holder || ' ' || settlement || ' ' || address))"


class Found(msgspec.Struct, frozen=True):
    """Nobody's whole name stands in a list."""

    id: UUID
    number: str
    settlement: str
    address: str
    initials: str
    kind: str
    closed_on: date | None


async def search(company_id: UUID | None, sought: Sought) -> list[Found]:
    """Up to AT_ONCE and one more, which says that there are more."""
    return await DB.one(
        SEARCH, company_id, sought.number or None, until(sought.number), sought.query, sought.serial or None,
        until(sought.serial), sought.eic or None, until(sought.eic), sought.contact or None, until(sought.contact),
        AT_ONCE + 1, into=list[Found],
    ) or []  # fmt: skip


def _joined(joins: str, key: str, place: int) -> str:
    """In the order of the index: whatever lies under a short beginning, the first few are read and no more."""
    return f"""
    SELECT accounts.id FROM {joins} WHERE {key} ~>=~ ${place} AND {key} ~<~ ${place + 1} AND {SCOPE}
    ORDER BY {key} USING ~<~ LIMIT $11
    """


LINKED = "JOIN links ON links.person_id = {person} JOIN accounts ON accounts.id = links.account_id"
SEARCH = f"""
WITH found AS (
    (SELECT account_id AS id FROM contracts
     WHERE company_id = $1 AND number ~>=~ $2 AND number ~<~ $3
     ORDER BY number USING ~<~ LIMIT $11)
    UNION ({_joined("accounts", "accounts.number", 2)})
    UNION (SELECT id FROM accounts WHERE {WORDS} @@ $4::text::tsquery AND {SCOPE} LIMIT $11)
    UNION ({_joined("meters JOIN accounts ON accounts.id = meters.account_id", "serial_key(meters.serial)", 5)})
    UNION ({_joined("meter_points p JOIN accounts ON accounts.id = p.account_id", "p.eic", 7)})
    UNION ({_joined("logins " + LINKED.format(person="logins.person_id"), "logins.contact", 9)})
    UNION ({_joined(f"people {LINKED.format(person='people.id')} AND people.phone <> ''", "people.phone", 9)})
)
SELECT json_agg(x ORDER BY x.number, x.id) FROM (
    SELECT a.id, coalesce((SELECT number FROM contracts WHERE account_id = a.id AND company_id = $1 LIMIT 1), a.number)
           AS number, a.settlement, a.address, a.kind, a.closed_on,
           regexp_replace(a.holder, '(\\S)\\S*\\s*', '\\1. ', 'g') AS initials
    FROM (SELECT id FROM found LIMIT $11) f JOIN accounts a ON a.id = f.id
) x
"""


class Head(msgspec.Struct, frozen=True):
    """What stands above every leaf of the card; the handler keeps it back until `looked_at` is there."""

    id: UUID
    number: str
    settlement: str
    address: str
    holder: str
    kind: str
    closed_on: date | None
    looked_at: datetime | None
    reason: str | None


HEAD = """
'id', accounts.id, 'number', coalesce((
    SELECT number FROM contracts WHERE account_id = accounts.id AND company_id = $1 LIMIT 1), accounts.number),
'settlement', settlement, 'address', address, 'holder', holder, 'kind', kind, 'closed_on', closed_on,
'looked_at', l.at, 'reason', l.reason
"""
LOOKED = """
LEFT JOIN LATERAL (
    SELECT at, reason FROM audit
    WHERE account_id = accounts.id AND colleague_id = $3 AND deed = 'looked' AND case_id IS NULL AND at >= $4
    ORDER BY at DESC LIMIT 1
) l ON true
"""


class Known(msgspec.Struct, frozen=True):
    """A contract; of another company only that it is there."""

    service: str
    number: str
    company: str
    balance: Decimal | None
    as_of: datetime


class Read(msgspec.Struct, frozen=True):
    number: int
    month: date
    value: int
    read_on: date
    source: str
    state: str
    doubts: list[str]
    by_token: bool


class Meter(msgspec.Struct, frozen=True):
    id: UUID
    serial: str
    model: str
    digits: int
    eic: str
    installed_on: date
    removed_on: date | None
    verified_until: date | None
    readings: list[Read]


class Linked(msgspec.Struct, frozen=True):
    """Somebody who has the account in the cabinet."""

    id: UUID
    name: str
    role: str
    level: str
    linked_at: datetime
    logins: list[str]
    here: bool
    """On this portal: only then what they see can be shown."""


class Card(Head, frozen=True):
    contracts: list[Known]
    meters: list[Meter]
    people: list[Linked]


Asker = tuple[UUID | None, UUID, UUID, datetime, UUID]
"""Company, account, colleague, since when a look counts, portal."""


async def card(asker: Asker) -> Card | None:
    """None: the company has no such account."""
    return await DB.one(CARD, *asker, into=Card)


PEOPLE = """
SELECT coalesce(json_agg(json_build_object(
    'id', people.id, 'name', people.name, 'role', links.role, 'level', links.level, 'linked_at', links.linked_at,
    'here', people.portal_id = $5, 'logins', (
        SELECT coalesce(json_agg(contact ORDER BY verified_at), '[]') FROM logins WHERE person_id = people.id)
) ORDER BY links.linked_at), '[]')
FROM links JOIN people ON people.id = links.person_id WHERE links.account_id = accounts.id
"""
CARD = f"""
SELECT json_build_object({HEAD},
    'contracts', (SELECT coalesce(json_agg(json_build_object(
        'service', service, 'number', contracts.number, 'company', companies.short, 'as_of', as_of,
        'balance', CASE WHEN contracts.company_id = $1 THEN balance END
    ) ORDER BY service DESC), '[]') FROM contracts JOIN companies ON companies.id = contracts.company_id
    WHERE contracts.account_id = accounts.id),
    'meters', (SELECT coalesce(json_agg(json_build_object(
        'id', meters.id, 'serial', serial, 'model', model, 'digits', digits, 'eic', meter_points.eic,
        'installed_on', installed_on, 'removed_on', removed_on, 'verified_until', verified_until,
        'readings', (SELECT coalesce(json_agg(r), '[]') FROM (
            SELECT number, month, value, read_on, source, state, doubts, by_token FROM readings
            WHERE meter_id = meters.id ORDER BY month DESC, number DESC LIMIT 6) r)
    ) ORDER BY removed_on NULLS FIRST, serial), '[]')
    FROM meters JOIN meter_points ON meter_points.id = meters.meter_point_id WHERE meters.account_id = accounts.id),
    'people', ({PEOPLE})
)
FROM accounts {LOOKED} WHERE accounts.id = $2 AND {SCOPE} AND $5::uuid IS NOT NULL
"""


class Bill(msgspec.Struct, frozen=True):
    number: str
    month: date
    due_on: date
    charged: Decimal
    closing: Decimal


class Paid(msgspec.Struct, frozen=True):
    paid_on: date
    amount: Decimal
    kind: str
    channel: str
    credited_at: datetime | None


class Ledger(msgspec.Struct, frozen=True):
    service: str
    number: str
    balance: Decimal
    as_of: datetime
    bills: list[Bill]
    payments: list[Paid]


class Money(Head, frozen=True):
    ledgers: list[Ledger]


async def money(asker: Asker) -> Money | None:
    """Of the own company alone: the other one's money is its own."""
    return await DB.one(MONEY, *asker, into=Money)


MONEY = f"""
SELECT json_build_object({HEAD}, 'ledgers', (
    SELECT coalesce(json_agg(json_build_object(
        'service', service, 'number', contracts.number, 'balance', balance, 'as_of', as_of,
        'bills', (SELECT coalesce(json_agg(b), '[]') FROM (
            SELECT number, month, due_on, charged, closing FROM bills
            WHERE bills.contract_id = contracts.id ORDER BY month DESC LIMIT 12) b),
        'payments', (SELECT coalesce(json_agg(p), '[]') FROM (
            SELECT paid_on, amount, kind, channel, credited_at FROM payments
            WHERE payments.contract_id = contracts.id ORDER BY paid_on DESC, id LIMIT 12) p)
    ) ORDER BY service DESC), '[]') FROM contracts WHERE account_id = accounts.id AND company_id = $1
))
FROM accounts {LOOKED} WHERE accounts.id = $2 AND {SCOPE} AND $5::uuid IS NOT NULL
"""


class Happened(msgspec.Struct, frozen=True):
    """A case, an appeal, an appointment or a call back: its desk has the rest."""

    id: UUID
    sort: str
    kind: str
    number: str
    state: str
    at: datetime


class Message(msgspec.Struct, frozen=True):
    kind: str
    notice: str
    contact: str
    state: str
    error: str | None
    created_at: datetime


class Talk(Head, frozen=True):
    happened: list[Happened]
    messages: list[Message]


async def talk(asker: Asker) -> Talk | None:
    return await DB.one(TALK, *asker, into=Talk)


TALK = f"""
SELECT json_build_object({HEAD},
    'happened', (SELECT coalesce(json_agg(h), '[]') FROM (
        SELECT id, 'case' AS sort, kind, number, state, created_at AS at FROM cases
        WHERE account_id = accounts.id AND company_id = $1
        UNION ALL SELECT id, 'appeal', kind, number, state, created_at FROM appeals
        WHERE account_id = accounts.id AND company_id = $1
        UNION ALL SELECT id, 'appointment', kind, number::text, state, starts_at FROM appointments
        WHERE account_id = accounts.id AND company_id = $1
        UNION ALL SELECT id, 'callback', 'callback', '', state, created_at FROM callbacks
        WHERE account_id = accounts.id AND company_id = $1
        ORDER BY at DESC LIMIT 50) h),
    'messages', (SELECT coalesce(json_agg(m), '[]') FROM (
        SELECT messages.kind, notice, messages.contact, state, error, messages.created_at
        FROM links JOIN logins ON logins.person_id = links.person_id
        JOIN messages ON messages.contact = logins.contact AND messages.portal_id = logins.portal_id
        WHERE links.account_id = accounts.id AND messages.created_at >= links.linked_at
          AND (messages.company_id = $1 OR messages.company_id IS NULL)
        ORDER BY messages.created_at DESC LIMIT 30) m)
)
FROM accounts {LOOKED} WHERE accounts.id = $2 AND {SCOPE} AND $5::uuid IS NOT NULL
"""
