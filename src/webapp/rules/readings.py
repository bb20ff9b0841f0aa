"""What a reading means, and what makes it hard to believe. `static/js/judge.js` gives the same verdicts.

Volumes are whole m³, flows litres: integers alone, so that both agree (`tests/cases/readings.json`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

UNUSUAL = 3
"""Times the usual consumption: below it cold weeks raise questions nobody needs."""
ALWAYS_USUAL = 10_000
"""Litres nobody is asked about, however little the household takes."""
HEATING_MONTHS = frozenset({10, 11, 12, 1, 2, 3, 4})
CONSIDERABLE = 30_000
"""Litres usual in heating months from which a small consumption is worth a question."""
SPACES = " \t\r\n\u00a0\u2007\u2009\u202f"


class Mistake(StrEnum):
    """Why a text is no reading at all: the person corrects it, nothing is stored."""

    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    FRACTION = "fraction"
    TOO_LONG = "too_long"


class Doubt(StrEnum):
    """Why a reading looks odd: the person is asked once more, and believed."""

    BEFORE_LAST = "before_last"
    SWAPPED_DIGITS = "swapped_digits"
    FRACTION_TYPED = "fraction_typed"
    EXTRA_DIGIT = "extra_digit"
    MISSING_DIGIT = "missing_digit"
    BELOW_LAST = "below_last"
    ROLLED_OVER = "rolled_over"
    BEYOND_CAPACITY = "beyond_capacity"
    UNUSUALLY_HIGH = "unusually_high"
    UNUSUALLY_LOW = "unusually_low"
    NOT_MOVING = "not_moving"


class Refusal(StrEnum):
    """Why a reading is not taken: an answer for good, stored with it."""

    ALREADY_SENT = "already_sent"
    FROM_THE_FUTURE = "from_the_future"
    BEYOND_DIAL = "beyond_dial"
    NOT_A_READING = "not_a_reading"
    DIGEST_MISMATCH = "digest_mismatch"
    READINGS_NOT_TAKEN = "readings_not_taken"
    METER_REMOVED = "meter_removed"
    CORRECTION_CLOSED = "correction_closed"
    ALREADY_CORRECTED = "already_corrected"


REASONS = ("drums", "away", "heating", "repair", "other")
"""What people say when they are asked why a reading is odd."""
DISPUTE_DAYS = 30
"""How long one may object to a reading that counts instead of one's own."""
RANKS = {"planned": 0, "staff": 1, "consumer": 2, "remote": 3, "inspector": 4}
"""Whose value counts where several were given for one month; «staff» took it down by phone."""


@dataclass(frozen=True)
class Given:
    """What was given for a month, and by whom."""

    source: str
    value: int
    read_on: date
    late: bool
    """Not within the window of its month."""


@dataclass(frozen=True)
class Reading:
    value: int
    """Whole m³: the drums before the red frame."""
    taken_on: date
    since: date | None = None
    """The first of the readings in a row that showed this very value, where there were several."""


@dataclass(frozen=True)
class Dial:
    """What the meter can show and let through, and what its household takes."""

    digits: int
    max_hourly_litres: int
    """Qmax of its size: a G4 lets 6,000 through (EN 1359)."""
    daily_litres: tuple[int, ...]
    """Usual in January to December."""

    @property
    def turn(self) -> int:
        """m³ after which the drums return to zero."""
        return int(10**self.digits)


@dataclass(frozen=True)
class Verdict:
    used: int | None
    """m³ since the last reading, also over zero; None without a last one or below it."""
    usual: tuple[int, int] | None
    """m³ this household takes in such a time, from half to one and a half of its mean."""
    expected: tuple[int, int] | None
    """The same as values of the dial; the second is the smaller where the drums return to zero between."""
    doubts: list[Doubt]
    """The first is what to say: a likely slip of the fingers, if one explains the rest."""
    likely: int | None
    """What the meter probably shows, when a single value explains it."""


def parse(text: str, digits: int) -> int | Mistake:
    """The drums as people write them: «04152», «04 152», «4152»."""
    bare = "".join(char for char in text if char not in SPACES)
    if not bare:
        return Mistake.EMPTY
    if re.fullmatch("[0-9]+[.,][0-9]*", bare):
        return Mistake.FRACTION
    if not re.fullmatch("[0-9]+", bare):
        return Mistake.NOT_DIGITS
    return int(bare) if len(bare) <= digits else Mistake.TOO_LONG


def refusal_of(mistake: Mistake) -> Refusal:
    """A device's queue cannot be asked to type again: its mistake is an answer for good."""
    return Refusal.BEYOND_DIAL if mistake is Mistake.TOO_LONG else Refusal.NOT_A_READING


def digest_of(
    submission_id: str,
    meter_id: str,
    value: str,
    reading_date: str,
    taken_at: str,
    corrects: str = "",
    reason: str = "",
) -> str:
    """What the device signs its reading with: exactly the strings it sends. What it does not say has no line."""
    lines = [submission_id, meter_id, value, reading_date, taken_at]
    lines += [f"{name}={said}" for name, said in (("corrects", corrects), ("reason", reason)) if said]
    return sha256("\n".join(lines).encode(errors="replace")).hexdigest()


def stands(new: Given, old: Given | None) -> bool:
    """Whether `new` counts for the month; the other of the two is shown beside it.

    The higher source wins, of one source the later day. But a control in the middle of the month is not how the
    month ended: what was read in the window after it, and does not contradict it, is.
    """
    if old is None or _ends_the_month(new, old):
        return True
    if _ends_the_month(old, new):
        return False
    rank, other = RANKS[new.source], RANKS[old.source]
    return new.read_on >= old.read_on if rank == other else rank > other


def _ends_the_month(one: Given, other: Given) -> bool:
    later = other.late and not one.late and one.read_on > other.read_on
    return later and one.source != "planned" and one.value >= other.value


def disputable(beside: date, counted: date, today: date) -> bool:
    """Both days are those of receipt: the term runs from the later one, when the person could know of it."""
    return today <= max(beside, counted) + timedelta(days=DISPUTE_DAYS)


def judge(value: int, taken_on: date, last: Reading | None, dial: Dial) -> Verdict:
    """Everything that makes a reading look odd; never a refusal. `value` fits the dial (see `parse`)."""
    if last is None:
        return Verdict(None, None, None, [], None)
    usual, heating, days = _usual(last.taken_on, taken_on, dial)
    between = ((usual + 1000) // 2000, min((3 * usual + 1000) // 2000, dial.turn - 1))
    expected = ((last.value + between[0]) % dial.turn, (last.value + between[1]) % dial.turn)
    used = (value - last.value) % dial.turn
    capacity = dial.max_hourly_litres * 24 * days
    odd = list(_oddities(used * 1000, value < last.value, usual, heating, capacity))
    if value == last.value and last.since and last.since < last.taken_on:
        idle = _usual(last.since, taken_on, dial)[1]
        odd = [Doubt.NOT_MOVING] if idle >= CONSIDERABLE else odd
    early = taken_on < last.taken_on  # then the day is what is wrong: no slip of the fingers explains it
    asked = odd and odd != [Doubt.ROLLED_OVER] and used > 0 and not early
    slip, likely = _slip(value, last.value, between, dial) if asked else (None, None)
    doubts = [slip, *odd] if slip else [Doubt.BEFORE_LAST, *odd] if early else odd
    return Verdict(None if Doubt.BELOW_LAST in odd else used, between, expected, doubts, likely)


def _oddities(used: int, below: bool, usual: int, heating: int, capacity: int) -> Iterator[Doubt]:
    """All in litres; `heating` is the part of `usual` that falls on heating months."""
    if below and used > capacity:
        yield Doubt.BELOW_LAST
        return
    if below:
        yield Doubt.ROLLED_OVER
    if used > capacity:
        yield Doubt.BEYOND_CAPACITY
    elif used > max(UNUSUAL * usual, ALWAYS_USUAL):
        yield Doubt.UNUSUALLY_HIGH
    elif heating >= CONSIDERABLE and used * 4 < heating:
        yield Doubt.UNUSUALLY_LOW


def _usual(start: date, end: date, dial: Dial) -> tuple[int, int, int]:
    """Usual litres from one day to another, those of heating months among them, and days: at least one."""
    end = max(end, start + timedelta(days=1))
    usual = heating = 0
    day = start
    while day < end:
        next_month = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
        until = min(next_month, end)
        litres = dial.daily_litres[day.month - 1] * (until - day).days
        usual += litres
        heating += litres if day.month in HEATING_MONTHS else 0
        day = until
    return usual, heating, (end - start).days


def _slip(
    value: int, last: int, between: tuple[int, int], dial: Dial
) -> tuple[Doubt, int | None] | tuple[None, None]:
    """The first slip of the fingers that turns a usual reading into this one."""
    slips = (
        (Doubt.SWAPPED_DIGITS, _swapped(f"{value:0{dial.digits}}")),
        (Doubt.FRACTION_TYPED, {value // 10**n for n in (1, 2, 3)}),
        (Doubt.EXTRA_DIGIT, _shortened(str(value))),
        (Doubt.MISSING_DIGIT, _lengthened(str(value))),
    )
    for doubt, candidates in slips:
        usual = {
            candidate
            for candidate in candidates - {value}
            if candidate < dial.turn and between[0] <= (candidate - last) % dial.turn <= between[1]
        }
        if usual:
            return doubt, usual.pop() if len(usual) == 1 else None
    return None, None


def _swapped(drums: str) -> set[int]:
    return {int(drums[:n] + drums[n + 1] + drums[n] + drums[n + 2 :]) for n in range(len(drums) - 1)}


def _shortened(typed: str) -> set[int]:
    return {int(typed[:n] + typed[n + 1 :]) for n in range(len(typed)) if len(typed) > 1}


def _lengthened(typed: str) -> set[int]:
    return {int(f"{typed[:n]}{digit}{typed[n:]}") for n in range(len(typed) + 1) for digit in range(10)}
