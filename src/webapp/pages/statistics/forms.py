"""What a page of statistics is asked for: an account, a period, a unit. Nonsense gets a sentence beside it."""

from datetime import date
from typing import get_args
from urllib.parse import quote
from uuid import UUID

import msgspec

from webapp.rules.statistics import EVER, Mistake, Period, Unit, parse_period
from webapp.web.forms import Typed

LATEST_YEAR = 9999
MOST_PAGES = 10_000


class Asked(msgspec.Struct, frozen=True):
    """As the address says it, and what it means."""

    year: int | None
    by_year: bool
    typed_from: str
    typed_to: str
    period: Period
    mistakes: dict[str, Mistake]
    unit: Unit
    meter: UUID | None
    page: int
    readings: int
    """Which page of readings."""

    @property
    def bounds(self) -> tuple[date | None, date | None]:
        """Months, for the database; both None: the year, or the latest one."""
        if self.by_year:
            return EVER
        return self.period.first, self.period.last

    @property
    def own_period(self) -> bool:
        return self.bounds != (None, None) and not self.by_year


def read(typed: Typed, year: int | None, meter: UUID | None, today: date) -> Asked:
    first, last = typed.text("from", 20), typed.text("to", 20)
    read_period = parse_period(first, last, today)
    period, mistakes = (read_period, {}) if isinstance(read_period, Period) else (Period(), read_period)
    unit: Unit = next((one for one in get_args(Unit) if one == typed["unit"]), "m3")
    by_year = typed["by"] == "year" and period == Period() and not mistakes
    known = year if year is not None and 0 < year <= LATEST_YEAR else None
    return Asked(
        known, by_year, first, last, period, mistakes, unit, meter, _number(typed["page"]),
        _number(typed["readings"]),
    )  # fmt: skip


def _number(text: str) -> int:
    """Of a page; anything else is the first one."""
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def address(**values: object) -> str:
    """Of the page with these choices; what is not said is left out."""
    said = (
        f"{name}={quote(str(value), '') if isinstance(value, str) else value}"
        for name, value in values.items()
        if value
    )
    return "/statistics?" + "&".join(said)
