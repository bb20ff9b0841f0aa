"""Letters to a company: who answers, by when, and what of a text the company sees."""

from datetime import UTC, date, datetime, timedelta

import pytest

from webapp.rules import appeals, attachments, environments, working_days
from webapp.rules.appeals import Mistake


@pytest.mark.parametrize(
    ("about", "technical", "business", "desk"),
    [
        ("cabinet", False, False, "support"),
        ("network", False, False, "operator"),
        ("readings", False, False, "operator"),
        ("delivery", False, False, "operator"),
        ("gas", False, False, "supplier"),
        ("business", False, True, "manager"),
        (None, True, False, "support"),
        (None, True, True, "business_support"),
    ],
)
def test_each_subject_has_who_answers_it(about, technical: bool, business: bool, desk: str):
    assert appeals.desk_of(about, technical=technical, business=business) == desk


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-11-03", 15, "2026-11-18"),  # a Wednesday
        ("2026-11-06", 15, "2026-11-23"),  # the 21st is a Saturday, so Monday
        ("2026-11-07", 15, "2026-11-23"),  # a Sunday
        ("2026-11-03", 30, "2026-12-03"),
        ("2026-12-02", 30, "2027-01-01"),  # holidays are working days since 2022
        ("2028-01-30", 30, "2028-02-29"),
    ],
)
def test_a_term_ends_on_a_working_day(start: str, days: int, last: str):
    assert working_days.term(date.fromisoformat(start), days) == date.fromisoformat(last)


def test_a_company_may_keep_holidays():
    kept = frozenset({date(2027, 1, 1), date(2027, 1, 4)})
    assert working_days.term(date(2026, 12, 2), 30, kept) == date(2027, 1, 5)


def test_the_day_is_that_of_kyiv_and_the_kind_decides_the_term():
    late = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)  # 1:30 on the 3rd
    assert appeals.due_on("question", late) == date(2026, 11, 18)
    assert appeals.due_on("complaint", late) == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("state", "days", "may"),
    [
        ("answered", 0, True),
        ("answered", 30, True),
        ("answered", 31, False),
        ("open", 1, False),
        ("closed", 1, False),
    ],
)
def test_it_is_opened_again_within_thirty_days(state, days: int, may: bool):
    answered = datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert appeals.may_reopen(state, answered, answered + timedelta(days=days)) is may


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("Добрий день!\r\n\r\n\r\n\r\nПитання.", "Добрий день!\n\nПитання."),
        ("a\u202etxt.exe", "atxt.exe"),
        ("p\u200bay\x07pal\x1b[31m", "paypal[31m"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("  \n\n ", ""),
        ("и\u0306", "й"),
    ],
)
def test_what_hides_or_turns_a_line_has_no_place_in_it(typed: str, seen: str):
    assert appeals.clean(typed) == seen


def test_an_empty_and_an_endless_text_are_told_apart():
    assert appeals.mistake_of("", 10) is Mistake.EMPTY
    assert appeals.mistake_of("x" * 11, 10) is Mistake.TOO_LONG
    assert appeals.mistake_of("x" * 10, 10) is None


@pytest.mark.parametrize(
    ("name", "media", "shown"),
    [
        ("квитанція 1812.PDF", "application/pdf", "квитанція 1812.pdf"),
        ("C:\\fakepath\\run.exe", "image/jpeg", "run.jpg"),
        ("../../etc/passwd", "application/pdf", "passwd.pdf"),
        ("photo\u202egpj.exe", "image/jpeg", "photogpj.jpg"),
        ("a\"b'<c>.png", "image/jpeg", "abc.jpg"),
        (".jpg", "image/jpeg", "jpg.jpg"),
        ("", "image/jpeg", "file.jpg"),
        ("й" * 300 + ".pdf", "application/pdf", "й" * 60 + ".pdf"),
    ],
)
def test_a_file_keeps_its_name_and_loses_its_tricks(name: str, media: str, shown: str):
    assert attachments.shown_name(name, media) == shown


@pytest.mark.parametrize(
    ("user_agent", "seen"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/129.0.0.0 Mobile Safari/537.36",
            ("Chrome 129", "Android 14", "SM-G991B"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/129.0.0.0 Mobile Safari/537.36",
            ("Chrome 129", "Android 10", ""),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.5 Mobile/15E148 Safari/604.1",
            ("Safari 17.5", "iPhone 17.5", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/129.0.0.0 Safari/537.36 Edg/129.0.2792.79",
            ("Edge 129", "Windows", ""),
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", ("Firefox 128", "Linux", "")),
        ("Mozilla/5.0 (Android 13; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0", ("Firefox 128", "Android 13", "")),
        ("curl/8.5", ("", "", "")),
        ("", ("", "", "")),
    ],
)  # fmt: skip
def test_what_a_browser_says_of_itself(user_agent: str, seen: tuple[str, str, str]):
    assert environments.read(user_agent) == seen
