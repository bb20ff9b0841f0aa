"""Files that come with a letter: looked at, made anew, stored; the row is written with the message it belongs to."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from webapp.actions import papers, pictures
from webapp.database.engine import DB
from webapp.database.queries import attachments as queries
from webapp.outside.files import Files
from webapp.rules import attachments as rules
from webapp.rules.attachments import Refusal
from webapp.rules.photos import digest_of


class Given(NamedTuple):
    """As the form brought it."""

    name: str
    body: bytes


class Ready(NamedTuple):
    id: UUID
    name: str
    media: str
    digest: str
    size: int


class Refused(NamedTuple):
    name: str
    why: Refusal


async def prepare(given: Sequence[Given], message_id: UUID, files: Files) -> list[Ready] | Refused:
    """All, or the first that is not taken. Files lie in the store before their rows do: a row never lacks its file.

    What is left where the letter itself is refused is written over when it comes again.
    """
    if len(given) > rules.MOST:
        return Refused(given[rules.MOST].name[:80], Refusal.TOO_MANY)
    ready = []
    for one in given:
        media, made = await _made_anew(one.body)
        if isinstance(made, Refusal):
            return Refused(one.name[:80], made)
        id, digest = rules.id_of(message_id, one.body), digest_of(one.body)
        await files.put(rules.file_of(id, digest), made)
        ready.append(Ready(id, rules.shown_name(one.name, media), media, digest, len(made)))
    return ready


async def _made_anew(body: bytes) -> tuple[str, bytes | Refusal]:
    if rules.is_pdf(body):
        return rules.PDF, await papers.redrawn(body)
    picture = await pictures.redrawn(body)
    if isinstance(picture, pictures.Picture):
        return rules.JPEG, picture.jpeg
    large = picture == "too_large"
    return rules.JPEG, Refusal.TOO_LARGE if large else Refusal.NOT_READABLE


async def keep(
    ready: Sequence[Ready], *, company_id: UUID, appeal_id: UUID, message_id: UUID, now: datetime
) -> None:
    """Inside the transaction of the message."""
    for one in ready:
        await DB.do(
            KEEP, one.id, company_id, appeal_id, message_id, one.name, one.media, one.digest, one.size, now
        )


KEEP = """
INSERT INTO attachments (id, company_id, appeal_id, message_id, name, media, digest, size, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING
"""


async def fetched(found: queries.Attachment | None, files: Files) -> bytes | None:
    """The file of a row that the asker may see."""
    return await files.get(rules.file_of(found.id, found.digest)) if found else None
