"""What a link that takes a reading shows to whoever has it: no name, no money, no account."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.reminders import PLACE, SENT, SERIAL
from webapp.rules.roles import Right, granted
from webapp.rules.sending import Closed, Kind, closed

MOST_OTHERS = 10


class Last(msgspec.Struct, frozen=True):
    value: int
    read_on: date


class Sent(msgspec.Struct, frozen=True):
    """A reading that was accepted."""

    id: UUID
    number: int
    value: int
    month: date
    person_id: UUID | None


class Other(msgspec.Struct, frozen=True):
    """Another meter of the same reminder that is still waited for."""

    id: UUID
    """Of its link."""
    place: str
    serial: str


class Link(msgspec.Struct, frozen=True):
    id: UUID
    kind: Kind
    meter_id: UUID
    account_id: UUID
    person_id: UUID
    language: str
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None
    reading_id: UUID | None
    is_open: bool
    """Whether its person may still send readings of this meter."""
    serial: str
    digits: int
    place: str
    last: Last | None
    """The accepted one before this month."""
    sent: Sent | None
    """What counts for the month already."""
    used_for: Sent | None
    """What was sent by the link itself; of a sticker, what this very browser has just sent."""
    others: list[Other]

    @property
    def accepted(self) -> Sent | None:
        return self.used_for or self.sent

    def closed(self, taken: bool, now: datetime) -> Closed | None:
        """A used link is not closed: it shows what was accepted."""
        return closed(
            expires_at=None if self.used_at else self.expires_at,
            revoked_at=self.revoked_at,
            is_open=self.is_open,
            taken=taken,
            now=now,
        )


async def link(
    lookup: bytes, kind: Kind, portal_id: UUID, month: date, just: UUID | None = None
) -> Link | None:
    """`month`: for which a reading of now counts. `just`: the id of a reading that a sticker's page was told."""
    return await DB.one(LINK, lookup, kind == "sticker", portal_id, month, just, MOST_OTHERS, into=Link)


async def hold(id: UUID) -> datetime | None:
    """The link, held until the transaction ends: of two who use it at once the second finds it used."""
    sql = "SELECT to_json(used_at) FROM sending_links WHERE id = $1 FOR UPDATE"
    return await DB.one(sql, id, into=datetime)


READING = """
json_build_object('id', r.id, 'number', r.number, 'value', r.value, 'month', r.month, 'person_id', r.person_id)
"""
LINK = f"""
SELECT json_build_object(
    'id', l.id, 'kind', CASE WHEN l.month IS NULL THEN 'sticker' ELSE 'once' END, 'meter_id', l.meter_id,
    'account_id', accounts.id, 'person_id', l.person_id, 'language', people.language,
    'expires_at', l.expires_at, 'revoked_at', l.revoked_at,
    'used_at', l.used_at, 'reading_id', l.reading_id,
    'is_open', links.id IS NOT NULL AND {granted(Right.READINGS)} AND meters.removed_on IS NULL
               AND accounts.closed_on IS NULL,
    'serial', {SERIAL}, 'digits', meters.digits, 'place', {PLACE},
    'last', (
        SELECT json_build_object('value', r.value, 'read_on', r.read_on) FROM readings r
        WHERE r.meter_id = meters.id AND r.state = 'accepted' AND r.month < $4
        ORDER BY r.month DESC, r.number DESC LIMIT 1),
    'sent', (
        SELECT {READING} FROM readings r
        WHERE r.meter_id = meters.id AND r.month = $4 AND r.state = 'accepted'
          AND r.source <> 'planned'),
    'used_for', (
        SELECT {READING} FROM readings r
        WHERE r.id = CASE WHEN l.month IS NULL THEN $5 ELSE l.reading_id END AND r.meter_id = l.meter_id
          AND r.person_id = l.person_id AND r.state <> 'refused'),
    'others', (
        SELECT coalesce(json_agg(o), '[]') FROM (
            SELECT o.id, {PLACE} AS place, {SERIAL} AS serial
            FROM sending_links o JOIN meters ON meters.id = o.meter_id AND meters.removed_on IS NULL
            JOIN accounts ON accounts.id = meters.account_id AND accounts.closed_on IS NULL
            JOIN links ON links.account_id = accounts.id AND links.person_id = o.person_id
            WHERE o.person_id = l.person_id AND o.month = l.month AND o.id <> l.id AND o.used_at IS NULL
              AND {granted(Right.READINGS)} AND NOT {SENT.format(month="$4")}
            ORDER BY links.position, links.linked_at, meters.serial LIMIT $6) o
    )
)
FROM sending_links l
JOIN people ON people.id = l.person_id AND people.portal_id = $3 AND people.gone_at IS NULL
JOIN meters ON meters.id = l.meter_id JOIN accounts ON accounts.id = meters.account_id
LEFT JOIN links ON links.account_id = accounts.id AND links.person_id = l.person_id
WHERE l.lookup = $1 AND (l.month IS NULL) = $2
"""


class Sticker(msgspec.Struct, frozen=True):
    """The page of a meter's sticker, for whoever may send its readings."""

    account_id: UUID
    serial: str
    digits: int
    place: str
    live: UUID | None
    """The link of the one that hangs there."""
    printed_on: datetime | None


async def sticker(meter_id: UUID, *, of: UUID) -> Sticker | None:
    return await DB.one(STICKER, meter_id, of, into=Sticker)


STICKER = f"""
SELECT json_build_object(
    'account_id', accounts.id, 'serial', {SERIAL}, 'digits', meters.digits, 'place', {PLACE},
    'live', l.id, 'printed_on', l.created_at
)
FROM meters JOIN accounts ON accounts.id = meters.account_id AND accounts.closed_on IS NULL
JOIN links ON links.account_id = accounts.id
LEFT JOIN sending_links l ON l.company_id = meters.company_id AND l.meter_id = meters.id AND l.month IS NULL
                         AND l.revoked_at IS NULL
WHERE meters.id = $1 AND links.person_id = $2 AND meters.removed_on IS NULL AND {granted(Right.READINGS)}
"""
