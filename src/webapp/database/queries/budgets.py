"""What a company lets SMS cost, and what became of all that was sent for it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.budgets import Budget
from webapp.rules.periods import day_of

AT_ONCE = 50
"""Messages of a page."""


async def budget(company_id: UUID) -> Budget:
    sql = (
        "SELECT json_build_object('monthly', monthly, 'price', price) FROM sms_budgets WHERE company_id = $1"
    )
    return await DB.one(sql, company_id, into=Budget) or Budget()


async def parts(company_id: UUID, now: datetime) -> int:
    """That have left this month."""
    sql = "SELECT to_json(parts) FROM sms_months WHERE company_id = $1 AND month = $2"
    return await DB.one(sql, company_id, day_of(now).replace(day=1), into=int) or 0


class Counted(msgspec.Struct, frozen=True):
    kind: Literal["sms", "mail", "push"]
    state: str
    count: int


class Message(msgspec.Struct, frozen=True):
    kind: Literal["sms", "mail", "push"]
    contact: str
    notice: str
    state: str
    error: str | None
    parts: int
    created_at: datetime


class Sent(msgspec.Struct, frozen=True):
    """Of one month."""

    parts: int
    counts: list[Counted]
    messages: list[Message]
    """The latest of the state that was asked for."""
    budget: Budget | None


async def sent(company_id: UUID, month: date, until: date, state: str) -> Sent:
    found = await DB.one(SENT, company_id, month, until, state, AT_ONCE, into=Sent)
    return found or Sent(0, [], [], None)


WITHIN = """company_id = $1 AND created_at >= $2::date::timestamp AT TIME ZONE 'Europe/Kyiv'
       AND created_at < $3::date::timestamp AT TIME ZONE 'Europe/Kyiv'"""
SENT = f"""
SELECT json_build_object(
    'parts', coalesce((SELECT parts FROM sms_months WHERE company_id = $1 AND month = $2), 0),
    'budget', (SELECT json_build_object('monthly', monthly, 'price', price)
               FROM sms_budgets WHERE company_id = $1),
    'counts', (SELECT coalesce(json_agg(c ORDER BY kind, state), '[]') FROM (
        SELECT kind, state, count(*) AS count FROM messages WHERE {WITHIN} GROUP BY kind, state) c),
    'messages', (SELECT coalesce(json_agg(m ORDER BY created_at DESC), '[]') FROM (
        SELECT kind, contact, notice, state, error, parts, created_at FROM messages
        WHERE {WITHIN} AND ($4 = '' OR state = $4) ORDER BY created_at DESC LIMIT $5) m)
)
"""
