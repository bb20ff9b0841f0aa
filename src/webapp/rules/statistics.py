"""Which months a page of statistics is about, and its rows: what was used, charged and paid."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Literal, TypeVar

from webapp.rules.periods import month_after

Sum = TypeVar("Sum", int, Decimal)
Unit = Literal["m3", "money", "kwh", "balance", "plan"]
EVER = (date(1900, 1, 1), date(2199, 12, 1))
AT_ONCE = 12
"""Rows of a page, and columns of its chart."""


class Mistake(StrEnum):
    UNREADABLE = "unreadable"
    BACKWARDS = "backwards"
    """It ends before it begins."""
    FUTURE = "future"
    """Nothing of it can be charged yet."""


@dataclass(frozen=True)
class Period:
    """Whole months, both included; an open end is None."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Row:
    """A month, or a year of them. Closing = closing of the row before + charged - paid (K31)."""

    month: date
    """Of a year its first one."""
    volume: int | None
    charged: Decimal | None
    paid: Decimal | None
    closing: Decimal | None
    """Sums are None where the person may see no money."""
    planned: bool
    plan: int | None = None
    """m³ that were booked, or would have been, without a reading."""


def parse_month(text: str) -> date | None | Mistake:
    """«2025-10» as browsers send it, «10.2025» and «2025-10-05» as people write it; nothing is nothing."""
    bare = text.strip()
    if not bare:
        return None
    found = re.fullmatch(r"([0-9]{4})[-./]([0-9]{1,2})(?:[-./][0-9]{1,2})?", bare)
    turned = re.fullmatch(r"(?:[0-9]{1,2}[-./])?([0-9]{1,2})[-./]([0-9]{4})", bare)
    year, month = (found[1], found[2]) if found else (turned[2], turned[1]) if turned else ("0", "0")
    if not (EVER[0].year <= int(year) <= EVER[1].year and 1 <= int(month) <= 12):
        return Mistake.UNREADABLE
    return date(int(year), int(month), 1)


def parse_period(first: str, last: str, today: date) -> Period | dict[str, Mistake]:
    """Or what is wrong with which end."""
    ends = {"from": parse_month(first), "to": parse_month(last)}
    wrong = {name: end for name, end in ends.items() if isinstance(end, Mistake)}
    if wrong:
        return wrong
    begins, until = ends["from"], ends["to"]
    assert not isinstance(begins, Mistake) and not isinstance(until, Mistake)
    if begins and until and begins > until:
        return {"to": Mistake.BACKWARDS}
    if begins and begins > today:
        return {"from": Mistake.FUTURE}
    return Period(begins, until)


def by_year(rows: Sequence[Row]) -> list[Row]:
    """The months added up; a year ends with the balance of its last month."""
    years: dict[int, list[Row]] = {}
    for row in rows:
        years.setdefault(row.month.year, []).append(row)
    return [
        Row(
            date(year, 1, 1), total(row.volume for row in months), total(row.charged for row in months),
            total(row.paid for row in months), months[-1].closing, False, total(row.plan for row in months),
        )
        for year, months in years.items()
    ]  # fmt: skip


def total(values: Iterable[Sum | None]) -> Sum | None:
    """None where nothing is counted at all."""
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def energy(m3: int | None, kwh_per_m3: Decimal) -> int | None:
    """kWh, whole ones: the factor is no more exact than that."""
    return None if m3 is None else int((m3 * kwh_per_m3).quantize(Decimal(1), ROUND_HALF_UP))


def page_of(rows: Sequence[Row], page: int) -> tuple[list[Row], int, int]:
    """The rows of a page, its number, and how many pages there are; a page beyond them is the last one."""
    pages = max((len(rows) + AT_ONCE - 1) // AT_ONCE, 1)
    now = min(max(page, 1), pages)
    return list(rows[(now - 1) * AT_ONCE : now * AT_ONCE]), now, pages


def distance(first: date, last: date) -> int:
    """Months from the one to the other."""
    return (last.year - first.year) * 12 + last.month - first.month


def following(month: date, many: int) -> list[date]:
    """`many` months from this one on."""
    months = [month]
    while len(months) < many:
        months.append(month_after(months[-1]))
    return months
