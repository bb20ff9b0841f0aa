"""When a certificate can be issued at once, which months an act may have, and that nothing signed can be changed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.outside.receipt_keys import EmbeddedKeys, verify
from webapp.rules import certificates as rules
from webapp.rules.certificates import KINDS, Certificate, Kind, Known, Lack, Wrong, WrongMonth
from webapp.rules.signed import Doubt, Doubtful, packed, sealed

KEYS = EmbeddedKeys()
KEY = KEYS.current().id
TODAY = date(2026, 11, 22)
ACT = Certificate(
    1042, "ТОВ «Назва»", "supply", "8830", "act", TODAY, date(2026, 12, 22), date(2026, 11, 21),
    (date(2026, 8, 1), date(2026, 10, 1)), Decimal("-71.68"), KEY,
)  # fmt: skip
TEXT = f"""\
blakyt-certificate-1
1042
ТОВ «Назва»
supply
8830
act
2026-11-22
2026-12-22
2026-11-21
2026-08/2026-10
-71.68
{KEY}
"""
KNOWN = Known(datetime(2026, 11, 21, 19, tzinfo=UTC), Decimal(0), True, date(2026, 1, 1), True)


def link(one: Certificate, keys: EmbeddedKeys = KEYS) -> str:
    text = rules.written(one)
    return packed(sealed(keys.current().sign(text.encode()), text))


def test_the_text_is_the_documented_one():
    assert rules.written(ACT) == TEXT
    assert rules.read(TEXT) == ACT
    assert rules.check(link(ACT), KEYS.public(), verify) == ACT


@given(
    st.integers(1, 10**18), st.text(), st.sampled_from(KINDS), st.dates(date(1970, 1, 1), date(2069, 12, 31)),
    st.none() | st.decimals(-(10**9), 10**9, places=2),
)  # fmt: skip
def test_whatever_is_written_is_read_again(
    number: int, company: str, kind: Kind, day: date, total: Decimal | None
):
    one = Certificate(number, company, "supply", "4517", kind, day, day, day, None, total, KEY)
    read = rules.read(rules.written(one))
    assert read and (read.number, read.kind, read.issued_on, read.sum) == (number, kind, day, total)


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 1043}, {"kind": "no_debt"}, {"valid_until": date(2027, 12, 22)}, {"sum": Decimal("71.68")},
        {"account": "8831"}, {"months": None},
    ],
)  # fmt: skip
def test_whoever_changes_anything_breaks_the_signature(changed: dict[str, Any]):
    text = rules.written(replace(ACT, **changed)).encode()
    forged = packed(KEYS.current().sign(TEXT.encode()) + text)
    assert rules.check(forged, KEYS.public(), verify) == Doubtful(Doubt.ALTERED)


def test_a_key_of_elsewhere_is_named():
    other = EmbeddedKeys()
    found = rules.check(link(replace(ACT, key=other.current().id), other), KEYS.public(), verify)
    assert found == Doubtful(Doubt.UNKNOWN_KEY, other.current().id)


@pytest.mark.parametrize(("day", "valid"), [(date(2026, 12, 22), True), (date(2026, 12, 23), False)])
def test_it_is_valid_through_its_last_day(day: date, valid: bool):
    assert rules.valid_until(TODAY) == ACT.valid_until and ACT.is_valid(day) is valid


@pytest.mark.parametrize(
    ("kind", "known", "lack"),
    [
        ("state", {}, None),
        ("state", {"overdue": Decimal(5)}, None),
        ("no_debt", {}, None),
        ("no_debt", {"overdue": Decimal("0.01")}, Lack.OVERDUE),
        ("act", {}, None),
        ("act", {"is_explained": False}, Lack.HISTORY),
        ("act", {"known_since": date(2026, 9, 1)}, Lack.HISTORY),
        ("act", {"known_since": None}, Lack.HISTORY),
        ("subsidy", {}, None),
        ("subsidy", {"has_grants": False}, Lack.UNKNOWN),
        ("no_debt", {"as_of": datetime(2026, 11, 18, 12, tzinfo=UTC)}, Lack.STALE),
        ("state", {"as_of": datetime(2026, 11, 19, 12, tzinfo=UTC)}, None),
    ],
)
def test_what_is_known_decides_whether_the_staff_is_needed(
    kind: Kind, known: dict[str, Any], lack: Lack | None
):
    found = rules.lack(kind, replace(KNOWN, **known), starts_on=date(2026, 8, 1), fresh_days=1, today=TODAY)
    assert found == lack


@pytest.mark.parametrize(
    ("days", "working", "calendar"), [(1, False, 1), (14, False, 14), (5, True, 7), (7, True, 11)]
)
def test_working_days_are_longer(days: int, working: bool, calendar: int):
    assert rules.fresh_days(days, working) == calendar


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-08", "2026-10", (date(2026, 8, 1), date(2026, 10, 1))),
        ("2026-11", "2026-11", (date(2026, 11, 1), date(2026, 11, 1))),
        ("", "2026-10", WrongMonth("first", Wrong.EMPTY)),
        ("2026-13", "2026-10", WrongMonth("first", Wrong.EMPTY)),
        ("2026-08-01", "2026-10", WrongMonth("first", Wrong.EMPTY)),
        ("2026-08", "жовтень", WrongMonth("last", Wrong.EMPTY)),
        ("2026-08", "2026-12", WrongMonth("last", Wrong.FUTURE)),
        ("2026-10", "2026-08", WrongMonth("last", Wrong.BACKWARDS)),
        ("2023-12", "2026-11", (date(2023, 12, 1), date(2026, 11, 1))),
        ("2023-11", "2026-11", WrongMonth("first", Wrong.LONG)),
        ("٢٠٢٦-٠٨", "2026-10", WrongMonth("first", Wrong.EMPTY)),
    ],
)
def test_the_months_of_an_act(first: str, last: str, found: object):
    assert rules.period(first, last, TODAY) == found


@given(st.text(), st.text())
def test_any_words_are_months_or_a_mistake(first: str, last: str):
    assert isinstance(rules.period(first, last, TODAY), tuple | WrongMonth)
