"""What the staff writes to many: drafted, confirmed once, and told in portions that anybody may be killed in."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import audit
from webapp.actions.audit import By
from webapp.actions.notifications import LISTED
from webapp.database.engine import DB
from webapp.database.queries import broadcasts as queries
from webapp.database.queries import budgets
from webapp.database.queries.broadcasts import MEANT, Broadcast
from webapp.rules import broadcasts as rules
from webapp.rules.notifications import Kind


class Confirmed(msgspec.Struct, frozen=True):
    """From now on it is sent."""


class Absent(msgspec.Struct, frozen=True):
    """The company has no such broadcast."""


class TooLate(msgspec.Struct, frozen=True):
    """Somebody has confirmed it, or called it off."""


class TooDear(msgspec.Struct, frozen=True):
    """The SMS of it would cost more than the month has left."""

    cost: Decimal
    left: Decimal


class Nobody(msgspec.Struct, frozen=True):
    """There is nobody to tell."""


Outcome = Confirmed | Absent | TooLate | TooDear | Nobody


async def draft(
    kind: Kind, title: str, text: str, *, branch: str, settlement: str, by_sms: bool, by: By, now: datetime
) -> UUID:
    id = uuid4()
    await DB.do(
        DRAFT, id, by.company_id, by.portal_id, kind, title, text, branch, settlement, by_sms, by.id, now
    )
    return id


DRAFT = """
INSERT INTO broadcasts (id, company_id, portal_id, kind, title, text, branch, settlement, by_sms, state, told,
                        created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'draft', 0, $10, $11)
"""


async def cost(of: Broadcast, name: str, now: datetime) -> tuple[queries.Audience, Decimal, Decimal]:
    """Whom it would reach, what the SMS of it would cost, and what the month has left."""
    reached, budget = await queries.audience(of), await budgets.budget(of.company_id)
    gone = budget.cost(await budgets.parts(of.company_id, now))
    return (
        reached,
        budget.cost(reached.sms * rules.parts(name, of.title)),
        max(budget.monthly - gone, Decimal(0)),
    )


async def confirm(id: UUID, *, name: str, by: By, now: datetime) -> Outcome:
    """The second step. Of two who press at once one sends it; `name` is the sender's in an SMS."""
    if by.company_id is None or (seen := await queries.one(id, by.company_id)) is None:
        return Absent()
    reached, price, left = await cost(seen.broadcast, name, now)
    if not reached.people:
        return Nobody()
    if price > left:
        return TooDear(price, left)
    async with DB.transaction():
        if not await DB.do(CONFIRM, id, by.company_id, by.id, now):
            return TooLate()
        await DB.enqueue("broadcast", id.bytes, "bulk")
        await audit.write(
            "broadcast_sent", by, now=now,
            changed={"broadcast": str(id), "title": seen.broadcast.title, "people": reached.people},
        )  # fmt: skip
    return Confirmed()


CONFIRM = """
UPDATE broadcasts SET state = 'sending', confirmed_by = $3, confirmed_at = $4
WHERE id = $1 AND company_id = $2 AND state = 'draft'
"""


async def cancel(id: UUID, *, by: By, now: datetime) -> bool:
    """What has left has left; the rest stays. False where there is nothing to call off."""
    async with DB.transaction():
        if not await DB.do(CANCEL, id, by.company_id, now):
            return False
        await audit.write("broadcast_cancelled", by, now=now, changed={"broadcast": str(id)})
    return True


CANCEL = """
UPDATE broadcasts SET state = 'cancelled', ended_at = $3
WHERE id = $1 AND company_id = $2 AND state IN ('draft', 'sending')
"""


class Portion(msgspec.Struct, frozen=True):
    last: UUID | None
    """Whom to go on after; None behind the last."""
    made: list[UUID]


async def portion(id: UUID, now: datetime) -> int:
    """The next people are told in the cabinet, and their messages put behind all that is more urgent.

    The broadcast is locked: two workers never walk together. What one was killed in has not happened.
    """
    async with DB.transaction():
        of = await DB.one(LOCKED, id, into=Broadcast)
        if of is None:
            return 0
        where = (id, of.portal_id, of.company_id, of.branch, of.settlement, of.kind)
        made = await DB.one(PORTION, *where, rules.AT_ONCE, now, into=Portion) or Portion(None, [])
        if made.made:
            await DB.enqueue_all("news", [one.bytes for one in made.made], "bulk")
        await DB.do(WALKED, id, made.last, len(made.made), now)
        if made.last:
            await DB.enqueue("broadcast", id.bytes, "bulk")
    return len(made.made)


LOCKED = "SELECT to_json(broadcasts) FROM broadcasts WHERE id = $1 AND state = 'sending' FOR UPDATE"
PORTION = f"""
WITH walked AS (
    SELECT id FROM people
    WHERE portal_id = $2 AND gone_at IS NULL
      AND id > coalesce((SELECT walked_to FROM broadcasts WHERE id = $1), '00000000-0000-0000-0000-000000000000')
    ORDER BY id LIMIT $7
), made AS (
    INSERT INTO notifications (id, portal_id, person_id, kind, notice, subject, about, words, listed, created_at)
    SELECT gen_random_uuid(), $2, people.id, $6::text, 'news', $1, $1, '{{}}',
           {LISTED.format(person="people.id", kind="$6::text")}, $8
    FROM walked AS people WHERE {MEANT.format(company="$3", branch="$4", settlement="$5")}
    ON CONFLICT (person_id, notice, subject) DO NOTHING RETURNING id
)
SELECT json_build_object(
    'last', (SELECT id FROM walked ORDER BY id DESC LIMIT 1),
    'made', (SELECT coalesce(json_agg(id), '[]') FROM made)
)
"""
WALKED = """
UPDATE broadcasts SET walked_to = coalesce($2, walked_to), told = told + $3,
       state = CASE WHEN $2::uuid IS NULL THEN 'done' ELSE state END,
       ended_at = CASE WHEN $2::uuid IS NULL THEN $4::timestamptz END
WHERE id = $1
"""
