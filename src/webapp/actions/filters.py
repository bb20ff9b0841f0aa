"""Filters that a colleague comes back to: a name and the address of a list."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID, uuid4

from webapp.actions.audit import By
from webapp.database.engine import DB

Desk = Literal["cases", "appeals", "consumers"]
DESKS: tuple[str, ...] = get_args(Desk)
MOST = 20
"""A colleague keeps, over all desks."""


async def save(desk: Desk, name: str, query: str, *, by: By, now: datetime) -> bool:
    """Under a name that is taken the new one stands. False: there are MOST already."""
    async with DB.transaction():
        await DB.do("SELECT FROM staff WHERE id = $1 FOR UPDATE", by.id)
        return await DB.do(SAVE, uuid4(), by.company_id, by.id, desk, name, query, now, MOST) == 1


SAVE = """
INSERT INTO saved_filters (id, company_id, colleague_id, desk, name, query, created_at)
SELECT $1::uuid, $2::uuid, $3::uuid, $4::varchar, $5::varchar, $6::varchar, $7::timestamptz
WHERE (SELECT count(*) FROM saved_filters WHERE company_id = $2 AND colleague_id = $3 AND (desk, name) <> ($4, $5)) < $8
ON CONFLICT (company_id, colleague_id, desk, name) DO UPDATE SET query = excluded.query
"""


async def remove(id: UUID, *, by: By) -> bool:
    return await DB.do(REMOVE, id, by.company_id, by.id) == 1


REMOVE = "DELETE FROM saved_filters WHERE id = $1 AND company_id = $2 AND colleague_id = $3"
