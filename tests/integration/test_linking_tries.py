"""Wrong proofs are counted, over all of them together; the holder still gets in."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.browser import Browser
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from tests.integration.test_linking_proofs import (
    NUMBER,
    SERIAL,
    browser,
    claim_of,
    flat,
    portal,
    prove,
    taras,
)
from webapp.actions import identifying, limiting, linking
from webapp.actions.identifying import Claim, Identified, NotIdentified, TooManyTries
from webapp.database.engine import DB
from webapp.database.tables.accounts import Link
from webapp.rules.answers import Answer

__all__ = ["browser", "flat", "portal", "taras"]


async def test_tries_are_counted_over_all_proofs_and_both_numbers_of_an_account(
    portal: APortal, flat: AnAccount
):
    """Fifty at once, of every kind, by ten people, by the supplier's number and the operator's: five are compared."""
    guessers = [await people.person(portal.id, "Хтось", f"guess{n}@example.com") for n in range(10)]
    kinds: list[Any] = [
        Answer("meter_serial", text="999"), Answer("pin", text="000000"), Answer("last_charge", amount=Decimal(1)),
        Answer("last_payment", amount=Decimal(1)), Answer("eic", text="56XM26000003711H"),
    ]  # fmt: skip
    outcomes = await asyncio.gather(
        *(
            identifying.identify(
                Claim(((portal.supplier, portal.operator)[n % 2],), NUMBER, (kinds[n % 5],)),
                ip=f"10.0.{n}.1", now=NOW, person_id=guessers[n % 10].id, key=KEY,
            )
            for n in range(50)
        )
    )  # fmt: skip
    assert sum(isinstance(one, NotIdentified) for one in outcomes) == 5
    assert outcomes.count(TooManyTries(locked=True)) == 45


async def test_counted_in_another_order_more_would_be_compared(monkeypatch, portal: APortal, flat: AnAccount):
    """The proof of the test above: without the one statement that decides and writes, more come through."""

    async def seen_by_all(limit, subject: str, now) -> bool:
        used = await DB.pool.fetchval("SELECT count(*) FROM limits WHERE subject LIKE 'link_account%'")
        await asyncio.sleep(0)
        await DB.do("INSERT INTO limits VALUES (gen_random_uuid()::text, $1)", now)
        return int(used) < 5

    monkeypatch.setattr(limiting, "take", seen_by_all)
    claim = Claim((portal.supplier,), NUMBER, (Answer("pin", text="000000"),))
    outcomes = await asyncio.gather(*(identifying.identify(claim, ip="10.0.0.1", now=NOW) for _ in range(20)))
    assert sum(isinstance(one, NotIdentified) for one in outcomes) > 5


async def lock(portal: APortal) -> None:
    """A stranger guesses five times."""
    claim = Claim((portal.supplier,), NUMBER, (Answer("pin", text="000001"),))
    for n in range(5):
        assert isinstance(await identifying.identify(claim, ip=f"10.9.{n}.1", now=NOW), NotIdentified)


async def test_a_stranger_who_guesses_does_not_lock_the_holder_out(
    browser: Browser, portal: APortal, flat: AnAccount
):
    await lock(portal)
    page = await prove(browser, portal, "meter_serial", serial=SERIAL)
    assert page.status == 429 and "дві відповіді разом" in page.words and await Link.count() == 0
    assert page.html.select_one("#serial")["value"] == SERIAL and page.html.select_one("#amount")
    other = page.html.select_one("main a[href*='second=pin']")
    assert other and other.text == "PIN-код"
    wrong = await browser.submit(page.form("/linking"), amount="1,00")
    assert wrong.status == 422, "which of the two is wrong is not said"
    linked = await browser.submit(wrong.form("/linking"), amount="186,40")
    assert linked.headers["location"] == f"/cabinet?account={flat.id}"


async def test_two_proofs_are_two_payments_where_there_is_nothing_else(
    browser: Browser, portal: APortal, flat: AnAccount
):
    await portals.change_policy(portal.id, {"proofs": ["last_payment", "previous_payment"]})
    await lock(portal)
    page = await prove(browser, portal, "last_payment", amount="186,40")
    assert page.status == 429
    swapped = await browser.submit(page.form("/linking"), amount="150,05", previous="186,40")
    assert swapped.status == 422
    assert (await browser.submit(page.form("/linking"), previous="150,05")).status == 303


async def test_two_proofs_are_tried_three_times_a_day_by_a_person(
    portal: APortal, flat: AnAccount, taras: SignedIn
):
    right, wrong = Answer("meter_serial", text=SERIAL.lstrip("0")), Answer("pin", text="000001")
    outcomes = await asyncio.gather(*(claim_of(portal, right, wrong, by=taras) for _ in range(9)))
    assert sum(isinstance(one, NotIdentified) for one in outcomes) == 3
    assert sum(isinstance(one, TooManyTries) for one in outcomes) == 6
    payment = Answer("last_payment", amount=accounts.LAST_PAYMENT)
    assert isinstance(await claim_of(portal, right, payment, by=taras), TooManyTries)
    olena = await people.person(portal.id, "Олена", "olena@example.com")
    assert isinstance(await claim_of(portal, right, payment, by=olena), linking.Linked), (
        "the holder has her own"
    )


async def test_the_same_answer_twice_is_not_two_proofs(portal: APortal, flat: AnAccount, taras: SignedIn):
    await lock(portal)
    right = Answer("meter_serial", text=SERIAL.lstrip("0"))
    assert await claim_of(portal, right, right, by=taras) == TooManyTries(locked=True)
    assert await claim_of(portal, right, Answer("number"), by=taras) == TooManyTries(locked=True)


async def test_a_claim_without_an_answer_links_nothing(portal: APortal, flat: AnAccount, taras: SignedIn):
    assert isinstance(await claim_of(portal, by=taras), NotIdentified)


async def test_the_right_answer_is_free(portal: APortal, flat: AnAccount):
    claim = Claim.by_payment(portal.supplier, NUMBER, accounts.LAST_PAYMENT)
    for _ in range(7):
        assert isinstance(await identifying.identify(claim, ip="10.0.0.1", now=NOW), Identified)


async def test_limits_end_with_the_day(browser: Browser, portal: APortal, flat: AnAccount, outside):
    await lock(portal)
    outside.clock.moment += timedelta(days=1)
    assert (await prove(browser, portal, "meter_serial", serial=SERIAL)).status == 303
