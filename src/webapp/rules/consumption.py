"""What went through the meters from one month's reading to the next, also where one took the place of another."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

Values = Mapping[date, int]
"""By month: what the drums showed when it ended. A new meter begins with the month before it was hung."""


def used(values: Values, turn: int) -> dict[date, int]:
    """m³ by month since the month before that has a value; `turn`: after so many the drums return to zero.

    A correction downwards is not a turn of the drums: what would be more than half of one is taken as negative.
    """
    months = sorted(values)
    through = {}
    for before, month in zip(months, months[1:], strict=False):
        m3 = (values[month] - values[before]) % turn
        through[month] = m3 - turn if m3 * 2 > turn else m3
    return through


def together(parts: Iterable[Mapping[date, int]]) -> dict[date, int]:
    """Of all meters that hung at one place: in the month of a change both have a part."""
    total: dict[date, int] = defaultdict(int)
    for part in parts:
        for month, m3 in part.items():
            total[month] += m3
    return dict(total)
