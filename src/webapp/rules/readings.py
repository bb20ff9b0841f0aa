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
    UNUSUALLY_HIGH = "unusually_high"
    UNUSUALLY_LOW = "unusually_low"


class Refusal(StrEnum):
    """Why a reading is not taken: an answer for good, stored with it."""

    ALREADY_SENT = "already_sent"
    FROM_THE_FUTURE = "from_the_future"
    BEYOND_DIAL = "beyond_dial"
    NOT_A_READING = "not_a_reading"
    DIGEST_MISMATCH = "digest_mismatch"
    READINGS_NOT_TAKEN = "readings_not_taken"


@dataclass(frozen=True)
class Reading:
    value: int
    """Whole m³: the drums before the red frame."""
    taken_on: date


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


def digest_of(submission_id: str, meter_id: str, value: str, reading_date: str, taken_at: str) -> str:
    """What the device signs its reading with: exactly the strings it sends."""
    signed = "\n".join((submission_id, meter_id, value, reading_date, taken_at))
    return sha256(signed.encode(errors="replace")).hexdigest()


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
    if used > min(max(UNUSUAL * usual, ALWAYS_USUAL), capacity):
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
