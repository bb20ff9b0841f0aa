"""Who is told of what by which ways, where pushes may go, and what SMS may cost: tables."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args
from uuid import UUID, uuid4

import pytest

from webapp.actions.messages import Notice
from webapp.rules import broadcasts, budgets, push, quiet, sms
from webapp.rules import notifications as rules
from webapp.rules.budgets import Budget
from webapp.rules.notifications import Login

MAIL = Login(UUID(int=1), "mail", "olena@example.com")
PHONE = Login(UUID(int=2), "phone", "+380671234567")
SECOND = Login(UUID(int=3), "mail", "second@example.com")
ALL = frozenset(rules.CHANNELS)
BOTH = frozenset({"cabinet", "mail", "sms"})


@pytest.mark.parametrize(
    ("kind", "chosen", "has", "told"),
    [
        ("payments", None, ALL, {"cabinet", "mail", "push"}),
        ("payments", None, {"cabinet", "sms"}, {"cabinet", "sms"}),
        ("payments", ["sms"], ALL, {"sms"}),
        ("payments", ["sms"], {"cabinet", "mail"}, set()),
        ("payments", [], ALL, set()),
        ("reading_reminder", None, BOTH, {"cabinet", "mail"}),
        ("outage", None, {"cabinet", "sms"}, {"cabinet", "sms"}),
        ("news", None, {"cabinet", "sms"}, {"cabinet"}),
        ("news", None, ALL, {"cabinet", "mail"}),
        ("news", ["sms", "push"], ALL, {"sms", "push"}),
        ("security", None, ALL, ALL),
        ("security", [], BOTH, BOTH),
    ],
)
def test_each_is_told_by_the_ways_of_the_table_or_of_the_choice(kind, chosen, has, told):
    assert rules.ways(kind, chosen, has) == told


def test_one_login_of_a_kind_is_written_to_and_all_of_them_about_security():
    assert rules.logins_for("payments", BOTH, [PHONE, MAIL, SECOND]) == [PHONE, MAIL]
    assert rules.logins_for("payments", frozenset({"mail"}), [PHONE, MAIL, SECOND]) == [MAIL]
    assert rules.logins_for("security", BOTH, [PHONE, MAIL, SECOND]) == [PHONE, MAIL, SECOND]
    assert rules.has([PHONE], pushes=True) == {"cabinet", "sms", "push"}


@pytest.mark.parametrize(
    ("before", "wanted", "reach", "kept"),
    [
        (None, {"cabinet", "mail"}, BOTH, None),
        (None, {"cabinet", "sms"}, BOTH, {"cabinet", "sms", "push"}),
        (None, set(), {"cabinet", "mail"}, set()),
        (["mail"], {"mail"}, BOTH, None),
        (["mail", "push"], set(), BOTH, set()),
        (["sms", "push"], {"mail"}, {"cabinet", "mail"}, {"mail", "sms", "push"}),
    ],
)
def test_what_the_page_could_not_offer_stays_as_it_was(before, wanted, reach, kept):
    assert rules.changed("payments", before, wanted, reach) == kept


def test_every_notice_has_its_kind_and_nobody_can_turn_security_off():
    told = {notice for notices in rules.OF_NOTICES.values() for notice in notices}
    assert told <= set(get_args(Notice)) and "security" not in rules.CHOSEN_KINDS
    assert rules.kind_of("password-changed") == "security" and rules.kind_of("case-decided") == "requests"
    assert len(told) == sum(map(len, rules.OF_NOTICES.values())), "each once"
    about = uuid4()
    assert rules.page_of("payment-received", about) == f"/payments/{about}"
    assert rules.page_of("password-changed", None) == "/profile" and rules.page_of("news", about) == ""


@pytest.mark.parametrize(
    ("moment", "is_quiet", "morning"),
    [
        ("2026-11-03 18:59", False, None),
        ("2026-11-03 19:00", True, "2026-11-04 06:00"),
        ("2026-11-03 22:30", True, "2026-11-04 06:00"),
        ("2026-11-04 05:59", True, "2026-11-04 06:00"),
        ("2026-11-04 06:00", False, None),
        ("2026-07-03 18:00", True, "2026-07-04 05:00"),
        ("2026-10-24 20:00", True, "2026-10-25 06:00"),
    ],
)
def test_quiet_hours_are_those_of_kyiv_in_summer_and_winter(moment, is_quiet, morning):
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert quiet.is_quiet(now) is is_quiet
    if morning:
        assert quiet.morning(now) == datetime.fromisoformat(morning).replace(tzinfo=UTC)


GOOD = "https://fcm.googleapis.com/fcm/send/abc:def"


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        (GOOD, True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=a%2b", True),
        ("https://web.push.apple.com/QABC", True),
        ("https://fcm.googleapis.com:443/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evil.example/fcm.googleapis.com", False),
        ("https://evilpush.apple.com/x", False),
        ("https://user@fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com\\@evil.example/x", False),
        ("https://127.0.0.1/x", False),
        ("https://[::1]/x", False),
        ("https://localhost/x", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://fcm.googleapis.com:port/x", False),
        ("file:///etc/passwd", False),
        ("", False),
        (GOOD + "a" * 1000, False),
        (GOOD + " x", False),
        (GOOD + "\nx", False),
        ("https://fcm.googleаpis.com/x", False),
    ],
)
def test_pushes_go_where_makers_of_browsers_live_and_nowhere_else(endpoint, allowed):
    assert push.is_allowed(endpoint) is allowed
    assert push.is_allowed("http://127.0.0.1:9/x", ["127.0.0.1:9"])
    assert not push.is_allowed("http://127.0.0.1:9/x", ["127.0.0.1:90"])


@pytest.mark.parametrize(
    ("key", "good"),
    [("A" * 87, True), ("A" * 87 + "=", True), ("A" * 86, False), ("ї" * 87, False), ("", False)],
)
def test_a_browsers_key_is_65_bytes(key, good):
    assert push.is_key(key, push.POINT) is good


def test_a_month_pays_for_whole_parts_and_a_kopeck_is_rounded_up_at_the_half():
    budget = Budget(Decimal("10.00"), Decimal("0.85000"))
    assert budget.parts == 11 and budget.cost(11) == Decimal("9.35")
    assert Budget(Decimal(0), Decimal("0.85")).parts == 0
    assert Budget(Decimal(5), Decimal(0)).parts == 2**31 - 1 and budgets.Budget().parts == 11764
    assert Budget(Decimal(1), Decimal("0.00500")).cost(1) == Decimal("0.01")


def test_the_longest_title_with_the_longest_name_is_one_sms():
    assert broadcasts.parts("KREMENCHUKG", "ї" * broadcasts.LONGEST_TITLE) == 1
    assert sms.parts(broadcasts.sms_text("A", "b")) == 1


@pytest.mark.parametrize(
    ("title", "text", "wrong"),
    [
        ("Газу не буде", "До 18:00.", {}),
        (" ", "", {"title": "empty", "text": "empty"}),
        ("ї" * 51, "ї" * 2001, {"title": "long", "text": "long"}),
    ],
)
def test_what_is_written_to_many_has_a_title_and_a_text(title, text, wrong):
    assert broadcasts.mistakes(title, text) == wrong


def test_a_branch_can_be_chosen_as_a_whole_and_by_settlement():
    known = [("Миколаїв", "м. Миколаїв"), ("Миколаїв", "с. Весняне"), ("Очаків", "")]
    assert broadcasts.places(known) == [
        ("Миколаїв", ""), ("Миколаїв", "м. Миколаїв"), ("Миколаїв", "с. Весняне"), ("Очаків", ""),
    ]  # fmt: skip
