"""Keeping a photo of a meter, apart from the reading or visit it belongs to: that one never waits for it."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from webapp.actions import limiting, pictures
from webapp.database.engine import DB
from webapp.database.queries import photos as queries
from webapp.outside.files import Files
from webapp.rules import limits
from webapp.rules import photos as rules
from webapp.rules.photos import Refusal

Subject = Literal["reading", "visit"]


class Kept(msgspec.Struct, frozen=True, tag_field="outcome", tag="accepted"):
    id: UUID
    sha256: str
    """Of what was sent."""


class Refused(msgspec.Struct, frozen=True, tag_field="outcome", tag="rejected"):
    reason: Refusal


class KeyReused(msgspec.Struct, frozen=True, tag_field="outcome", tag="key_reused"):
    """The same id was used for another photo: a mistake of the sender, who keeps both."""


class NotYours(msgspec.Struct, frozen=True, tag_field="outcome", tag="owner_mismatch"):
    """The id, or what it is said to belong to, is somebody else's; which of the two is not said."""


class NotYet(msgspec.Struct, frozen=True, tag_field="outcome", tag="not_yet"):
    """What it belongs to has not arrived: come again after it."""


Outcome = Kept | Refused | KeyReused | NotYours | NotYet


async def keep(
    photo_id: UUID,
    *,
    subject: Subject,
    subject_id: UUID,
    owner_person: UUID | None = None,
    owner_colleague: UUID | None = None,
    body: bytes,
    now: datetime,
    files: Files,
) -> Outcome:
    """Keep it once: whoever repeats its id, or comes at the same moment, gets the same answer.

    One of the owners is given. The file is written before its row, so that a row never lacks its file; what
    a lost transaction leaves is written over by the repetition.
    """
    asked = queries.Asked(photo_id, subject, subject_id, owner_person, owner_colleague, rules.digest_of(body))
    stop = _stop(await queries.found(asked), asked)  # before anything is decoded for somebody it is not for
    if stop:
        return stop
    picture = await pictures.redrawn(body)
    if isinstance(picture, Refusal):
        return Refused(picture)
    name = rules.name_of(photo_id, asked.digest)
    await files.put(name, picture.jpeg)
    async with DB.transaction():
        outcome = await _store(asked, picture, now)
    if not isinstance(outcome, Kept):
        await files.remove(name)
    return outcome


async def _store(asked: queries.Asked, picture: pictures.Picture, now: datetime) -> Outcome:
    """Photos of one reading are counted one by one: it is held until the transaction ends."""
    await queries.lock(asked)
    stop = _stop(await queries.found(asked), asked)
    if stop:
        return stop
    statement = STORE.format(table=queries.TABLES[asked.subject])
    stored = await DB.do(
        statement, asked.id, asked.subject, asked.subject_id, asked.person_id, asked.colleague_id, asked.digest,
        picture.width, picture.height, len(picture.jpeg), now,
    )  # fmt: skip
    if stored == 1:
        return Kept(asked.id, asked.digest)
    return KeyReused()  # the id just went to another reading, which we have not locked


STORE = """
INSERT INTO photos (id, company_id, subject, subject_id, person_id, colleague_id, digest, width, height, size,
                    received_at)
SELECT $1, company_id, $2, id, $4, $5, $6, $7, $8, $9, $10 FROM {table} WHERE id = $3
ON CONFLICT (id) DO NOTHING
"""


def _stop(found: queries.Found, asked: queries.Asked) -> Outcome | None:
    """Why it is not looked at further; None when it is new and has its place."""
    if found.photo and not asked.is_owner(found.photo):
        return NotYours()
    if found.photo:
        same = (found.photo.digest, found.photo.subject_id) == (asked.digest, asked.subject_id)
        return Kept(asked.id, asked.digest) if same else KeyReused()
    if found.subject is None:
        return NotYet()
    if not asked.is_owner(found.subject):
        return NotYours()
    return Refused(Refusal.TOO_MANY) if found.many >= rules.MOST else None


async def wait(owner: UUID, now: datetime, limit: limits.Limit = limits.PHOTOS_PER_PERSON) -> timedelta:
    """How long the sender has to wait before one more is looked at; zero when it is now."""
    return await limiting.wait(limit, str(owner), now)


async def shown_to(person_id: UUID, photo_id: UUID, files: Files) -> bytes | None:
    """The person's own photo of a reading that they may still see."""
    name = await queries.shown(photo_id, of=person_id)
    return await files.get(name) if name else None
