"""When somebody can be received: opening hours with their breaks cut into slots. All hours are hours in Kyiv."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from webapp.rules.periods import KYIV, day_of

Kind = Literal["reception", "queue", "technician"]
"""Of what has hours; a call back has a part of a day instead."""
WEEKDAYS = range(7)
"""Monday is 0."""
SHORTEST, LONGEST = 5, 240
"""Minutes of a slot."""
MOST_PLACES = 50
MOST_DAYS = 90
MOST_NOTICE = 7 * 24 * 60
MOST_OPEN = 2
"""Bookings of a kind that one person may have open."""
HOURS = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-\u2010-\u2015]\s*(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True)
class Span:
    """From one hour of the clock to another of the same day."""

    opens: time
    closes: time


@dataclass(frozen=True)
class Slot:
    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Slot") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Hours:
    """How a resource receives: its week, what between two spans of a day is the break, and how it is booked."""

    week: tuple[tuple[Span, ...], ...]
    minutes: int = 20
    places: int = 1
    """People at the same time."""
    days_ahead: int = 14
    notice: int = 60
    """Minutes before it begins, after which a slot is not booked any more."""


def parse_day(text: str) -> tuple[Span, ...] | None:
    """«9:00-12:00, 13:00-17:00», the latter after a break; nothing means closed. None: it cannot be read so."""
    said = text.strip().strip("-\u2013\u2014").strip()
    if not said:
        return ()
    spans: list[Span] = []
    for part in re.split(r"\s*[,;]\s*", said):
        found = HOURS.fullmatch(part)
        if found is None:
            return None
        from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
        try:
            span = Span(time(from_hour, from_minute), time(to_hour, to_minute))
        except ValueError:
            return None
        if span.opens >= span.closes or (spans and spans[-1].closes > span.opens):
            return None
        spans.append(span)
    return tuple(spans)


def written_day(spans: Iterable[Span]) -> str:
    """As parse_day reads it, and as it is kept."""
    return ", ".join(f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans)


def week_of(days: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
    """What is kept in the row; a day that cannot be read is closed rather than guessed."""
    return tuple((parse_day(days[n]) or ()) if n < len(days) else () for n in WEEKDAYS)


def slots_of(hours: Hours, day: date) -> list[Slot]:
    """Of one day, in their order: none outside the hours, none over the break, none over another.

    They are counted on the clock that never jumps. On the night when ours does, what would lie outside the
    hours on the wall falls away, and an hour that comes twice has its slots twice.
    """
    length = timedelta(minutes=hours.minutes)
    found: list[Slot] = []
    for span in hours.week[day.weekday()]:
        starts, end = _moment(day, span.opens), _moment(day, span.closes)
        while starts + length <= end:
            slot = Slot(starts, starts + length)
            free = not found or found[-1].ends_at <= starts
            if free and within(slot, span, day):
                found.append(slot)
            starts += length
    return found


def within(slot: Slot, span: Span, day: date) -> bool:
    """As the clock on the wall shows it."""
    begins, ends = slot.starts_at.astimezone(KYIV), slot.ends_at.astimezone(KYIV)
    return (
        begins.date() == ends.date() == day
        and span.opens <= begins.time() < span.closes
        and span.opens < ends.time() <= span.closes
    )


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, KYIV).astimezone(UTC)


def days_ahead(hours: Hours, now: datetime) -> list[date]:
    """The days that can be booked, today among them."""
    today = day_of(now)
    return [today + timedelta(days=n) for n in range(hours.days_ahead + 1)]


def is_late(slot: Slot, hours: Hours, now: datetime) -> bool:
    """It has begun, or begins too soon for anybody to prepare."""
    return slot.starts_at < now + timedelta(minutes=hours.notice) or slot.starts_at <= now


def place_for(slot: Slot, taken: Iterable[tuple[Slot, int]], places: int) -> int | None:
    """The lowest place (from 1) whose people are gone before it and come after it; None where it is full."""
    busy = {place for other, place in taken if other.overlaps(slot)}
    return next((place for place in range(1, places + 1) if place not in busy), None)


def free_slots(
    hours: Hours, day: date, taken: Sequence[tuple[Slot, int]], closed: Iterable[date], now: datetime
) -> list[tuple[Slot, bool]]:
    """Those of the day that are still to come, and whether each is free."""
    if day in closed or day not in days_ahead(hours, now):
        return []
    return [
        (slot, place_for(slot, taken, hours.places) is not None)
        for slot in slots_of(hours, day)
        if not is_late(slot, hours, now)
    ]


def next_free(
    hours: Hours,
    taken: Sequence[tuple[Slot, int]],
    closed: Iterable[date],
    now: datetime,
    most: int = 3,
    after: datetime | None = None,
) -> list[Slot]:
    """The first free ones, those after `after` before the others: what whoever came too late is offered."""
    closed, found = set(closed), list[Slot]()
    for day in days_ahead(hours, now):
        found += [slot for slot, free in free_slots(hours, day, taken, closed, now) if free]
        if len([slot for slot in found if after is None or slot.starts_at >= after]) >= most:
            break
    later = [slot for slot in found if after is None or slot.starts_at >= after]
    return (later or found)[:most]


def begins(text: str) -> datetime | None:
    """The moment that a form carries: «2026-11-12T12:40Z»."""
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo and 1971 < moment.year < 2070 else None


def code_of(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
