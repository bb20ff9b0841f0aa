"""What a person was told, by which ways one is reached, and what of them does not work."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.messages import QUESTIONS
from webapp.rules import notifications as rules
from webapp.rules.notifications import Channel, Channels, Kind, Login

AT_ONCE = 20
"""Notifications of a page of the list."""
LOGINS = """(
    SELECT coalesce(json_agg(json_build_object('id', id, 'kind', kind, 'contact', contact) ORDER BY verified_at, id),
                    '[]')
    FROM logins WHERE logins.person_id = people.id
)"""
ALIVE = """push_subscriptions.person_id = people.id AND sign_ins.id = push_subscriptions.sign_in_id
      AND sign_ins.revoked_at IS NULL AND NOT sign_ins.shared"""
"""Pushes go to a device as long as somebody is signed in there, and knows the device for an own one."""
PUSHES = f"EXISTS (SELECT FROM push_subscriptions, sign_ins WHERE {ALIVE})"
WAYS = """array_remove(ARRAY[CASE WHEN cabinet THEN 'cabinet' END, CASE WHEN mail THEN 'mail' END,
    CASE WHEN sms THEN 'sms' END, CASE WHEN push THEN 'push' END], NULL)"""


def chosen(kind: str) -> str:
    """The ways that the person of the row `people` chose for a kind, or null; `kind` is SQL."""
    return f"""(SELECT to_json({WAYS}) FROM notification_choices
    WHERE notification_choices.person_id = people.id AND notification_choices.kind = {kind})"""


def reach(kind: str) -> str:
    """What `Reach` is read from, of the row `people`; `kind` is SQL."""
    return f"""json_build_object('chosen', {chosen(kind)}, 'logins', {LOGINS}, 'pushes', {PUSHES})"""


class Reach(msgspec.Struct, frozen=True):
    """How somebody is told of one kind of thing."""

    chosen: list[Channel] | None
    logins: list[Login]
    pushes: bool

    def ways(self, kind: Kind) -> Channels:
        return rules.ways(kind, self.chosen, rules.has(self.logins, self.pushes))


class Subscription(msgspec.Struct, frozen=True):
    """A browser that takes pushes. `device`: as its owner knows it."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str
    device: str
    created_at: datetime


class Recipient(msgspec.Struct, frozen=True):
    portal_id: UUID
    language: str
    reach: Reach
    subscriptions: list[Subscription]


async def recipient(person_id: UUID, kind: Kind) -> Recipient | None:
    """None once the person is gone."""
    return await DB.one(RECIPIENT, person_id, kind, into=Recipient)


SUBSCRIPTIONS = f"""(
    SELECT coalesce(json_agg(json_build_object(
        'id', push_subscriptions.id, 'endpoint', endpoint, 'p256dh', p256dh, 'auth', auth, 'device', sign_ins.device,
        'created_at', push_subscriptions.created_at
    ) ORDER BY push_subscriptions.created_at, push_subscriptions.id), '[]')
    FROM push_subscriptions, sign_ins WHERE {ALIVE}
)"""
RECIPIENT = f"""
SELECT json_build_object('portal_id', portal_id, 'language', language, 'reach', {reach("$2")},
                         'subscriptions', {SUBSCRIPTIONS})
FROM people WHERE id = $1 AND gone_at IS NULL
"""


class Notification(msgspec.Struct, frozen=True):
    """As the list shows it. `words`: what its wording names, as JSON."""

    id: UUID
    kind: Kind
    notice: str
    about: UUID | None
    created_at: datetime
    is_new: bool
    words: dict[str, Any]

    @property
    def page(self) -> str:
        return rules.page_of(self.notice, self.about)

    @property
    def context(self) -> dict[str, Any]:
        """For the wording: days and sums are days and sums again."""
        found = {"happened_at": self.created_at, "account": "", "device": ""} | self.words
        for name in ("month", "due_on", "last_day"):
            if found.get(name):
                found[name] = date.fromisoformat(str(found[name])[:10])
        if found.get("starts_at"):
            found["starts_at"] = datetime.fromisoformat(str(found["starts_at"]))
        if found.get("amount") is not None:
            found["amount"] = Decimal(str(found["amount"]))
        return found


class Listing(msgspec.Struct, frozen=True):
    notifications: list[Notification]
    unread: int
    count: int

    @property
    def last(self) -> int:
        """Of the pages."""
        return max(-(-self.count // AT_ONCE), 1)


async def listing(person_id: UUID, number: int) -> Listing:
    """Newest first; page `number` from 1."""
    found = await DB.one(LISTING, person_id, AT_ONCE, (number - 1) * AT_ONCE, into=msgspec.Raw)
    return EXACT.decode(found) if found else Listing([], 0, 0)


EXACT = msgspec.json.Decoder(Listing, float_hook=Decimal)
"""Money stays what it is, to the kopeck."""
NAMED_BROADCAST = "SELECT json_build_object('title', title, 'text', text) FROM broadcasts WHERE id = $1"
NAMED = ", ".join(
    f"({question.replace('$1', 'n.about')} LIMIT 1)" for question in (NAMED_BROADCAST, *QUESTIONS)
)
LISTING = f"""
SELECT json_build_object(
    'count', (SELECT count(*) FROM notifications WHERE person_id = $1 AND listed),
    'unread', (SELECT count(*) FROM notifications WHERE person_id = $1 AND listed AND read_at IS NULL),
    'notifications', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT id, kind, notice, about, created_at, read_at IS NULL AS is_new,
               coalesce((SELECT jsonb_strip_nulls(named::jsonb)
                         FROM (SELECT coalesce({NAMED}) AS named) y
                         WHERE n.about IS NOT NULL), '{{}}') || words AS words
        FROM (SELECT * FROM notifications WHERE person_id = $1 AND listed
              ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3) n
        ORDER BY created_at DESC, id DESC) x)
)
"""


class Opened(msgspec.Struct, frozen=True):
    notice: str
    about: UUID | None


async def opened(person_id: UUID, id: UUID) -> Opened | None:
    """The person's own alone."""
    sql = """
    SELECT json_build_object('notice', notice, 'about', about) FROM notifications
    WHERE person_id = $1 AND id = $2 AND listed"""
    return await DB.one(sql, person_id, id, into=Opened)


class Choices(msgspec.Struct, frozen=True):
    """All that the page of choices shows."""

    logins: list[Login]
    chosen: dict[Kind, list[Channel]]
    subscriptions: list[Subscription]
    returned: list[str]
    """Contacts that the last message did not reach, for good."""

    @property
    def reach(self) -> Channels:
        return rules.has(self.logins, bool(self.subscriptions))


async def choices(person_id: UUID) -> Choices:
    return await DB.one(CHOICES, person_id, list(FOR_GOOD), into=Choices) or Choices([], {}, [], [])


async def returned(person_id: UUID) -> list[str]:
    """Contacts of the person that the last message did not reach, and no repetition will help."""
    sql = f"SELECT {RETURNED} FROM people WHERE id = $1"
    return await DB.one(sql, person_id, list(FOR_GOOD), into=list[str]) or []


FOR_GOOD = ("no_such_address", "refused", "no_such_number", "not_a_mobile", "opted_out")
RETURNED = """(
    SELECT coalesce(json_agg(contact ORDER BY contact), '[]') FROM logins
    WHERE logins.person_id = people.id AND (
        SELECT messages.state = 'failed' AND messages.error = ANY($2::text[]) FROM messages
        WHERE messages.contact = logins.contact AND messages.portal_id = people.portal_id
          AND messages.state <> 'sending' AND coalesce(messages.error, '') NOT IN ('too_late', 'over_budget')
        ORDER BY messages.created_at DESC LIMIT 1)
)"""
CHOICES = f"""
SELECT json_build_object(
    'logins', {LOGINS}, 'subscriptions', {SUBSCRIPTIONS}, 'returned', {RETURNED},
    'chosen', (SELECT coalesce(json_object_agg(kind, to_json({WAYS})), '{{}}')
               FROM notification_choices WHERE notification_choices.person_id = people.id)
)
FROM people WHERE id = $1
"""


class Ending(msgspec.Struct, frozen=True):
    """What the page behind «no more of these» knows."""

    person_id: UUID
    kind: Kind
    chosen: list[Channel] | None


async def ending(id: UUID, portal_id: UUID) -> Ending | None:
    return await DB.one(ENDING, id, portal_id, into=Ending)


ENDING = f"""
SELECT json_build_object('person_id', people.id, 'kind', told.kind, 'chosen', {chosen("told.kind")})
FROM (SELECT person_id, kind FROM notifications WHERE id = $1 AND portal_id = $2
      UNION ALL SELECT person_id, 'reading_reminder' FROM reminders WHERE id = $1 AND portal_id = $2 LIMIT 1) told
JOIN people ON people.id = told.person_id AND people.gone_at IS NULL
"""
"""Letters from before there were notifications name the reminder itself."""
