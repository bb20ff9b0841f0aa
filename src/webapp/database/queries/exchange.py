"""Files that came and went: what the desk shows of them. Whose they are stands in each WHERE."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.exchange.forms import FRESHENS, Going

AT_ONCE = 20
SHOWN_MISTAKES = 50
ROWS_AT_ONCE = 2000
"""Of a question: what lies in memory does not grow with the export."""


class Import(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    state: str
    source: str
    name: str
    rows: int
    wrong: int
    trouble: str
    created_at: datetime
    author: str
    applied_at: datetime | None = None
    undone_at: datetime | None = None
    undoable: bool = False

    @property
    def is_moving(self) -> bool:
        """The worker has it: the page asks for itself again."""
        return self.state in ("staged", "wanted", "unwanted")


class Sample(msgspec.Struct, frozen=True):
    line: int
    key: str
    differs: list[tuple[str, str | None, str | None]] = []


class Report(msgspec.Struct, frozen=True):
    new: int = 0
    changed: int = 0
    same: int = 0
    missing: int | None = None
    """Known and not in the file; None where a file is no register."""
    total: Decimal | None = None
    """Of what is new, грн."""
    new_rows: list[Sample] = []
    changed_rows: list[Sample] = []
    same_rows: list[Sample] = []
    missing_rows: list[str] = []


class Mistake(msgspec.Struct, frozen=True):
    line: int
    named: str
    code: str
    value: str


class Seen(msgspec.Struct, frozen=True):
    batch: Import
    report: Report
    mistakes: list[Mistake]


class Desk(msgspec.Struct, frozen=True):
    imports: list[Import]
    count: int
    fresh: dict[str, datetime]
    """Kind → when it was last applied."""


ONE = """
json_build_object(
    'id', b.id, 'kind', kind, 'state', state, 'source', source, 'name', b.name, 'rows', rows, 'wrong', wrong,
    'trouble', trouble, 'created_at', b.created_at, 'author', coalesce(staff.name, ''), 'applied_at', applied_at,
    'undone_at', undone_at,
    'undoable', state = 'applied' AND transaction IS NOT NULL
)
"""
FROM = "FROM import_batches b LEFT JOIN staff ON staff.id = b.created_by WHERE b.company_id = $1"


async def desk(company_id: UUID, number: int, source: str | None = None) -> Desk:
    """`source`: only what came that way."""
    found = await DB.one(DESK, company_id, (number - 1) * AT_ONCE, source, into=Desk)
    return found or Desk([], 0, {})


CAME = "(b.source = $3 OR $3::text IS NULL)"
DESK = f"""
SELECT json_build_object(
    'imports', (SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT {ONE} AS x {FROM} AND {CAME} ORDER BY b.created_at DESC, b.id LIMIT {AT_ONCE} OFFSET $2) l),
    'count', (SELECT count(*) FROM import_batches b WHERE company_id = $1 AND {CAME}),
    'fresh', (SELECT coalesce(json_object_agg(kind, at), '{{}}') FROM (
        SELECT kind, max(applied_at) AS at FROM import_batches
        WHERE company_id = $1 AND state = 'applied' AND kind IN {FRESHENS!r} GROUP BY 1) f)
)
"""


async def one(id: UUID, company_id: UUID) -> Seen | None:
    return await DB.one(SEEN, company_id, id, into=Seen)


SEEN = f"""
SELECT json_build_object(
    'batch', {ONE}, 'report', report,
    'mistakes', (SELECT coalesce(json_agg(m ORDER BY line, named), '[]') FROM (
        SELECT line, named, code, value FROM import_mistakes WHERE batch_id = b.id ORDER BY line, named
        LIMIT {SHOWN_MISTAKES}) m)
)
{FROM} AND b.id = $2
"""


async def mistakes(id: UUID, company_id: UUID) -> list[Mistake] | None:
    """All that are kept; None: the company has no such file."""
    return await DB.one(MISTAKES, company_id, id, into=list[Mistake])


MISTAKES = """
SELECT coalesce((SELECT json_agg(m ORDER BY line, named) FROM (
    SELECT line, named, code, value FROM import_mistakes WHERE batch_id = b.id) m), '[]')
FROM import_batches b WHERE company_id = $1 AND id = $2
"""


# ---- what goes out


class Upto(msgspec.Struct, frozen=True):
    upto: int
    last: int
    """Where the last file of this kind ended; -1: there was none. Programs keep their own place."""


async def watermark(company_id: UUID, kind: Going) -> Upto:
    """Behind it nothing can appear any more: every transaction with a lower number has ended."""
    found = await DB.one(WATERMARK, company_id, kind, into=Upto)
    assert found
    return found


WATERMARK = """
SELECT json_build_object(
    'upto', coalesce((SELECT added FROM exchange_clock), 0)
            + pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1,
    'last', coalesce((SELECT max(upto) FROM export_batches
                      WHERE company_id = $1 AND kind = $2 AND source = 'file'), -1)
)
"""


class Watermarks(msgspec.Struct, frozen=True):
    kind: str
    upto: int
    at: datetime
    author: str


async def watermarks(company_id: UUID) -> list[Watermarks]:
    """Where the last export of each kind ended."""
    return await DB.one(LAST, company_id, into=list[Watermarks]) or []


LAST = """
SELECT json_agg(x) FROM (
    SELECT DISTINCT ON (kind) kind, upto, e.created_at AS at, coalesce(staff.name, '') AS author
    FROM export_batches e LEFT JOIN staff ON staff.id = e.created_by
    WHERE e.company_id = $1 AND source = 'file' ORDER BY kind, upto DESC, e.created_at DESC
) x
"""
COLUMNS: dict[Going, tuple[str, ...]] = {
    "readings": (
        "id", "number", "account", "eic", "serial", "month", "value", "read_on", "source", "state", "received_at",
        "by_token",
    ),
    "payments": (
        "id", "contract", "account", "kind", "refund_of", "amount", "paid_on", "channel", "credited_at",
    ),
    "appeals": ("number", "kind", "about", "account", "title", "state", "created_at", "due_on"),
    "links": ("account", "level", "role", "linked_at"),
}  # fmt: skip
"""As the head of the file says them."""
SERVED = """(accounts.company_id = $1 OR EXISTS (
    SELECT FROM contracts WHERE contracts.account_id = accounts.id AND contracts.company_id = $1))"""
"""A supplier has what happens on the accounts of its contracts."""
SOURCES: dict[Going, str] = {
    "readings": f"""
SELECT r.change, r.id AS at, r.id, r.number, accounts.number AS account, eic, serial,
       to_char(r.month, 'YYYY-MM') AS month, value, read_on, source, state, received_at,
       by_token
FROM readings r JOIN meters ON meters.id = r.meter_id JOIN meter_points ON meter_points.id = meters.meter_point_id
JOIN accounts ON accounts.id = meters.account_id
WHERE state <> 'refused' AND {SERVED}
""",
    "payments": """
SELECT r.change, r.id AS at, r.id, contracts.number AS contract, accounts.number AS account, r.kind, refund_of,
       amount::text, paid_on, channel, credited_at
FROM payments r JOIN contracts ON contracts.id = r.contract_id JOIN accounts ON accounts.id = contracts.account_id
WHERE r.company_id = $1
""",
    "appeals": """
SELECT r.change, r.id AS at, r.number, r.kind, about, accounts.number AS account, title, state, r.created_at, due_on
FROM appeals r LEFT JOIN accounts ON accounts.id = r.account_id WHERE r.company_id = $1
""",
    "links": f"""
SELECT r.change, r.id AS at, accounts.number AS account, level, role, linked_at
FROM links r JOIN accounts ON accounts.id = r.account_id WHERE {SERVED}
""",
}


MOMENTS = ("received_at", "credited_at", "created_at", "linked_at")
"""Told to the second, in UTC."""
LAST_ID = UUID(int=2**128 - 1)


class Place(msgspec.Struct, frozen=True):
    """Behind the row that was handed out last; ids count where one transaction wrote several."""

    change: int
    at: UUID = LAST_ID


async def page(
    company_id: UUID, kind: Going, after: Place, upto: int, limit: int
) -> list[tuple[Place, dict[str, Any]]]:
    """In the order of the numbers; what is behind `upto` cannot change its place any more."""
    sql = f"""
    SELECT json_agg(x ORDER BY change, at) FROM (
        {SOURCES[kind]} AND r.change <= $3 AND (r.change, r.id) > ($2, $4)
        ORDER BY r.change, r.id LIMIT $5) x
    """
    values = (company_id, after.change, upto, after.at, limit)
    rows = await DB.one(sql, *values, into=list[dict[str, Any]]) or []
    return [
        (Place(row["change"], UUID(row["at"])), {name: _cell(row, name) for name in COLUMNS[kind]})
        for row in rows
    ]


async def exported(
    company_id: UUID, kind: Going, after: int, upto: int
) -> AsyncIterator[list[dict[str, Any]]]:
    """Page by page."""
    place = Place(after)
    while rows := await page(company_id, kind, place, upto, ROWS_AT_ONCE):
        yield [row for _, row in rows]
        place = rows[-1][0]


def _cell(row: dict[str, Any], name: str) -> Any:
    value = row[name]
    if value is not None and name in MOMENTS:
        return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value
