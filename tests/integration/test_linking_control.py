"""The control question opens what a number alone does not, and is no way to guess."""

import asyncio
from typing import Any

import pytest

from tests import by_number, door
from tests.browser import Browser
from tests.by_number import NUMBER, POLICY, SERIAL, add, answer
from tests.factories import accounts, people, portals
from tests.factories.accounts import AnAccount
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import linking, pins
from webapp.actions.identifying import NotIdentified, TooManyTries
from webapp.database.engine import DB
from webapp.database.tables.accounts import Link
from webapp.rules.answers import Answer
from webapp.rules.policy import Accounts


@pytest.fixture
async def portal(app) -> APortal:
    return await by_number.a_portal()


@pytest.fixture
async def taras(portal: APortal) -> SignedIn:
    return await people.person(portal.id, "Тарас", "+380931112233")


@pytest.fixture
async def flat(portal: APortal) -> AnAccount:
    return await by_number.a_flat(portal)


@pytest.fixture
async def browser(http, taras: SignedIn, flat: AnAccount) -> Browser:
    return await by_number.signed(http, taras)


@pytest.mark.covers("R14", "R15", "R16", "R18", portal="mygas")
@pytest.mark.parametrize(
    ("kind", "typed"), [("meter_serial", "185952"), ("last_charge", "5868"), ("pin", "")]
)
async def test_the_control_question_opens_the_rest(
    browser: Browser, portal: APortal, flat: AnAccount, kind: str, typed: str
):
    page = await browser.follow(await add(browser, portal))
    assert page.html.h1.text.strip() == (
        "Щоб підключити розширені можливості особистого кабінету, будь ласка, дайте відповідь на контрольне запитання."
    )
    assert [one["value"] for one in page.html.select("input[name=kind]")] == [
        "meter_serial",
        "last_charge",
        "pin",
    ]
    assert "у копійках" in page.words.lower() or "копійки" in page.words
    assert page.html.select_one("label[for=answer]").text == "Введіть відповідь на контрольне запитання"
    later = [
        one["href"] for one in page.html.select("main a") if "пізніше" in one.text or "Закрити" in one.text
    ]
    assert later == [f"/cabinet?account={flat.id}"] * 2
    if kind == "pin":
        async with DB.transaction():
            typed = await pins.issue(flat.id, key=KEY, now=NOW)
    opened = await answer(browser, flat, kind, typed)
    assert opened.headers["location"] == f"/cabinet?account={flat.id}"
    cabinet = await browser.follow(opened)
    assert "71,68" in cabinet.words and "Полтавська, 27" in cabinet.words
    again = await browser.get(f"/linking/{flat.id}/extend")
    assert again.headers["location"] == f"/cabinet?account={flat.id}", "it is asked no more"


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_wrong_answer_keeps_the_question_and_what_was_typed(
    browser: Browser, portal: APortal, flat: AnAccount, htmx: bool
):
    await add(browser, portal)
    wrong = await answer(browser, flat, "last_charge", "5869", htmx=htmx)
    assert wrong.status == 422 and "Відповідь не підходить" in wrong.words
    assert wrong.html.select_one("#answer")["value"] == "5869"
    assert wrong.html.select_one("input[name=kind][checked]")["value"] == "last_charge"
    slip = await answer(browser, flat, "pin", "12", htmx=htmx)
    assert slip.status == 422 and "6 цифр" in slip.mistakes["answer"]
    assert (await Link.objects().first()).level == "basic"


async def test_the_control_question_is_no_way_to_guess(
    browser: Browser, portal: APortal, flat: AnAccount, taras: SignedIn
):
    await add(browser, portal)
    asked, other = Answer("pin", text="000001"), await people.person(portal.id, "Чужий", "+380670000002")
    await accounts.link(other.id, flat.id, level="basic")
    outcomes = await asyncio.gather(
        *(
            linking.extend(
                flat.id,
                asked,
                by=other.id,
                portal_id=portal.id,
                policy=Accounts(),
                ip=f"10.0.{n}.1",
                key=KEY,
                now=NOW,
            )
            for n in range(50)
        )
    )
    assert sum(isinstance(one, NotIdentified) for one in outcomes) == 5
    assert sum(isinstance(one, TooManyTries) for one in outcomes) == 45
    page = await answer(browser, flat, "meter_serial", SERIAL)
    assert page.status == 429
    (link,) = page.html.select("main .notice a")
    form = (await browser.get(link["href"])).form("/linking")
    assert form.select_one("#serial") and form.select_one("#number")["value"] == NUMBER
    assert form.select_one("input[name=second]")["value"] == "last_charge"
    assert form.select_one("#company [selected]")["value"] == str(portal.operator), "whose number it is"
    done = await browser.submit(form, serial=SERIAL, charge="5868")
    assert (
        done.status == 303
        and (await Link.objects().where(Link.person_id == taras.id).first()).level == "extended"
    )


async def prove_at_once(portal: APortal, flat: AnAccount) -> list[linking.Linked | linking.Taken]:
    """Two people who have the number, on a portal that gives an account to one person only."""
    right, alone = Answer("meter_serial", text=SERIAL.lstrip("0")), Accounts(maximum=1, exclusive=True)
    both = [await people.person(portal.id, "Хтось", f"+38067000001{n}") for n in range(2)]
    for one in both:
        await accounts.link(one.id, flat.id, level="basic")
    return await asyncio.gather(
        *(
            linking.extend(
                flat.id, right, by=one.id, portal_id=portal.id, policy=alone, ip="10.0.0.1", key=KEY, now=NOW
            )
            for one in both
        )
    )  # fmt: skip


async def test_of_two_who_prove_it_at_once_one_gets_it_where_it_is_for_one(portal: APortal, flat: AnAccount):
    outcomes = await prove_at_once(portal, flat)
    assert {type(one) for one in outcomes} == {linking.Linked, linking.Taken}
    assert await Link.count().where(Link.level == "extended") == 1


async def test_without_the_lock_both_would(monkeypatch, portal: APortal, flat: AnAccount):
    do, one, both_have_looked = DB.do, DB.one, asyncio.Barrier(2)

    async def unlocked(sql: str, *values: object) -> int:
        return 0 if "FOR UPDATE" in sql else await do(sql, *values)

    async def looked(sql: str, *values: object, **told: Any) -> Any:
        found = await one(sql, *values, **told)
        if sql == linking.OTHERS:
            await both_have_looked.wait()
        return found

    monkeypatch.setattr(DB, "do", unlocked)
    monkeypatch.setattr(DB, "one", looked)
    await prove_at_once(portal, flat)
    assert await Link.count().where(Link.level == "extended") == 2


async def test_a_number_alone_keeps_nobody_out(browser: Browser, http, portal: APortal, flat: AnAccount):
    await portals.change_policy(portal.id, POLICY | {"accounts": {"maximum": 1, "exclusive": True}})
    await add(browser, portal)
    olena = await people.person(portal.id, "Олена", "olena@example.com")
    holder = await by_number.signed(http, olena)
    form = (await holder.get("/linking?proof=meter_serial")).form("/linking")
    assert (
        await holder.submit(form, company=str(portal.supplier), number=NUMBER, serial=SERIAL)
    ).status == 303
    late = await answer(browser, flat, "meter_serial", SERIAL)
    assert late.status == 422 and late.html.select_one("main .notice a[href^='/joining']")


async def test_nobody_extends_what_one_does_not_have(browser: Browser, portal: APortal, flat: AnAccount):
    for path in ("extend", "added"):
        assert (await browser.get(f"/linking/{flat.id}/{path}")).status == 404
    past = {"Sec-Fetch-Site": "same-origin"}
    fields = {"kind": "meter_serial", "answer": SERIAL}
    assert (await browser.post(f"/linking/{flat.id}/extend", fields, **past)).status == 404
    assert (await browser.get("/linking/not-an-id/extend")).status == 404
    assert await door.rows("limits") == 0


async def test_the_same_answer_five_times_at_once_extends_once(
    browser: Browser, portal: APortal, flat: AnAccount, taras: SignedIn
):
    await add(browser, portal)
    right = Answer("meter_serial", text=SERIAL.lstrip("0"))
    outcomes = await asyncio.gather(
        *(
            linking.extend(
                flat.id,
                right,
                by=taras.id,
                portal_id=portal.id,
                policy=Accounts(),
                ip="10.0.0.1",
                key=KEY,
                now=NOW,
            )
            for n in range(5)
        )
    )
    assert all(isinstance(one, linking.Linked) for one in outcomes) and await Link.count() == 1
    replayed = await browser.post(
        f"/linking/{flat.id}/extend", {"kind": "pin", "answer": "1"}, **{"Sec-Fetch-Site": "same-origin"}
    )
    assert replayed.headers["location"] == f"/cabinet?account={flat.id}"
