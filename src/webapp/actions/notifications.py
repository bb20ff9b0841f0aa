"""What a person is told in the cabinet, what was read, and what people like to be told by."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

import msgspec

from webapp.database.engine import DB
from webapp.rules import notifications as rules
from webapp.rules.notifications import CHANNELS, Channels, Kind

MOST_DEVICES = 10
"""That take pushes; an eleventh takes the place of the oldest."""


async def note(
    id: UUID,
    notice: str,
    person_id: UUID,
    *,
    subject: UUID,
    about: UUID | None,
    words: Mapping[str, str],
    now: datetime,
) -> bool:
    """Write down that the person is told, inside the transaction of what happened. False: told already."""
    told = msgspec.json.encode(words).decode()
    return await DB.do(NOTE, id, person_id, rules.kind_of(notice), notice, subject, about, told, now) == 1


LISTED = """NOT EXISTS (SELECT FROM notification_choices c
    WHERE c.person_id = {person} AND c.kind = {kind} AND NOT c.cabinet)"""
"""Whether the person wants it in the cabinet."""
NOTE = f"""
INSERT INTO notifications (id, portal_id, person_id, kind, notice, subject, about, words, listed, created_at)
SELECT $1, people.portal_id, people.id, $3::text, $4::text, $5, $6, $7::jsonb,
       {LISTED.format(person="people.id", kind="$3::text")}, $8
FROM people WHERE people.id = $2
ON CONFLICT (person_id, notice, subject) DO NOTHING
"""


async def read(person_id: UUID, id: UUID, now: datetime) -> bool:
    """False where there is none of this person's; however often it comes, the first moment stays."""
    return await DB.do(READ, person_id, id, now) == 1


READ = "UPDATE notifications SET read_at = coalesce(read_at, $3) WHERE person_id = $1 AND id = $2 AND listed"


async def read_all(person_id: UUID, now: datetime) -> None:
    await DB.do(READ_ALL, person_id, now)


READ_ALL = "UPDATE notifications SET read_at = $2 WHERE person_id = $1 AND listed AND read_at IS NULL"


async def choose(person_id: UUID, choices: Mapping[Kind, Channels], now: datetime) -> None:
    """The last word counts, however often it comes; kinds that are not named stay as they were."""
    for kind, chosen in choices.items():
        if rules.TABLE[kind].always:
            raise ValueError(f"nobody turns off {kind}")
        await DB.do(CHOOSE, uuid4(), person_id, kind, *(channel in chosen for channel in CHANNELS), now)


CHOOSE = f"""
INSERT INTO notification_choices (id, person_id, kind, {", ".join(CHANNELS)}, changed_at)
SELECT $1, people.id, $3, $4, $5, $6, $7, $8 FROM people WHERE id = $2 AND gone_at IS NULL
ON CONFLICT (person_id, kind) DO UPDATE SET {", ".join(f"{one} = excluded.{one}" for one in CHANNELS)},
    changed_at = excluded.changed_at
"""


async def end(person_id: UUID, kind: Kind, now: datetime) -> None:
    """No more of this kind, by any way: the press of a mail program means just that."""
    await choose(person_id, {kind: frozenset()}, now)


async def subscribe(
    person_id: UUID, sign_in_id: UUID, *, endpoint: str, p256dh: str, auth: str, now: datetime
) -> None:
    """A browser belongs to who signed in there last, and is there once. Its person is locked: there are ten at most."""
    async with DB.transaction():
        await DB.do("SELECT FROM people WHERE id = $1 FOR UPDATE", person_id)
        hashed = sha256(endpoint.encode()).digest()
        await DB.do(SUBSCRIBE, uuid4(), person_id, sign_in_id, endpoint, hashed, p256dh, auth, now)
        await DB.do(CROWD_OUT, person_id, MOST_DEVICES)


SUBSCRIBE = """
INSERT INTO push_subscriptions (id, person_id, sign_in_id, endpoint, endpoint_sha256, p256dh, auth, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (endpoint_sha256) DO UPDATE SET person_id = $2, sign_in_id = $3, p256dh = $6, auth = $7, created_at = $8
"""
CROWD_OUT = """
DELETE FROM push_subscriptions WHERE id IN (
    SELECT id FROM push_subscriptions WHERE person_id = $1 ORDER BY created_at DESC, id OFFSET $2)
"""


async def unsubscribe(person_id: UUID, id: UUID) -> bool:
    return await DB.do("DELETE FROM push_subscriptions WHERE person_id = $1 AND id = $2", person_id, id) == 1


async def unsubscribe_endpoint(person_id: UUID, endpoint: str) -> bool:
    """What a browser says of itself; it does not know our id."""
    sql = "DELETE FROM push_subscriptions WHERE person_id = $1 AND endpoint_sha256 = $2"
    return await DB.do(sql, person_id, sha256(endpoint.encode()).digest()) == 1


async def gone(id: UUID) -> None:
    """The browser's maker says that nobody is there any more."""
    await DB.do("DELETE FROM push_subscriptions WHERE id = $1", id)
