"""The desk of appeals: what waits, and one of them with what the company knows beside it."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.appeals import LINES, Line
from webapp.database.queries.desks import AT_ONCE
from webapp.rules.appeals import Kind, State


class Asked(msgspec.Struct, frozen=True):
    """The filter, as far as it says something."""

    state: str = "open"
    """`open` means all that waits: not answered, not closed."""
    kind: str = ""
    overdue: bool = False
    mine: bool = False
    words: str = ""


class Listed(msgspec.Struct, frozen=True):
    """Nobody's name stands in a list."""

    id: UUID
    number: str
    kind: Kind
    title: str
    state: State
    created_at: datetime
    due_on: date
    taken_by: str | None
    rating: int | None


class Listing(msgspec.Struct, frozen=True):
    appeals: list[Listed]
    count: int
    open: int
    """Of the whole desk, whatever the filter says."""
    overdue: int

    @property
    def last(self) -> int:
        return max(1, -(-self.count // AT_ONCE))


async def listing(
    company_id: UUID | None, asked: Asked, *, colleague_id: UUID, today: date, number: int
) -> Listing:
    """What waits by its term, the nearest first; what is answered, the newest first."""
    found = await DB.one(
        LISTING, company_id, asked.state, asked.kind, asked.overdue, asked.mine, asked.words, colleague_id, today,
        AT_ONCE, (number - 1) * AT_ONCE, into=Listing,
    )  # fmt: skip
    return found or Listing([], 0, 0, 0)


LISTING = """
WITH own AS (
    SELECT * FROM appeals WHERE company_id = $1
), meant AS (
    SELECT * FROM own
    WHERE ($2 = 'all' OR CASE WHEN $2 = 'open' THEN state IN ('open', 'asked') ELSE state = $2 END)
      AND ($3 = '' OR kind = $3)
      AND (NOT $4 OR due_on < $8 AND state IN ('open', 'asked'))
      AND (NOT $5 OR taken_by = $7)
      AND ($6 = '' OR number = upper($6) OR position(lower($6) in lower(title)) > 0)
), shown AS (
    SELECT *, row_number() OVER (
        ORDER BY state NOT IN ('open', 'asked'),
                 CASE WHEN state IN ('open', 'asked') THEN due_on END, answered_at DESC NULLS LAST, created_at, id
    ) AS place
    FROM meant ORDER BY place LIMIT $9 OFFSET $10
)
SELECT json_build_object(
    'count', (SELECT count(*) FROM meant),
    'open', (SELECT count(*) FROM own WHERE state IN ('open', 'asked')),
    'overdue', (SELECT count(*) FROM own WHERE state IN ('open', 'asked') AND due_on < $8),
    'appeals', (
        SELECT coalesce(json_agg(json_build_object(
            'id', shown.id, 'number', shown.number, 'kind', shown.kind, 'title', shown.title, 'state', shown.state,
            'created_at', shown.created_at, 'due_on', shown.due_on, 'rating', shown.rating,
            'taken_by', coalesce(nullif(staff.name, ''), staff.mail)
        ) ORDER BY place), '[]')
        FROM shown LEFT JOIN staff ON staff.id = shown.taken_by
    )
)
"""


class Writer(msgspec.Struct, frozen=True):
    name: str
    since: datetime
    logins: list[str]


class Account(msgspec.Struct, frozen=True):
    number: str
    """As this company writes it."""
    address: str
    holder: str
    level: str | None
    """How well the account is proved to be the writer's; None: they do not have it any more."""


class Business(msgspec.Struct, frozen=True):
    name: str
    edrpou: str


class Card(msgspec.Struct, frozen=True):
    id: UUID
    number: str
    kind: Kind
    about: str
    title: str
    state: State
    created_at: datetime
    due_on: date
    answered_at: datetime | None
    rating: int | None
    branch: str
    contact: str
    details: dict[str, str]
    taken_by: str | None
    taken_by_me: bool
    looked_at: datetime | None
    reason: str | None
    person: Writer | None
    account: Account | None
    business: Business | None
    lines: list[Line]

    @property
    def last_word(self) -> UUID:
        """What a reply answers: webapp.actions.appeal_desk.LAST_WORD."""
        return next(line.id for line in reversed(self.lines) if line.kind != "taken")


async def card(appeal_id: UUID, company_id: UUID | None, colleague_id: UUID, since: datetime) -> Card | None:
    """What is personal is for the handler to keep until `looked_at` is there."""
    return await DB.one(CARD, appeal_id, company_id, colleague_id, since, into=Card)


CARD = f"""
SELECT json_build_object(
    'id', a.id, 'number', a.number, 'kind', a.kind, 'about', a.about, 'title', a.title, 'state', a.state,
    'created_at', a.created_at, 'due_on', a.due_on, 'answered_at', a.answered_at, 'rating', a.rating,
    'branch', a.branch, 'contact', a.contact, 'details', a.details,
    'taken_by', coalesce(nullif(t.name, ''), t.mail), 'taken_by_me', a.taken_by IS NOT DISTINCT FROM $3,
    'looked_at', l.at, 'reason', l.reason,
    'person', (
        SELECT json_build_object('name', p.name, 'since', p.created_at, 'logins', (
            SELECT coalesce(json_agg(contact ORDER BY verified_at), '[]') FROM logins WHERE person_id = p.id
        )) FROM people p WHERE p.id = a.person_id
    ),
    'account', (
        SELECT json_build_object(
            'number', coalesce((
                SELECT number FROM contracts WHERE account_id = x.id AND company_id = a.company_id LIMIT 1
            ), x.number),
            'address', concat_ws(', ', nullif(x.settlement, ''), nullif(x.address, '')), 'holder', x.holder,
            'level', (SELECT level FROM links WHERE links.account_id = x.id AND links.person_id = a.person_id)
        ) FROM accounts x WHERE x.id = a.account_id
    ),
    'business', (SELECT json_build_object('name', b.name, 'edrpou', b.edrpou)
                 FROM businesses b WHERE b.id = a.business_id),
    'lines', {LINES}
)
FROM appeals a LEFT JOIN staff t ON t.id = a.taken_by
LEFT JOIN LATERAL (
    SELECT at, reason FROM audit
    WHERE case_id = a.id AND colleague_id = $3 AND deed = 'looked' AND at >= $4 ORDER BY at DESC LIMIT 1
) l ON true
WHERE a.id = $1 AND a.company_id = $2
"""
