"""Codes that an application counts: the published vectors, and a counterpart written by others."""

from datetime import UTC, datetime

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules import authenticators as rules

SECRET = b"12345678901234567890"
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
        (2000000000, "69279037"), (20000000000, "65353130"),
    ],
)  # fmt: skip
def test_the_vectors_of_rfc_6238(second: int, code: str):
    """They have eight digits; the last six of them are the code of six."""
    step = rules.step_of(datetime.fromtimestamp(second, UTC))
    assert rules.code_at(SECRET, step) == code[-6:]


@given(st.binary(min_size=20, max_size=20), MOMENTS)
def test_an_application_of_others_counts_the_same(secret: bytes, now: datetime):
    assert rules.read(rules.written(secret)) == secret
    code = pyotp.TOTP(rules.written(secret)).at(now)
    assert rules.matching_step(secret, code, now, after=0) is not None


@pytest.mark.parametrize(("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(off: int, fits: bool):
    now = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
    code = rules.code_at(SECRET, rules.step_of(now) + off)
    assert (rules.matching_step(SECRET, code, now, after=0) is not None) is fits


def test_no_step_is_taken_twice_nor_an_older_one():
    now = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
    here = rules.step_of(now)
    assert rules.matching_step(SECRET, rules.code_at(SECRET, here), now, after=here) is None
    assert rules.matching_step(SECRET, rules.code_at(SECRET, here - 1), now, after=here) is None
    assert rules.matching_step(SECRET, rules.code_at(SECRET, here + 1), now, after=here) == here + 1


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", " {0}{1}\n", "код {0}{1}"])
def test_a_code_may_be_typed_as_it_is_read(typed: str):
    now = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
    code = rules.code_at(SECRET, rules.step_of(now))
    assert rules.matching_step(SECRET, typed.format(code[:3], code[3:]), now, after=0)


@given(st.text(max_size=60))
def test_nonsense_is_no_code(typed: str):
    now = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
    step = rules.matching_step(SECRET, typed, now, after=0)
    assert step is None or any(char.isdigit() for char in typed)


def test_the_address_for_the_square_says_whose_key_it_is():
    key = rules.written(SECRET)
    said = rules.uri(key, login="olena@example.com", issuer="Кременчукгаз: постачання")
    read = pyotp.parse_uri(said)
    assert (read.issuer, read.secret, read.interval) == ("Кременчукгаз: постачання", key, 30)
