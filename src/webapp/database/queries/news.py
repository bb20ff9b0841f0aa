"""News and outages: for everybody by portal and branch, for the desk by company."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.news import Kind, paragraphs

AT_ONCE = 20


class News(msgspec.Struct, frozen=True):
    id: UUID
    kind: Kind
    company: str
    branch: str
    title: str
    text: str
    starts_on: date
    ends_on: date | None
    published_at: datetime
    is_mine: bool = False
    """It is about a branch where this person has an account."""
    withdrawn_at: datetime | None = None
    author: str = ""

    @property
    def paragraphs(self) -> list[list[str]]:
        return paragraphs(self.text)

    def lasts(self, today: date) -> bool:
        return self.ends_on is None or self.ends_on >= today


class Listing(msgspec.Struct, frozen=True):
    news: list[News]
    count: int

    @property
    def last(self) -> int:
        return max(1, -(-self.count // AT_ONCE))


async def published(
    portal_id: UUID, person_id: UUID | None, branch: str, today: date, number: int
) -> Listing:
    """What concerns the person's own branches first, then what is not over, then the rest; newest first."""
    offset = (number - 1) * AT_ONCE
    found = await DB.one(PUBLISHED, portal_id, person_id, branch, today, AT_ONCE, offset, into=Listing)
    return found or Listing([], 0)


ONE = """
'id', n.id, 'kind', n.kind, 'company', companies.short, 'branch', n.branch, 'title', n.title, 'text', n.text,
'starts_on', n.starts_on, 'ends_on', n.ends_on, 'published_at', n.published_at
"""
PUBLISHED = f"""
WITH mine AS (
    SELECT DISTINCT accounts.branch FROM links JOIN accounts ON accounts.id = links.account_id
    WHERE links.person_id = $2 AND accounts.branch <> ''
), meant AS (
    SELECT news.*, news.branch IN (SELECT branch FROM mine) AS is_mine FROM news
    WHERE company_id IN (SELECT company_id FROM portal_companies WHERE portal_id = $1)
      AND withdrawn_at IS NULL AND ($3 = '' OR branch IN ('', $3))
), shown AS (
    SELECT *, row_number() OVER (
        ORDER BY coalesce(ends_on >= $4, true) DESC, is_mine DESC, kind = 'outage' DESC, published_at DESC, id
    ) AS place FROM meant ORDER BY place LIMIT $5 OFFSET $6
)
SELECT json_build_object('count', (SELECT count(*) FROM meant), 'news', (
    SELECT coalesce(json_agg(json_build_object({ONE}, 'is_mine', n.is_mine) ORDER BY place), '[]')
    FROM shown n JOIN companies ON companies.id = n.company_id
))
"""


async def one(portal_id: UUID, news_id: UUID) -> News | None:
    """What was taken back is not there any more."""
    return await DB.one(PUBLISHED_ONE, portal_id, news_id, into=News)


PUBLISHED_ONE = f"""
SELECT json_build_object({ONE}) FROM news n JOIN companies ON companies.id = n.company_id
WHERE n.id = $2 AND n.withdrawn_at IS NULL
  AND n.company_id IN (SELECT company_id FROM portal_companies WHERE portal_id = $1)
"""


async def desk(company_id: UUID | None, number: int) -> Listing:
    """Of the own company, also what was taken back; newest first."""
    return await DB.one(DESK, company_id, AT_ONCE, (number - 1) * AT_ONCE, into=Listing) or Listing([], 0)


DESK = f"""
WITH shown AS (
    SELECT * FROM news WHERE company_id = $1 ORDER BY published_at DESC, id LIMIT $2 OFFSET $3
)
SELECT json_build_object('count', (SELECT count(*) FROM news WHERE company_id = $1), 'news', (
    SELECT coalesce(json_agg(json_build_object(
        {ONE}, 'withdrawn_at', n.withdrawn_at, 'author', coalesce(nullif(staff.name, ''), staff.mail, '')
    ) ORDER BY n.published_at DESC, n.id), '[]')
    FROM shown n JOIN companies ON companies.id = n.company_id LEFT JOIN staff ON staff.id = n.published_by
))
"""
