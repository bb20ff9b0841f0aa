"""How long something unsent is tried again, and how often."""

from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=1)
"""The first repetition is almost at once: most troubles are a connection that just broke."""
LONGEST_CODE_PAUSE = timedelta(seconds=30)
"""Somebody is waiting for the code on the other screen."""
LONGEST_LETTER_PAUSE = timedelta(hours=1)
LETTER_TRIES = 32
"""With the pauses above: about a day."""


def pause(tries: int, chance: float, longest: timedelta) -> timedelta:
    """The wait after the `tries`-th failure (from 0): doubles each time up to `longest`.

    `chance` in [0, 1) takes off up to a half, so that what failed together does not come back together.
    """
    doubled: timedelta = FIRST_PAUSE * 2 ** min(tries, 20)
    return min(doubled, longest) * (1 - chance / 2)
