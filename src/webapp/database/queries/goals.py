"""Whether calls become fewer and answers quicker (H11): month by month, for the company that looks."""

from datetime import date
from uuid import UUID

import msgspec

from webapp.database.engine import DB

MONTHS = 6
EARLY_UNTIL = 3
"""The day of the month after, through which a reading is early."""


class Month(msgspec.Struct, frozen=True):
    month: date
    cabinet: int
    """Readings that people sent themselves, and that were taken."""
    early: int
    centre: int
    """Those that the staff took down, mostly by phone."""
    inspector: int
    remote: int
    opened: int
    """Letters and requests that came in that month."""
    answered: int
    """Those that were answered in that month, whenever they came."""
    median_hours: float | None
    """From coming in to the answer, of these."""

    @property
    def share(self) -> int | None:
        """Per cent of the readings for which nobody had to call or knock."""
        sent = self.cabinet + self.centre + self.inspector
        return round(100 * self.cabinet / sent) if sent else None


async def goals(company_id: UUID | None, month: date) -> list[Month]:
    """The latest first: `month` and those before it."""
    return await DB.one(GOALS, company_id, month, MONTHS, EARLY_UNTIL, into=list[Month]) or []


GOALS = """
WITH months AS (
    SELECT ($2::date - n * interval '1 month')::date AS month FROM generate_series(0, $3::int - 1) AS n
), sent AS (
    SELECT r.month, r.source, r.received_at < ((r.month + interval '1 month' + $4::int * interval '1 day')
                                               AT TIME ZONE 'Europe/Kyiv') AS early
    FROM readings r JOIN meters ON meters.id = r.meter_id
    WHERE r.month > ($2::date - $3::int * interval '1 month') AND r.state <> 'refused' AND EXISTS (
        SELECT FROM contracts WHERE contracts.account_id = meters.account_id AND contracts.company_id = $1
    )
), asked AS (
    SELECT created_at, decided_at AS answered_at FROM cases WHERE company_id = $1
    UNION ALL
    SELECT created_at, answered_at FROM appeals WHERE company_id = $1
), times AS (
    SELECT date_trunc('month', created_at AT TIME ZONE 'Europe/Kyiv')::date AS came,
           date_trunc('month', answered_at AT TIME ZONE 'Europe/Kyiv')::date AS went,
           extract(epoch FROM answered_at - created_at) / 3600 AS hours
    FROM asked WHERE coalesce(answered_at, created_at) > ($2::date - $3::int * interval '1 month')
)
SELECT json_agg(json_build_object(
    'month', months.month,
    'cabinet', (SELECT count(*) FROM sent WHERE sent.month = months.month AND source = 'consumer'),
    'early', (SELECT count(*) FROM sent WHERE sent.month = months.month AND source = 'consumer' AND early),
    'centre', (SELECT count(*) FROM sent WHERE sent.month = months.month AND source = 'staff'),
    'inspector', (SELECT count(*) FROM sent WHERE sent.month = months.month AND source = 'inspector'),
    'remote', (SELECT count(*) FROM sent WHERE sent.month = months.month AND source = 'remote'),
    'opened', (SELECT count(*) FROM times WHERE came = months.month),
    'answered', (SELECT count(*) FROM times WHERE went = months.month),
    'median_hours', (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) FROM times WHERE went = months.month)
) ORDER BY months.month DESC) FROM months
"""
