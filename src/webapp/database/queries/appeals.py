"""What a person sees of their appeals, and what a new one can be about. Whose they are is in every WHERE."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import NAMES, AccountName
from webapp.rules.appeals import Kind, State

MOST = 100


class Place(msgspec.Struct, frozen=True):
    """An account as the routing of letters needs it."""

    id: UUID
    branch: str
    operator: UUID
    supplier: UUID | None


class Business(msgspec.Struct, frozen=True):
    """One in whose cabinet the person works, with its personal manager (B06)."""

    id: UUID
    name: str
    edrpou: str
    company_id: UUID
    contract: str
    contact_name: str
    contact_phone: str
    contact_mail: str


class Writer(msgspec.Struct, frozen=True):
    """Who writes, and from where."""

    accounts: list[AccountName]
    places: list[Place]
    businesses: list[Business]
    login: str


async def writer(person_id: UUID) -> Writer:
    return await DB.one(WRITER, person_id, into=Writer) or Writer([], [], [], "")


ALL_NAMES = f"""(
    SELECT coalesce(json_agg({NAMES} ORDER BY links.position, links.linked_at), '[]')
    FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1
)"""
WRITER = f"""
SELECT json_build_object(
    'accounts', {ALL_NAMES},
    'places', (
        SELECT coalesce(json_agg(json_build_object(
            'id', accounts.id, 'branch', accounts.branch, 'operator', accounts.company_id, 'supplier', (
                SELECT company_id FROM contracts WHERE account_id = accounts.id AND service = 'supply'
            )
        )), '[]')
        FROM links JOIN accounts ON accounts.id = links.account_id WHERE links.person_id = $1
    ),
    'businesses', (
        SELECT coalesce(json_agg(json_build_object(
            'id', b.id, 'name', b.name, 'edrpou', b.edrpou, 'company_id', b.company_id,
            'contact_name', b.contact_name, 'contact_phone', b.contact_phone, 'contact_mail', b.contact_mail,
            'contract', coalesce((SELECT min(number) FROM business_contracts WHERE business_id = b.id), '')
        ) ORDER BY b.name), '[]')
        FROM business_members AS m JOIN businesses AS b ON b.id = m.business_id WHERE m.person_id = $1
    ),
    'login', coalesce((
        SELECT contact FROM logins WHERE person_id = $1 ORDER BY verified_at, id LIMIT 1
    ), '')
)
"""


class Listed(msgspec.Struct, frozen=True):
    id: UUID
    number: str
    kind: Kind
    title: str
    state: State
    company: str
    created_at: datetime
    due_on: date
    answered_at: datetime | None


class Mine(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    appeals: list[Listed]
    """Newest first."""


async def mine(person_id: UUID) -> Mine:
    return await DB.one(MINE, person_id, MOST, into=Mine) or Mine([], [])


MINE = f"""
SELECT json_build_object('accounts', {ALL_NAMES}, 'appeals', (
    SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT appeals.id, number, kind, title, state, companies.short AS company, created_at, due_on, answered_at
        FROM appeals JOIN companies ON companies.id = appeals.company_id
        WHERE person_id = $1 ORDER BY created_at DESC, appeals.id LIMIT $2
    ) x
))
"""


class File(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    size: int

    @property
    def kilobytes(self) -> int:
        return -(-self.size // 1024)


class Line(msgspec.Struct, frozen=True):
    """A word of the thread, or what happened."""

    id: UUID
    kind: Literal["message", "answer", "question", "taken", "forwarded", "reopened", "closed"]
    text: str
    at: datetime
    colleague: str
    """Whose word of the company it is."""
    company: str
    files: list[File]


class Thread(msgspec.Struct, frozen=True):
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
    company: str
    account: str
    """Its number, where one is meant."""
    place: str
    details: dict[str, str]
    lines: list[Line]


LINES = """(
    SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT said.id, said.kind, said.text, said.at, coalesce(staff.name, '') AS colleague,
               companies.short AS company, (
            SELECT coalesce(json_agg(json_build_object('id', f.id, 'name', f.name, 'size', f.size)
                                     ORDER BY f.at, f.name), '[]')
            FROM attachments AS f WHERE f.message_id = said.id
        ) AS files
        FROM appeal_messages AS said JOIN companies ON companies.id = said.company_id
        LEFT JOIN staff ON staff.id = said.colleague_id
        WHERE said.appeal_id = a.id
        ORDER BY said.place
    ) x
)"""


class Read(msgspec.Struct, frozen=True):
    accounts: list[AccountName]
    appeal: Thread | None


async def thread(appeal_id: UUID, person_id: UUID) -> Read:
    """Somebody else's is as absent as one that does not exist."""
    return await DB.one(THREAD, person_id, appeal_id, into=Read) or Read([], None)


THREAD = f"""
SELECT json_build_object('accounts', {ALL_NAMES}, 'appeal', (
    SELECT json_build_object(
        'id', a.id, 'number', a.number, 'kind', a.kind, 'about', a.about, 'title', a.title, 'state', a.state,
        'created_at', a.created_at, 'due_on', a.due_on, 'answered_at', a.answered_at, 'rating', a.rating,
        'company', companies.name, 'account', coalesce(accounts.number, ''),
        'place', coalesce((
            SELECT CASE WHEN links.name <> '' THEN links.name WHEN links.level = 'extended' THEN accounts.address
                   ELSE accounts.settlement END
            FROM links WHERE links.account_id = a.account_id AND links.person_id = $1
        ), ''),
        'details', a.details, 'lines', {LINES}
    )
    FROM appeals AS a JOIN companies ON companies.id = a.company_id
    LEFT JOIN accounts ON accounts.id = a.account_id
    WHERE a.id = $2 AND a.person_id = $1
))
"""
