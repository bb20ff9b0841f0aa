"""Doubtful values of the inspectors, as their supervisor looks at them."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.photos import Photo
from webapp.rules import readings as rules
from webapp.rules.receipts import giver

AT_ONCE = 50
WHERE = "accounts.settlement || ', ' || accounts.address"


class Listed(msgspec.Struct, frozen=True):
    id: UUID
    address: str
    value: str
    doubts: list[rules.Doubt]
    inspector: str
    taken_at: datetime
    has_photo: bool
    """One is here, or on its way."""
    review: str | None
    reviewed_by: str | None
    reviewed_at: datetime | None


class Listing(msgspec.Struct, frozen=True):
    visits: list[Listed]
    count: int

    @property
    def last(self) -> int:
        return max(1, -(-self.count // AT_ONCE))


async def doubtful(company_id: UUID | None, round_id: UUID | None, *, is_open: bool, number: int) -> Listing:
    """Those that nobody has looked at, the oldest first; or those that are decided, the latest first."""
    offset = (number - 1) * AT_ONCE
    found = await DB.one(DOUBTFUL, company_id, round_id, is_open, AT_ONCE, offset, into=Listing)
    return found or Listing([], 0)


BY = """
coalesce(nullif(judge.name, ''), judge.mail)
"""
DOUBTFUL = f"""
WITH meant AS (
    SELECT visits.*, {WHERE} AS address, coalesce(nullif(staff.name, ''), staff.mail) AS inspector
    FROM visits JOIN stops ON stops.id = visits.stop_id JOIN accounts ON accounts.id = stops.account_id
    JOIN staff ON staff.id = visits.colleague_id
    WHERE visits.company_id = $1 AND ($2::uuid IS NULL OR stops.round_id = $2) AND visits.kind = 'reading'
      AND visits.outcome = 'accepted' AND visits.doubts <> '{{}}' AND (visits.review IS NULL) = $3
), shown AS (
    SELECT *, row_number() OVER (
        ORDER BY CASE WHEN $3 THEN taken_at END, CASE WHEN NOT $3 THEN reviewed_at END DESC, id
    ) AS place FROM meant ORDER BY place LIMIT $4 OFFSET $5
)
SELECT json_build_object('count', (SELECT count(*) FROM meant), 'visits', (
    SELECT coalesce(json_agg(json_build_object(
        'id', shown.id, 'address', address, 'value', value, 'doubts', doubts, 'inspector', inspector,
        'taken_at', taken_at, 'has_photo', has_photo OR EXISTS (
            SELECT 1 FROM photos WHERE subject = 'visit' AND subject_id = shown.id),
        'review', review, 'reviewed_at', reviewed_at, 'reviewed_by', {BY}
    ) ORDER BY place), '[]') FROM shown LEFT JOIN staff judge ON judge.id = shown.reviewed_by
))
"""


class Before(msgspec.Struct, frozen=True):
    value: int
    read_on: date
    source: str
    by_token: bool

    @property
    def giver(self) -> str:
        return giver(self.source, self.by_token)


class Card(msgspec.Struct, frozen=True):
    """One value, with all that tells whether it is right. No name, no debt."""

    id: UUID
    round_id: UUID
    address: str
    serial: str
    model: str
    digits: int
    value: int
    typed: str
    read_on: date
    taken_at: datetime
    received_at: datetime
    doubts: list[rules.Doubt]
    reason: str
    words: str
    latitude: float | None
    longitude: float | None
    accuracy: float | None
    has_photo: bool
    inspector: str
    state: str
    """Of the reading: whether it counts for its month."""
    before: list[Before]
    """Three at most, the newest first."""
    beside: list[Before]
    """What others gave for the same month."""
    photos: list[Photo]
    review: str | None
    review_reason: str
    reviewed_by: str | None
    reviewed_at: datetime | None


async def card(visit_id: UUID, company_id: UUID | None) -> Card | None:
    return await DB.one(CARD, visit_id, company_id, into=Card)


CARD = f"""
SELECT json_build_object(
    'id', visits.id, 'round_id', stops.round_id, 'address', {WHERE}, 'serial', serial, 'model', model,
    'digits', digits, 'value', r.value, 'typed', visits.value, 'read_on', r.read_on, 'taken_at', visits.taken_at,
    'received_at', visits.received_at, 'doubts', visits.doubts, 'reason', visits.reason, 'words', visits.words,
    'latitude', latitude, 'longitude', longitude, 'accuracy', accuracy, 'has_photo', has_photo,
    'inspector', coalesce(nullif(staff.name, ''), staff.mail), 'state', r.state,
    'before', (SELECT coalesce(json_agg(b), '[]') FROM (
        SELECT value, read_on, source, by_token FROM readings b
        WHERE b.meter_id = r.meter_id AND b.state = 'accepted' AND b.month < r.month
        ORDER BY month DESC, number DESC LIMIT 3) b),
    'beside', (SELECT coalesce(json_agg(b), '[]') FROM (
        SELECT value, read_on, source, by_token FROM readings b
        WHERE b.meter_id = r.meter_id AND b.state IN ('accepted', 'beside') AND b.month = r.month AND b.id <> r.id
        ORDER BY number) b),
    'photos', (SELECT coalesce(json_agg(p), '[]') FROM (
        SELECT id, digest, width, height, received_at FROM photos
        WHERE subject = 'visit' AND subject_id = visits.id AND company_id = $2 ORDER BY received_at, id) p),
    'review', visits.review, 'review_reason', visits.review_reason, 'reviewed_at', visits.reviewed_at,
    'reviewed_by', {BY}
)
FROM visits JOIN stops ON stops.id = visits.stop_id JOIN accounts ON accounts.id = stops.account_id
JOIN readings r ON r.id = visits.id JOIN meters ON meters.id = visits.meter_id
JOIN staff ON staff.id = visits.colleague_id LEFT JOIN staff judge ON judge.id = visits.reviewed_by
WHERE visits.id = $1 AND visits.company_id = $2 AND visits.kind = 'reading' AND visits.outcome = 'accepted'
"""


class Judged(msgspec.Struct, frozen=True):
    """A value that is held while it is decided about."""

    id: UUID
    meter_id: UUID
    stop_id: UUID
    account_id: UUID
    review: str | None


async def hold(visit_id: UUID, company_id: UUID | None) -> Judged | None:
    """With its meter: while its reading stands or falls nobody sends another one. Ask for the review after this."""
    meter = await DB.one(HOLD_METER, visit_id, company_id, into=UUID)
    return await DB.one(JUDGED, visit_id, into=Judged) if meter else None


HOLD_METER = """
SELECT to_json(meters.id) FROM visits JOIN meters ON meters.id = visits.meter_id
WHERE visits.id = $1 AND visits.company_id = $2 AND visits.kind = 'reading' AND visits.outcome = 'accepted'
FOR UPDATE OF meters
"""
JUDGED = """
SELECT json_build_object('id', visits.id, 'meter_id', meter_id, 'stop_id', stop_id, 'account_id', stops.account_id,
                         'review', review)
FROM visits JOIN stops ON stops.id = visits.stop_id WHERE visits.id = $1
"""


class Given(msgspec.Struct, frozen=True):
    """A reading of the same month, as rules.readings compares them."""

    id: UUID
    source: str
    value: int
    read_on: date
    late: bool

    @property
    def told(self) -> rules.Given:
        return rules.Given(self.source, self.value, self.read_on, self.late)


async def others(reading_id: UUID) -> list[Given]:
    """What else was given for its month and meter, by number."""
    return await DB.one(OTHERS, reading_id, into=list[Given]) or []


OTHERS = """
SELECT json_agg(o) FROM (
    SELECT o.id, o.source, o.value, o.read_on, o.late
    FROM readings r JOIN readings o ON o.meter_id = r.meter_id AND o.month = r.month AND o.id <> r.id
    WHERE r.id = $1 AND o.state IN ('accepted', 'beside') ORDER BY o.number) o
"""
