"""What the staff did, for those who watch over it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from webapp.database.engine import DB

AT_ONCE = 50


class Entry(msgspec.Struct, frozen=True):
    at: datetime
    deed: str
    colleague: str | None
    """None: the command line."""
    person: str | None
    account: str | None
    case_id: UUID | None
    case: str | None
    appeal: str | None
    """The number of a letter; `case_id` is its id then."""
    reason: str
    changed: dict[str, Any]
    ip: str


class Somebody(msgspec.Struct, frozen=True):
    id: UUID
    name: str


class Page(msgspec.Struct, frozen=True):
    entries: list[Entry]
    count: int
    colleagues: list[Somebody]

    @property
    def last(self) -> int:
        return max(1, -(-self.count // AT_ONCE))


async def page(
    company_id: UUID | None, *, number: int, person: list[str], colleague: UUID | None, day: date | None
) -> Page:
    """`person`: a login, an account or a case, by any of these words. A day is one of Kyiv."""
    offset = (number - 1) * AT_ONCE
    found = await DB.one(PAGE, company_id, person, colleague, day, AT_ONCE, offset, into=Page)
    return found or Page([], 0, [])


PAGE = """
WITH meant AS (
    SELECT a.* FROM audit a
    WHERE a.company_id = $1
      AND (cardinality($2::text[]) = 0 OR a.person_id IN (SELECT person_id FROM logins WHERE contact = ANY($2))
           OR a.account_id IN (SELECT id FROM accounts WHERE number = ANY($2))
           OR a.case_id IN (SELECT id FROM cases WHERE number = ANY($2))
           OR a.case_id IN (SELECT id FROM appeals WHERE number = ANY($2)))
      AND ($3::uuid IS NULL OR a.colleague_id = $3)
      AND ($4::date IS NULL OR (a.at >= $4::date::timestamp AT TIME ZONE 'Europe/Kyiv'
           AND a.at < ($4::date + 1)::timestamp AT TIME ZONE 'Europe/Kyiv'))
), shown AS (SELECT * FROM meant ORDER BY at DESC, id DESC LIMIT $5 OFFSET $6)
SELECT json_build_object(
    'count', (SELECT count(*) FROM meant),
    'colleagues', (
        SELECT coalesce(json_agg(json_build_object('id', id, 'name', coalesce(nullif(name, ''), mail))
                                 ORDER BY name, mail), '[]')
        FROM staff WHERE company_id = $1
    ),
    'entries', (
        SELECT coalesce(json_agg(json_build_object(
            'at', shown.at, 'deed', shown.deed, 'colleague', coalesce(nullif(staff.name, ''), staff.mail),
            'person', people.name, 'account', accounts.number, 'case_id', shown.case_id, 'case', cases.number,
            'appeal', appeals.number,
            'reason', shown.reason, 'changed', shown.changed, 'ip', shown.ip
        ) ORDER BY shown.at DESC, shown.id DESC), '[]')
        FROM shown
        LEFT JOIN staff ON staff.id = shown.colleague_id
        LEFT JOIN people ON people.id = shown.person_id
        LEFT JOIN accounts ON accounts.id = shown.account_id
        LEFT JOIN cases ON cases.id = shown.case_id
        LEFT JOIN appeals ON appeals.id = shown.case_id
    )
)
"""
