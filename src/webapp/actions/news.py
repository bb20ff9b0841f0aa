"""News and outages: published once, and taken back once."""

from datetime import datetime
from uuid import UUID

from webapp.actions import audit
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.rules.news import Draft


async def publish(id: UUID, draft: Draft, *, by: By, now: datetime) -> bool:
    """Whether it stands there as this company's; the same form sent again publishes nothing twice."""
    async with DB.transaction():
        row = (
            id, by.company_id, draft.kind, draft.branch, draft.title, draft.text, draft.starts_on, draft.ends_on, now,
            by.id,
        )  # fmt: skip
        if await DB.do(PUBLISH, *row):
            await audit.write("news_published", by, now=now, reason=draft.title)
            return True
        return bool(
            await DB.one(
                "SELECT to_json(company_id = $2) FROM news WHERE id = $1", id, by.company_id, into=bool
            )
        )


PUBLISH = """
INSERT INTO news (id, company_id, kind, branch, title, text, starts_on, ends_on, published_at, published_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING
"""


async def withdraw(id: UUID, *, by: By, now: datetime) -> bool:
    """False: the company has no such news. Of two who press at once, one has taken it back."""
    async with DB.transaction():
        title = await DB.one(WITHDRAW, id, by.company_id, now, by.id, into=str)
        if title is not None:
            await audit.write("news_withdrawn", by, now=now, reason=title)
            return True
        return bool(await DB.one(OWN, id, by.company_id, into=bool))


WITHDRAW = """
UPDATE news SET withdrawn_at = $3, withdrawn_by = $4 WHERE id = $1 AND company_id = $2 AND withdrawn_at IS NULL
RETURNING to_json(title)
"""
OWN = "SELECT to_json(true) FROM news WHERE id = $1 AND company_id = $2"
