"""Broadcasts of a company, whom they would reach, and what became of them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.notifications import ALIVE
from webapp.rules import broadcasts as rules
from webapp.rules.notifications import Kind

MOST = 100
"""Broadcasts of the list."""
State = Literal["draft", "sending", "done", "cancelled"]
MEANT = """EXISTS (
    SELECT FROM links JOIN accounts ON accounts.id = links.account_id
    WHERE links.person_id = people.id AND accounts.closed_on IS NULL
      AND ({branch} = '' OR accounts.branch = {branch}) AND ({settlement} = '' OR accounts.settlement = {settlement})
      AND (accounts.company_id = {company} OR EXISTS (
          SELECT FROM contracts WHERE contracts.account_id = accounts.id AND contracts.company_id = {company}))
)"""
"""Whether a person has an account of the company there."""


class Broadcast(msgspec.Struct, frozen=True):
    id: UUID
    company_id: UUID
    portal_id: UUID
    kind: Kind
    title: str
    text: str
    branch: str
    settlement: str
    by_sms: bool
    state: State
    told: int
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    author: str = ""
    confirmed: str = ""
    """By whom."""


class Counted(msgspec.Struct, frozen=True):
    kind: Literal["sms", "mail", "push"]
    state: str
    count: int


class Seen(msgspec.Struct, frozen=True):
    broadcast: Broadcast
    counts: list[Counted]


class Audience(msgspec.Struct, frozen=True):
    """How many would be told, and by which ways."""

    people: int = 0
    mail: int = 0
    sms: int = 0
    push: int = 0


NAMES = """(SELECT coalesce(nullif(name, ''), mail) FROM staff WHERE staff.id = broadcasts.{column})"""
ROW = f"""
SELECT broadcasts.*, coalesce({NAMES.format(column="created_by")}, '') AS author,
       coalesce({NAMES.format(column="confirmed_by")}, '') AS confirmed
FROM broadcasts
"""


async def listing(company_id: UUID) -> list[Broadcast]:
    return await DB.one(LISTING, company_id, MOST, into=list[Broadcast]) or []


LISTING = f"""
SELECT json_agg(b ORDER BY created_at DESC, id) FROM ({ROW} WHERE company_id = $1 ORDER BY created_at DESC LIMIT $2) b
"""


async def one(id: UUID, company_id: UUID) -> Seen | None:
    return await DB.one(ONE, id, company_id, into=Seen)


ONE = f"""
SELECT json_build_object('broadcast', b, 'counts', (
    SELECT coalesce(json_agg(c ORDER BY kind, state), '[]')
    FROM (SELECT kind, state, count(*) AS count FROM messages WHERE broadcast_id = b.id GROUP BY kind, state) c))
FROM ({ROW} WHERE broadcasts.id = $1 AND company_id = $2) b
"""


async def audience(of: Broadcast) -> Audience:
    mail, push, sms_without_mail = rules.defaults(of.kind)
    values = (of.portal_id, of.company_id, of.branch, of.settlement, of.kind, of.by_sms)
    return await DB.one(AUDIENCE, *values, mail, push, sms_without_mail, into=Audience) or Audience()


AUDIENCE = f"""
SELECT json_build_object(
    'people', count(*),
    'mail', count(*) FILTER (WHERE has_mail AND coalesce(c.mail, $7)),
    'sms', count(*) FILTER (WHERE $6 AND has_phone AND coalesce(c.sms, $9 AND NOT has_mail)),
    'push', count(*) FILTER (WHERE has_push AND coalesce(c.push, $8))
)
FROM people
LEFT JOIN notification_choices c ON c.person_id = people.id AND c.kind = $5
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(logins.kind = 'mail'), false) AS has_mail,
           coalesce(bool_or(logins.kind = 'phone'), false) AS has_phone
    FROM logins WHERE logins.person_id = people.id) has
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM push_subscriptions, sign_ins WHERE {ALIVE}) AS has_push) pushes
WHERE portal_id = $1 AND gone_at IS NULL AND {MEANT.format(company="$2", branch="$3", settlement="$4")}
"""


async def places(company_id: UUID) -> list[tuple[str, str]]:
    """Branches and settlements where the company has accounts, in the order of the alphabet."""
    return await DB.one(PLACES, company_id, into=list[tuple[str, str]]) or []


PLACES = """
SELECT json_agg(json_build_array(branch, settlement) ORDER BY first)
FROM (
    SELECT branch, settlement, min(address_key COLLATE "C") AS first FROM accounts
    WHERE closed_on IS NULL AND branch <> '' AND (company_id = $1 OR EXISTS (
        SELECT FROM contracts WHERE contracts.account_id = accounts.id AND contracts.company_id = $1))
    GROUP BY branch, settlement
) x
"""


class Due(msgspec.Struct, frozen=True):
    """A notification of a broadcast that is to be sent now."""

    id: UUID
    person_id: UUID
    broadcast: Broadcast


async def due(id: UUID) -> Due | None:
    """None where the broadcast was cancelled meanwhile."""
    return await DB.one(DUE, id, into=Due)


DUE = """
SELECT json_build_object('id', n.id, 'person_id', n.person_id, 'broadcast', b)
FROM notifications n JOIN broadcasts b ON b.id = n.about WHERE n.id = $1 AND b.state <> 'cancelled'
"""
