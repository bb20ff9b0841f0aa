"""The desks: a case is looked at with a reason, decided once, and whoever asked is told."""

from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from tests.browser import Browser, Page
from tests.factories import people, staff
from tests.factories.accounts import AnAccount
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from tests.factories.staff import AColleague
from webapp.actions.messages import Written
from webapp.actions.sealing import unseal
from webapp.database.engine import DB
from webapp.rules import pins


@pytest.fixture
async def clerk(portal: APortal) -> AColleague:
    return await staff.colleague(portal)


@pytest.fixture
def desk(http: httpx.AsyncClient, clerk: AColleague) -> Browser:
    browser = Browser(http)
    browser.cookies = {"staff": clerk.token}
    return browser


@pytest.fixture
async def pin_case(portal: APortal, olena: SignedIn, flat: AnAccount) -> UUID:
    typed = {"number": flat.number}
    return await staff.case(
        portal, "pin", typed, person_id=olena.id, account_id=flat.id, contact=olena.login, language="uk"
    )


async def look(desk: Browser, case: UUID, reason: str = "decide", words: str = "") -> Page:
    asked = await desk.get(f"/office/cases/{case}")
    if "Підстава перегляду" in asked.words:
        return asked
    return await desk.follow(await desk.submit(asked.form(), reason=reason, words=words))


async def decide(desk: Browser, case: UUID, **typed: str) -> Page:
    page = await look(desk, case)
    return await desk.submit(page.form(f"/office/cases/{case}/decision"), **typed)


async def letters() -> list[Written]:
    rows = await DB.pool.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'written' ORDER BY id")
    return [msgspec.json.decode(row["payload"], type=Written) for row in rows]


async def test_the_desks_count_what_waits_and_what_is_late(
    desk: Browser, portal: APortal, clerk, pin_case, outside
):
    row = (
        (await desk.get("/office"))
        .html.select_one("tbody a[href='/office/cases?kind=pin']")
        .find_parent("tr")
    )
    assert [cell.text.strip() for cell in row.select("td.number")] == ["1", "0"]
    outside.clock.moment = NOW.replace(day=20)
    desk.cookies = {"staff": await staff.sign_in(portal, clerk.id, now=outside.clock.moment)}
    page = await desk.get("/office")
    assert "прострочених: 1" in page.words and "Прострочено: 10 лист." in page.words
    assert "Прострочено" in (await desk.get("/office/cases?kind=pin")).words


async def test_a_list_is_oldest_first_and_names_nobody(desk: Browser, portal: APortal, olena, flat):
    for day in (3, 1, 2):
        await staff.case(portal, "dispute", {"number": str(day)}, now=NOW.replace(day=day))
    page = await desk.get("/office/cases?kind=dispute")
    assert [cell.text[0] for cell in page.html.select("td[data-label='Надійшов']")] == ["1", "2", "3"]
    assert "Коваленко" not in page.words and (await desk.get("/office/cases?kind=nonsense")).status == 404
    assert "Тут нічого не чекає" in (await desk.get("/office/cases?kind=moving")).words


async def test_the_card_opens_after_the_reason_and_leaves_a_row(desk: Browser, pin_case: UUID, olena, clerk):
    asked = await desk.get(f"/office/cases/{pin_case}")
    assert "Чому Ви відкриваєте" in asked.words
    assert olena.login not in asked.words and "Олена" not in asked.words and "0910204517" not in asked.words
    without = await desk.submit(asked.form(), reason="other")
    assert without.status == 422 and "кількома словами" in without.mistakes["words"]
    assert (await desk.submit(asked.form(), reason="curious")).mistakes["reason"]
    assert await DB.pool.fetchval("SELECT count(*) FROM audit") == 0
    page = await look(desk, pin_case, "other", "дзвінок 14:05")
    for known in (olena.login, "Олена Коваленко", "Коваленко Олена Петрівна", "вул. Садова, 18, кв. 42"):
        assert known in page.words
    assert "Інша підстава: дзвінок 14:05" in page.words
    (row,) = await DB.pool.fetch("SELECT * FROM audit")
    assert (row["deed"], row["person_id"], row["colleague_id"]) == ("looked", olena.id, clerk.id)
    assert row["case_id"] == pin_case and row["reason"] == "other: дзвінок 14:05"


async def test_after_half_an_hour_the_reason_is_asked_again(desk: Browser, portal, pin_case, outside, clerk):
    await look(desk, pin_case)
    outside.clock.moment = NOW.replace(minute=29)
    assert "Підстава перегляду" in (await desk.get(f"/office/cases/{pin_case}")).words
    outside.clock.moment = NOW.replace(minute=31)
    assert "Чому Ви відкриваєте" in (await desk.get(f"/office/cases/{pin_case}")).words
    posted = await desk.post(
        f"/office/cases/{pin_case}/decision", {"decision": "grant"}, **{"Sec-Fetch-Site": "same-origin"}
    )
    assert posted.status == 303 and await state(pin_case) == "open", "who does not look does not decide"


async def test_another_colleague_gives_a_reason_of_their_own(desk: Browser, portal: APortal, pin_case):
    await look(desk, pin_case)
    second = await staff.colleague(portal, "viewer")
    desk.cookies = {"staff": second.token}
    assert "Чому Ви відкриваєте" in (await desk.get(f"/office/cases/{pin_case}")).words
    page = await look(desk, pin_case)
    assert not page.html.select(f"form[action='/office/cases/{pin_case}/decision']"), (
        "a viewer decides nothing"
    )


async def test_another_companys_case_is_not_there(desk: Browser, portal: APortal, pin_case: UUID):
    foreign = await staff.colleague(portal, "clerk", "other@example.com", company_id=portal.supplier)
    desk.cookies = {"staff": foreign.token}
    same = {"Sec-Fetch-Site": "same-origin"}
    assert (await desk.get(f"/office/cases/{pin_case}")).status == 404
    assert (await desk.post(f"/office/cases/{pin_case}/looks", {"reason": "decide"}, **same)).status == 404
    assert (
        await desk.post(f"/office/cases/{pin_case}/decision", {"decision": "grant"}, **same)
    ).status == 404
    assert (
        "PIN"
        not in (await desk.get("/office/cases?kind=pin")).html.select_one("main").select_one("h1 + *").text
    )
    assert await DB.pool.fetchval("SELECT count(*) FROM audit") == 0 and await state(pin_case) == "open"


async def state(case: UUID) -> str:
    return str(await DB.pool.fetchval("SELECT state FROM cases WHERE id = $1", case))


@pytest.mark.covers("R17", page="/office/cases/{id}")
async def test_a_pin_is_issued_and_goes_to_the_proved_login_alone(
    desk: Browser, portal, pin_case, olena, flat
):
    await people.add_login(portal.id, olena.id, "+380671112233")
    done = await decide(desk, pin_case, decision="grant", way="message", answer="Ось Ваш PIN-код.")
    assert done.status == 303 and "Задоволено" in (await desk.follow(done)).words
    (letter,) = await letters()
    pin = (unseal(bytes.fromhex(letter.sealed), portal.id, key=KEY) or b"").decode()
    stored = await DB.pool.fetchval("SELECT pin_hmac FROM pins WHERE account_id = $1", flat.id)
    assert letter.contact == olena.login and pins.same(stored, pins.hash_of(KEY, flat.id, pin))
    assert pin not in str(msgspec.to_builtins(letter)), "in no queue in clear"
    row = await DB.pool.fetchrow("SELECT * FROM audit WHERE deed = 'granted'")
    assert row["reason"] == "Ось Ваш PIN-код." and pin not in str(dict(row))


async def test_a_pin_may_come_with_the_bill_instead(desk: Browser, pin_case, olena, flat):
    assert (await decide(desk, pin_case, decision="grant", way="bill")).status == 303
    (letter,) = await letters()
    assert not letter.sealed and letter.words["state"] == "granted"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, "decision"), ({"decision": "refuse"}, "answer"), ({"decision": "refuse", "answer": "  "}, "answer"),
        ({"decision": "grant", "way": "pigeon"}, "way"), ({"decision": "grant", "answer": "ю" * 1001}, "answer"),
    ],
)  # fmt: skip
async def test_a_decision_that_is_not_whole_comes_back(
    desk: Browser, pin_case, typed: dict[str, str], wrong: str
):
    page = await decide(desk, pin_case, **typed)
    assert page.status == 422 and wrong in page.mistakes and await state(pin_case) == "open"


async def test_a_refusal_says_what_to_do(desk: Browser, pin_case, olena):
    page = await decide(desk, pin_case, decision="refuse", answer="Прийдіть із паспортом.")
    assert "Відмовлено" in (await desk.follow(page)).words
    (letter,) = await letters()
    assert letter.words["answer"] == "Прийдіть із паспортом." and letter.words["state"] == "refused"


async def test_a_case_of_no_account_is_refused_and_not_granted(desk: Browser, portal: APortal, olena):
    case = await staff.case(portal, "pin", {"number": "000"}, person_id=olena.id)
    page = await decide(desk, case, decision="grant", way="bill")
    assert page.status == 422 and "Немає рахунку" in page.words and await state(case) == "open"


async def test_a_missing_address_is_found_and_its_account_linked(
    desk: Browser, portal: APortal, olena, other_flat
):
    typed = {"settlement": "м. Миколаїв", "street": "Лугова"}
    case = await staff.case(portal, "address", typed, person_id=olena.id, contact=olena.login)
    wrong = await decide(desk, case, decision="grant", number="12345")
    assert wrong.status == 422 and "немає такого рахунку" in wrong.mistakes["number"]
    assert (await decide(desk, case, decision="grant", number=other_flat.number)).status == 303
    assert await linked(olena.id, other_flat.id)


async def linked(person: UUID, account: UUID) -> bool:
    sql = "SELECT EXISTS (SELECT 1 FROM links WHERE person_id = $1 AND account_id = $2)"
    return bool(await DB.pool.fetchval(sql, person, account))


@pytest.mark.covers("A26", page="/office/cases/{id}")
async def test_a_dispute_takes_the_account_away_and_tells(
    desk: Browser, portal: APortal, olena, other, other_flat
):
    typed = {"number": other_flat.number, "explanation": "Це моя квартира"}
    case = await staff.case(portal, "dispute", typed, person_id=olena.id, account_id=other_flat.id)
    assert "Чужий Чоловік" in (await look(desk, case)).words
    assert (await decide(desk, case, decision="grant")).status == 303
    assert not await linked(other.id, other_flat.id)
    assert "notice" in [row["entrypoint"] for row in await DB.pool.fetch("SELECT entrypoint FROM pgqueuer")]


@pytest.mark.covers("A48", page="/office/cases/{id}")
@pytest.mark.parametrize(("decision", "stays"), [("grant", False), ("refuse", True)])
async def test_an_annulment_is_decided_with_an_answer(
    desk: Browser, portal: APortal, olena, flat, decision: str, stays: bool
):
    typed = {"number": flat.number, "holder": "Коваленко О. П.", "address": "Садова 18", "amount": "186,40"}
    told: dict[str, Any] = {"account_id": flat.id, "contact": "who@example.com"}
    case = await staff.case(portal, "annulment", typed, company_id=portal.supplier, **told)
    sells = await staff.colleague(portal, "supervisor", company_id=portal.supplier)
    desk.cookies = {"staff": sells.token}
    page = await look(desk, case)
    assert "186,40 грн" in page.words and "Коваленко О. П." in page.words
    assert (await decide(desk, case, decision=decision, answer="Розглянуто.")).status == 303
    assert await linked(olena.id, flat.id) is stays
    assert "who@example.com" in [letter.contact for letter in await letters()]


async def test_moving_out_closes_the_account(desk: Browser, portal: APortal, olena, flat):
    typed: dict[str, Any] = {"number": flat.number, "on": "2026-11-01", "readings": {"1": "04152"}}
    case = await staff.case(portal, "moving", typed, person_id=olena.id, account_id=flat.id)
    assert (await decide(desk, case, decision="grant", on="9999-12-31")).mistakes["on"]
    assert (await decide(desk, case, decision="grant")).status == 303
    closed = await DB.pool.fetchval("SELECT closed_on FROM accounts WHERE id = $1", flat.id)
    assert str(closed) == "2026-11-01" and not await linked(olena.id, flat.id)
