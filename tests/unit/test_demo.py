"""The demo's people are the same every day, and their figures agree with each other whatever the month is."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.demo import cast, eic, people_json
from webapp.demo.cast import Account, Portal
from webapp.demo.story import DIGITS, Story
from webapp.rules import account_numbers, passwords
from webapp.rules.periods import month_after
from webapp.settings import Settings

LAST = date(2026, 10, 1)
ALL = [(portal, account) for portal in cast.portals() for account in cast.people()[portal.brand].all_accounts]
PERSONS = [(portal, one) for portal in cast.portals() for one in cast.people()[portal.brand].people]
MONTHS = st.builds(date, st.integers(2025, 2040), st.integers(1, 12), st.just(1))
POLICIES = {
    "hub": (("mail", "phone"), 2, "code", 25, 10, "before", (28, 5), None, 1, ("uk", "ru", "en")),
    "chernihiv": (("mail",), 1, "link", 1, 10, "before", (1, 5), None, 14, ("uk", "ru")),
    "kremenchuk": (("phone",), 1, "code", 25, 6, "before", (1, 5), 10, 7, ("uk",)),
    "mygas": (("mail", "phone"), 1, "code_or_link", 25, 5, "after", (28, 5), None, 1, ("uk", "ru")),
}


def story(portal: Portal, account: Account, last: date = LAST) -> Story:
    companies = cast.companies()
    return Story(
        account, last, month_after(last).replace(day=22),
        companies[portal.company("supplier")], companies[portal.company("operator")],
    )  # fmt: skip


@given(st.sampled_from(ALL), MONTHS)
def test_nothing_happens_in_the_future(whose: tuple[Portal, Account], last: date):
    told = story(*whose, last)
    moments = [reading.read_on for reading in told.readings()]
    for ledger in (told.supply(), told.distribution()):
        moments += [charge.charged_on for charge in ledger.charges]
        moments += [paid.paid_on for paid in ledger.payments]
        assert all(paid.amount > 0 for paid in ledger.payments)
    assert all(moment <= month_after(last).replace(day=21) for moment in moments)


@given(st.sampled_from(ALL), MONTHS)
def test_the_gas_that_is_charged_went_through_the_meter(whose: tuple[Portal, Account], last: date):
    """What is booked until a reading that somebody took is what its meter shows since the first one."""
    portal, account = whose
    told = story(portal, account, last)
    charged = {charge.month: 0 for charge in told.supply().charges}
    for charge in told.supply().charges:
        charged[charge.month] += charge.volume or 0
    shown = [reading for reading in told.readings() if reading.source != "planned" and not reading.old]
    for before, after in zip(shown, shown[1:], strict=False):
        booked = sum(m3 for month, m3 in charged.items() if before.month < month <= after.month)
        if account.replaced is not None and before.value == 0:
            assert after.value < booked, "a part of that month is on the old meter"
        else:
            assert (after.value - before.value) % 10**DIGITS == booked


@pytest.mark.parametrize(("portal", "account"), ALL, ids=[account.number for _, account in ALL])
def test_numbers_are_what_their_portal_reads(portal: Portal, account: Account):
    for number in (account.number, account.supply):
        assert account_numbers.read(number, portal.policy.numbers) == account_numbers.Number(number, number)
    code = eic.of_point(account.number)
    assert len(code) == 16 and code[-1] == eic.check_character(code[:15]) != "-"


def test_the_check_character_is_that_of_known_codes():
    vectors = json.loads((Path(__file__).parents[1] / "cases" / "eic.json").read_text())
    assert all(code[-1] == eic.check_character(code[:15]) for code in vectors["valid"])
    assert not any(code[-1] == eic.check_character(code[:15]) for code in vectors["wrong_check"])


@pytest.mark.parametrize(("portal", "person"), PERSONS, ids=[one.key for _, one in PERSONS])
def test_people_fit_their_portal(portal: Portal, person: cast.Person):
    policy = portal.policy
    for login in person.logins:
        assert ("mail" if "@" in login else "phone") in policy.logins.kinds
        if login.startswith("+"):
            assert phonenumbers.is_valid_number_for_region(phonenumbers.parse(login), "UA")
        else:
            assert login.endswith("@example.com")
    assert len(person.all_accounts) <= policy.accounts.maximum
    assert passwords.judge(cast.PASSWORD, policy.passwords.minimum, person.logins[0]) is None


def test_every_portal_has_the_policy_that_was_decided():
    for portal in cast.portals():
        policy = portal.policy
        assert POLICIES[portal.brand] == (
            policy.logins.kinds, policy.logins.steps, policy.logins.recovery, policy.accounts.maximum,
            policy.passwords.minimum, policy.consent.moment,
            (policy.window.opens_day, policy.window.closes_day), policy.payments.opens_after_day,
            policy.freshness.payments_days, policy.languages,
        )  # fmt: skip


def test_the_first_account_of_kremenchuk_began_as_its_manual_shows():
    """10 m³, 58,68; 10 m³, 50,05; 5 m³, 21,63 and 17,09 paid: 71,68 (K31)."""
    (portal,) = (one for one in cast.portals() if one.brand == "kremenchuk")
    ledger = story(portal, cast.people()["kremenchuk"].people[0].accounts[0]).supply()
    first = [(charge.volume, charge.amount) for charge in ledger.charges[:4]]
    assert first == [
        (None, Decimal("-41.59")), (10, Decimal("58.68")), (10, Decimal("50.05")), (5, Decimal("21.63")),
    ]  # fmt: skip
    assert (ledger.payments[0].amount, ledger.payments[0].paid_on.month) == (Decimal("17.09"), 3)
    assert (ledger.payments[1].amount, ledger.payments[1].paid_on.month) == (Decimal("71.68"), 4)


def test_the_meter_that_rolled_over():
    (whose,) = ((portal, account) for portal, account in ALL if account.last_volume)
    values = [reading.value for reading in story(*whose).readings()]
    assert values[-2:] == [99_995, 12]


def test_the_contract_of_the_command_line():
    told = people_json(Settings("", port=8000))
    assert [portal["url"] for portal in told["portals"]] == [
        "http://localhost:8000", "http://chernihiv.localhost:8000", "http://kremenchuk.localhost:8000",
        "http://mygas.localhost:8000",
    ]  # fmt: skip
    names = {portal["name"] for portal in told["portals"]}
    assert {person["portal"] for person in told["people"]} == names
    shape = {"portal", "role", "name", "login", "password", "totp_secret"}
    assert all(set(person) == shape for person in told["people"])
    assert {one["portal"] for one in told["unlinked"]} == names
    assert people_json(Settings("", port=80))["portals"][1]["url"] == "http://chernihiv.localhost"
