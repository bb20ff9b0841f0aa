"""The pauses between attempts."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from webapp.rules import delivery

LONGEST = timedelta(seconds=30)


def test_pauses_double_up_to_the_longest():
    seconds = [delivery.pause(tries, 0, LONGEST).total_seconds() for tries in range(7)]
    assert seconds == [1, 2, 4, 8, 16, 30, 30]


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_chance_takes_off_at_most_half(tries: int, chance: float):
    full = delivery.pause(tries, 0, LONGEST)
    assert full / 2 <= delivery.pause(tries, chance, LONGEST) <= full


def test_a_letter_is_tried_for_about_a_day():
    pauses = (
        delivery.pause(tries, 0.5, delivery.LONGEST_LETTER_PAUSE) for tries in range(delivery.LETTER_TRIES)
    )
    assert timedelta(hours=12) < sum(pauses, timedelta()) < timedelta(hours=30)
