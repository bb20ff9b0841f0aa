"""Photos of meters, and what they belong to. Whose they are is part of every question."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import SHOWN_READING
from webapp.rules import photos as rules
from webapp.rules.roles import Right, granted

TABLES = {"reading": "readings", "visit": "visits"}
"""Of what a photo may belong to; each has company_id, and person_id or colleague_id."""


class Owned(msgspec.Struct, frozen=True):
    person_id: UUID | None = None
    colleague_id: UUID | None = None


class Stored(Owned, frozen=True, kw_only=True):
    subject_id: UUID
    digest: str


class Asked(msgspec.Struct, frozen=True):
    id: UUID
    subject: str
    subject_id: UUID
    person_id: UUID | None
    colleague_id: UUID | None
    digest: str

    def is_owner(self, of: Owned) -> bool:
        if self.person_id:
            return self.person_id == of.person_id
        return self.colleague_id is not None and self.colleague_id == of.colleague_id


class Found(msgspec.Struct, frozen=True):
    photo: Stored | None
    subject: Owned | None
    many: int
    """Photos that the subject has already."""


class Photo(msgspec.Struct, frozen=True):
    id: UUID
    digest: str
    width: int
    height: int
    received_at: datetime

    @property
    def name(self) -> str:
        """Of its file."""
        return rules.name_of(self.id, self.digest)


async def found(asked: Asked) -> Found:
    answer = await DB.one(
        FOUND.format(table=TABLES[asked.subject]), asked.id, asked.subject, asked.subject_id, into=Found
    )
    assert answer
    return answer


FOUND = """
SELECT json_build_object(
    'photo', (SELECT to_json(p) FROM (
        SELECT person_id, colleague_id, subject_id, digest FROM photos WHERE id = $1) p),
    'subject', (SELECT jsonb_build_object('person_id', to_jsonb(s) -> 'person_id',
                                          'colleague_id', to_jsonb(s) -> 'colleague_id')
                FROM {table} s WHERE id = $3),
    'many', (SELECT count(*) FROM photos WHERE subject_id = $3 AND subject = $2)
)
"""


async def lock(asked: Asked) -> None:
    """Ask for the photos after this, not in the same statement: that one would see them as they were before."""
    await DB.do(f"SELECT FROM {TABLES[asked.subject]} WHERE id = $1 FOR NO KEY UPDATE", asked.subject_id)


async def shown(photo_id: UUID, *, of: UUID) -> str | None:
    """The name of the file of the person's own photo, as long as they see the reading itself."""
    photo = await DB.one(SHOWN, photo_id, of, into=Photo)
    return photo.name if photo else None


FACTS = "photos.id, photos.digest, photos.width, photos.height, photos.received_at"
SHOWN = f"""
SELECT to_json(p) FROM (
    SELECT {FACTS} FROM photos JOIN readings ON readings.id = photos.subject_id
    JOIN meters ON meters.id = readings.meter_id JOIN accounts ON accounts.id = meters.account_id
    JOIN links ON links.account_id = accounts.id
    WHERE photos.id = $1 AND photos.person_id = $2 AND links.person_id = $2 AND photos.subject = 'reading'
      AND {granted(Right.READINGS)} AND {SHOWN_READING}) p
"""


async def of_reading(reading_id: UUID, *, company: UUID) -> list[Photo]:
    """For the staff of the company whose reading it is, oldest first."""
    return await DB.one(OF_SUBJECT, "reading", reading_id, company, into=list[Photo]) or []


async def of_visit(visit_id: UUID, *, company: UUID) -> list[Photo]:
    return await DB.one(OF_SUBJECT, "visit", visit_id, company, into=list[Photo]) or []


OF_SUBJECT = f"""
SELECT json_agg(to_json(p)) FROM (
    SELECT {FACTS} FROM photos
    WHERE subject = $1 AND subject_id = $2 AND company_id = $3 ORDER BY received_at, id) p
"""
