"""Taking a reading from whoever has a link: of a reminder, or of the sticker at the meter."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec

from webapp.actions import limiting
from webapp.actions.readings import Accepted, NotYours, Outcome, Sender, Submission, decide_for
from webapp.database.engine import DB
from webapp.database.queries import readings
from webapp.database.queries import sending as queries
from webapp.database.queries.reminders import Waiting
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import codes, limits, sending
from webapp.rules.periods import Window
from webapp.rules.policy import Policy
from webapp.rules.readings import Mistake


class Used(msgspec.Struct, frozen=True):
    """The link has taken its reading before; what came now is not taken."""


class TooMany(msgspec.Struct, frozen=True):
    """Of this link, or from this network."""


async def send(
    link: queries.Link,
    read: Callable[[int], Submission | Mistake],
    *,
    policy: Policy,
    now: datetime,
    ask: bool,
    keys: ReceiptKeys,
    ip: str,
) -> Outcome | Mistake | Used | TooMany:
    """The reading is that of the person whose link it is: nobody else is known here.

    The link is held first, then the meter, so that it takes one reading; whose meter it is, is asked anew.
    """
    network = limits.address_alone(ip)
    shares = ((limits.SENDINGS_PER_ADDRESS, network), (limits.SENDINGS_PER_LINK, str(link.id)))
    if not await limiting.take_all(shares, now):
        return TooMany()
    async with DB.transaction():
        if await queries.hold(link.id):
            return Used()
        meter = await readings.lock_meter(link.meter_id, of=link.person_id)
        if meter is None:
            return NotYours()
        sent = read(meter.digits)
        if isinstance(sent, Mistake):
            return sent
        sender = Sender("consumer", person_id=link.person_id)
        outcome = await decide_for(meter, sent, sender, policy, now, ask, keys)
        if isinstance(outcome, Accepted):
            await DB.do(USE, link.id, sent.id, now)
    return outcome


USE = """
UPDATE sending_links SET reading_id = $2, used_at = CASE WHEN month IS NOT NULL THEN $3::timestamptz END
WHERE id = $1
"""


async def make_links(
    person_id: UUID, meters: Sequence[Waiting], month: date, window: Window, *, key: bytes, now: datetime
) -> dict[UUID, str]:
    """The token of each meter for this month: the second reminder has the same as the first."""
    rows = [(uuid4(), meter) for meter in meters]
    lookups = [codes.sending_lookup(key, token(key, id, "once")) for id, _ in rows]
    async with DB.transaction():
        await DB.do(
            MAKE, [id for id, _ in rows], [meter.company_id for meter in meters], [meter.id for meter in meters],
            lookups, person_id, month, now, sending.until(month, window),
        )  # fmt: skip
        found = await DB.one(MADE, person_id, month, [meter.id for meter in meters], into=dict[UUID, UUID])
    return {meter_id: token(key, id, "once") for meter_id, id in (found or {}).items()}


MAKE = """
INSERT INTO sending_links (id, company_id, meter_id, lookup, person_id, month, created_at, expires_at)
SELECT id, company_id, meter_id, lookup, $5, $6, $7, $8
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[]) AS x(id, company_id, meter_id, lookup)
ON CONFLICT (company_id, meter_id, person_id, month) DO NOTHING
"""
MADE = """
SELECT json_object_agg(meter_id, id) FROM sending_links
WHERE person_id = $1 AND month = $2 AND meter_id = ANY($3)
"""


def token(key: bytes, id: UUID, kind: sending.Kind) -> str:
    return codes.sending_of(key, id, sending.ONCE_LENGTH if kind == "once" else sending.STICKER_LENGTH)


async def print_sticker(id: UUID, meter_id: UUID, *, by: UUID, key: bytes, now: datetime) -> bool | TooMany:
    """Another sticker for the meter; the one before works no more. False for a meter that is not theirs.

    `id` is minted by the page, so a form that comes twice makes one sticker.
    """
    async with DB.transaction():
        if await queries.sticker(meter_id, of=by) is None:
            return False
        meter = await readings.lock_meter(meter_id, of=by)
        if meter is None:
            return False
        if await DB.one("SELECT to_json(meter_id) FROM sending_links WHERE id = $1", id, into=UUID):
            return True
        if not await limiting.take(limits.STICKERS_PER_PERSON, str(by), now):
            return TooMany()
        await DB.do(REVOKE, meter.company_id, meter.id, now)
        lookup = codes.sending_lookup(key, token(key, id, "sticker"))
        await DB.do(PRINT, id, meter.company_id, meter.id, by, lookup, now)
    return True


async def take_back(meter_id: UUID, *, by: UUID, now: datetime) -> bool:
    """The sticker works no more; False for a meter that is not theirs."""
    async with DB.transaction():
        meter = await readings.lock_meter(meter_id, of=by)
        if meter:
            await DB.do(REVOKE, meter.company_id, meter.id, now)
    return meter is not None


REVOKE = """
UPDATE sending_links SET revoked_at = $3
WHERE company_id = $1 AND meter_id = $2 AND month IS NULL AND revoked_at IS NULL
"""
PRINT = """
INSERT INTO sending_links (id, company_id, meter_id, person_id, lookup, created_at) VALUES ($1, $2, $3, $4, $5, $6)
"""
