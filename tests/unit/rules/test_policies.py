"""A policy as a form: everything in it can be typed, read back and compared."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from webapp.actions.policies import Contradiction, policy_of
from webapp.demo import cast
from webapp.rules import policies
from webapp.rules.policies import WRONG, Slip
from webapp.rules.policy import Branch, Contacts, Logins, Passwords, Policy
from webapp.web.rendering import environment

NOW = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
BRANCHES = Contacts(
    phone="+380512701804",
    branches=(Branch("Центр", ("+380512701804",), "вул. Садова, 1", "Пн", "12:00"), Branch("Схід")),
)  # fmt: skip


@pytest.mark.parametrize(
    "policy", [Policy(), Policy(contacts=BRANCHES), *(one.policy for one in cast.portals())]
)
def test_what_the_form_shows_is_what_it_reads(policy: Policy):
    record, slips = policies.read(policies.as_typed(policy))
    assert slips == {} and policy_of(record) == policy


def test_every_field_has_words_in_every_language():
    for language in ("uk", "ru", "en"):
        words: Any = environment(language).get_template("partials/office/policy_words.html").module
        for field in policies.all_fields():
            assert words.field_word(field.name).strip() != field.name, field
            assert words.group_word(field.group).strip() != field.group, field
            for option in field.options:
                assert words.option_word(option).strip() and (option in ("003", "002")) == (
                    words.option_word(option).strip() == option
                ), option
        for slip in Slip:
            assert words.slip_word(slip).strip()


@pytest.mark.parametrize("field", policies.all_fields(), ids=lambda field: field.name)
def test_every_field_says_which_pages_it_touches(field: policies.Field):
    assert policies.TOUCHES[field.group]


@pytest.mark.parametrize(
    ("name", "typed", "slip"),
    [
        ("accounts.maximum", "багато", Slip.WHOLE),
        ("accounts.maximum", "99999999999", Slip.WHOLE),
        ("energy.kwh_per_m3", "NaN", Slip.NUMBER),
        ("logins.recovery", "pigeon", Slip.CHOICE),
        ("logins.kinds", "mail, fax", Slip.CHOICE),
        ("payments.opens_after_day", "31", Slip.OF_MONTH),
        ("readings.reminder_days", "1, х", Slip.WHOLE),
        ("contacts.phone", "0512", Slip.PHONE),
        ("contacts.branches", "|+380512701804", Slip.BRANCH),
        ("contacts.branches", "Центр | 0512", Slip.PHONE),
    ],
)
def test_what_cannot_be_a_value_is_said_beside_its_field(name: str, typed: str, slip: Slip):
    assert policies.read(policies.as_typed(Policy()) | {name: typed})[1] == {name: slip}


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("logins.kinds", "", "logins.kinds"),
        ("logins.steps", "3", "logins.steps"),
        ("languages", "en", "languages"),
        ("passwords.minimum", "4", "passwords.minimum"),
        ("accounts.maximum", "0", "accounts.maximum"),
        ("accounts.exclusive", "1", "accounts.exclusive"),
        ("proofs", "", "proofs"),
        ("proofs", "previous_payment", "proofs"),
        ("readings.reminder_days", "31", "readings.reminder_days"),
        ("energy.kwh_per_m3", "50", "energy.kwh_per_m3"),
        ("look.theme", "red", "look.theme"),
        ("numbers.pattern", "[", "numbers.pattern"),
    ],
)
def test_a_contradiction_knows_its_field(name: str, typed: str, field: str):
    record, slips = policies.read(policies.as_typed(Policy()) | {name: typed})
    assert slips == {} and policy_of(record) == Contradiction(field)


def test_all_that_the_policy_refuses_has_a_field():
    names = {field.name for field in policies.all_fields()}
    assert set(WRONG.values()) <= names
    with pytest.raises(ValueError) as refused:
        Policy(logins=Logins(kinds=()))
    assert str(refused.value) in WRONG


def test_a_difference_names_fields_and_pages():
    found = policies.changes(Policy(), replace(Policy(), passwords=Passwords(minimum=12)))
    assert [(one.field.name, one.before, one.after) for one in found] == [("passwords.minimum", "10", "12")]
    assert policies.touched(found) == ["/sign-up", "/profile/password"]
    assert policies.changes(Policy(), Policy()) == []
    assert policies.written(policies.Field("x", "number"), Decimal("10.5")) == "10.5"


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("", NOW),
        ("2026-11-03", NOW),
        ("2026-11-20", datetime(2026, 11, 19, 22, tzinfo=UTC)),
        ("2026-11-02", Slip.PAST),
        ("2028-01-01", Slip.FAR),
        ("завтра", Slip.DAY),
    ],
)
def test_when_a_version_begins(typed: str, begins: datetime | Slip):
    assert policies.begins(typed, NOW, None) == begins


def test_a_version_never_begins_before_the_one_it_follows():
    later = datetime(2026, 11, 19, 22, tzinfo=UTC)
    assert policies.begins("", NOW, later) is Slip.BEFORE_ANOTHER
    assert policies.begins("2026-11-20", NOW, later) == later
