"""Signing in with a second step, and turning it on and off, as Olena does it."""

import asyncio
from datetime import timedelta

import httpx
import pyotp
import pytest

from tests.browser import Browser, Page
from tests.factories import portals
from tests.factories.people import KEY, NOW, PASSWORD, SignedIn
from tests.factories.portals import APortal
from webapp.actions import authenticators, recovery_codes, second_step
from webapp.actions.sign_in import Device
from webapp.database.engine import DB
from webapp.outside import Outside

pytestmark = pytest.mark.anyio
SECURITY = "/profile/security"


@pytest.fixture
async def phone(olena: SignedIn) -> pyotp.TOTP:
    """Olena's application, turned on a week ago."""
    before = NOW - timedelta(days=7)
    phone = pyotp.TOTP(await authenticators.begin(olena.id, key=KEY, now=before))
    assert await authenticators.confirm(olena.id, phone.at(before), key=KEY, now=before)
    return phone


@pytest.fixture
async def just_now(olena: SignedIn) -> None:
    """Olena has typed her password a minute ago."""
    await DB.do("UPDATE sign_ins SET confirmed_at = $1 WHERE person_id = $2", NOW, olena.id)


def later(outside: Outside, **by: int) -> None:
    outside.clock.moment += timedelta(**by)  # type: ignore[attr-defined]


async def with_password(visitor: Browser, **more: str) -> Page:
    page = await visitor.get("/sign-in?next=/bills")
    return await visitor.submit(page.form("/sign-in"), login="olena@example.com", password=PASSWORD, **more)


async def sign_ins() -> int:
    return await DB.one("SELECT to_json(count(*)) FROM sign_ins WHERE confirmed_at = $1", NOW, into=int) or 0


async def test_a_right_password_alone_does_not_open_the_cabinet(visitor: Browser, phone: pyotp.TOTP) -> None:
    page = await with_password(visitor)
    assert page.headers["location"] == "/sign-in/second" and "sid" not in visitor.cookies
    second = await visitor.follow(page)
    assert "Код із застосунку" in second.words
    page = await visitor.submit(second.form("/sign-in/second"), code=phone.at(NOW))
    assert page.headers["location"] == "/bills" and visitor.cookies["sid"]
    assert (await visitor.get("/cabinet")).status == 200


async def test_somebody_elses_device_is_remembered_through_the_second_step(
    visitor: Browser, phone: pyotp.TOTP
) -> None:
    second = await visitor.follow(await with_password(visitor, shared="1"))
    await visitor.submit(second.form("/sign-in/second"), code=phone.at(NOW))
    assert await DB.one(
        "SELECT to_json(shared) FROM sign_ins ORDER BY created_at DESC, shared DESC LIMIT 1", into=bool
    )


async def test_a_code_that_was_seen_over_the_shoulder_does_not_sign_in(
    visitor: Browser, http: httpx.AsyncClient, phone: pyotp.TOTP
) -> None:
    second = await visitor.follow(await with_password(visitor))
    thief = Browser(http)
    stolen = await thief.follow(await with_password(thief))
    assert (await visitor.submit(second.form("/sign-in/second"), code=phone.at(NOW))).status == 303
    page = await thief.submit(stolen.form("/sign-in/second"), code=phone.at(NOW))
    assert page.status == 422 and "вже використано" in page.mistakes["code"]
    assert "Лишилося 4 спроби" in page.words


async def test_htmx_gets_the_panel_alone_and_an_order_to_leave(visitor: Browser, phone: pyotp.TOTP) -> None:
    second = await visitor.follow(await with_password(visitor))
    page = await visitor.submit(second.form("/sign-in/second"), htmx=True, code="1")
    assert page.status == 422 and page.html.select_one("html") is None
    page = await visitor.submit(page.html.select_one("form"), htmx=True, code=phone.at(NOW))
    assert page.headers["hx-redirect"] == "/bills"


async def test_an_empty_code_costs_no_try(visitor: Browser, phone: pyotp.TOTP) -> None:
    second = await visitor.follow(await with_password(visitor))
    for _ in range(7):
        page = await visitor.submit(second.form("/sign-in/second"), code=" ")
        assert page.mistakes == {"code": "Введіть код."}
    assert (await visitor.submit(second.form("/sign-in/second"), code=phone.at(NOW))).status == 303


async def test_five_wrong_codes_end_the_sign_in(
    visitor: Browser, phone: pyotp.TOTP, outside: Outside
) -> None:
    second = await visitor.follow(await with_password(visitor))
    for _ in range(5):
        page = await visitor.submit(second.form("/sign-in/second"), code="000000")
    assert page.status == 429 and "П’ять кодів не підійшли" in page.words
    assert (await visitor.submit(second.form("/sign-in/second"), code=phone.at(NOW))).status == 429
    again = await visitor.follow(await with_password(visitor))
    assert (await visitor.submit(again.form("/sign-in/second"), code=phone.at(NOW))).status == 429
    later(outside, minutes=15)
    again = await visitor.follow(await with_password(visitor))
    code = phone.at(NOW + timedelta(minutes=15))
    assert (await visitor.submit(again.form("/sign-in/second"), code=code)).status == 303


async def test_wrong_codes_of_a_thief_end_nobodys_sign_in_who_is_in_already(
    browser: Browser, visitor: Browser, phone: pyotp.TOTP
) -> None:
    second = await visitor.follow(await with_password(visitor))
    for _ in range(6):
        await visitor.submit(second.form("/sign-in/second"), code="000000")
    assert (await browser.get("/cabinet")).status == 200


async def test_the_second_step_waits_for_ten_minutes(
    visitor: Browser, phone: pyotp.TOTP, outside: Outside
) -> None:
    second = await visitor.follow(await with_password(visitor))
    later(outside, minutes=10)
    code = phone.at(NOW + timedelta(minutes=10))
    page = await visitor.submit(second.form("/sign-in/second"), code=code)
    assert page.status == 410 and "10 хвилин" in page.words
    assert page.html.select_one("main a.button")["href"] == "/sign-in?next=/bills"
    assert (await visitor.get("/sign-in/second")).status == 410


async def test_the_second_step_belongs_to_the_browser_that_began_it(
    visitor: Browser, http: httpx.AsyncClient, phone: pyotp.TOTP
) -> None:
    second = await visitor.follow(await with_password(visitor))
    thief = Browser(http)
    page = await thief.submit(second.form("/sign-in/second"), code=phone.at(NOW))
    assert page.status == 410 and "У цьому браузері вхід не починали" in page.words
    thief.cookies["second"] = "guessed"
    assert (await thief.submit(second.form("/sign-in/second"), code=phone.at(NOW))).status == 410


async def test_a_finished_second_step_opens_nothing_more(visitor: Browser, phone: pyotp.TOTP) -> None:
    second = await visitor.follow(await with_password(visitor))
    kept = visitor.cookies["second"]
    await visitor.submit(second.form("/sign-in/second"), code=phone.at(NOW))
    visitor.cookies = {"second": kept}
    page = await visitor.submit(second.form("/sign-in/second"), code=phone.at(NOW + timedelta(seconds=30)))
    assert page.status == 410 and "уже завершено" in page.words


async def test_twenty_answers_at_once_make_one_sign_in(
    olena: SignedIn, portal: APortal, phone: pyotp.TOTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two recovery codes and a code of the application, all right, to one question."""
    codes = await recovery_codes.issue(olena.id, key=KEY, now=NOW)
    browser = second_step.browser_of(olena.id)
    await second_step.begin("second", portal_id=portal.id, browser=browser, owner_id=olena.id, now=NOW)
    step = await second_step.waiting(portal.id, "second", browser)
    tries = (
        second_step.enter_by_code(step, code, portal_id=portal.id, on=Device(), key=KEY, now=NOW)
        for code in (codes[0], codes[1], phone.at(NOW), codes[0], codes[2])
    )
    said = [type(outcome).__name__ for outcome in await asyncio.gather(*tries)]
    assert said.count("SignedIn") == 1 and await sign_ins() == 1, said


async def test_a_new_password_by_a_link_does_not_go_round_the_second_step(
    visitor: Browser, olena: SignedIn, phone: pyotp.TOTP, portal: APortal
) -> None:
    from webapp.actions import proofs
    from webapp.actions.proofs import Contact

    async with DB.transaction():
        proof = await proofs.issue(
            "set_password", "link", Contact("mail", olena.login), portal_id=portal.id, language="uk", now=NOW,
            person_id=olena.id,
        )  # fmt: skip
    page = await visitor.get(f"/password/{proofs.link_of(KEY, proof)}")
    page = await visitor.submit(page.form(), password="Новий-ліхтар-над-Бугом")
    assert page.headers["location"] == "/sign-in/second" and "sid" not in visitor.cookies


async def test_a_recovery_code_replaces_the_phone_once(
    visitor: Browser, olena: SignedIn, phone: pyotp.TOTP
) -> None:
    codes = await recovery_codes.issue(olena.id, key=KEY, now=NOW)
    await with_password(visitor)
    second = await visitor.get("/sign-in/second?by=recovery")
    assert "7KQM-2XTB-9HRD" in second.words
    assert (await visitor.submit(second.form("/sign-in/second"), code=codes[4].lower())).status == 303
    visitor.cookies.clear()
    await with_password(visitor)
    second = await visitor.get("/sign-in/second?by=recovery")
    page = await visitor.submit(second.form("/sign-in/second"), code=codes[4])
    assert page.status == 422 and "діє один раз" in page.mistakes["code"]


async def test_olena_turns_the_application_on_and_keeps_her_codes(
    browser: Browser, olena: SignedIn, just_now: None
) -> None:
    page = await browser.get(SECURITY)
    assert "Навіщо і як" in page.words and "Вимкнено." in page.words
    page = await browser.follow(await browser.submit(page.form(f"{SECURITY}/authenticator")))
    secret = page.html.select_one(".square-key").text.replace(" ", "")
    assert f"secret={secret}" in page.html.select_one("a[href^='otpauth:']")["href"]
    assert page.html.select_one("svg.qr path[d]")
    phone = pyotp.TOTP(secret)
    form = page.form(f"{SECURITY}/authenticator/confirmation")
    wrong = await browser.submit(form, code="000000")
    assert wrong.status == 422 and "час на телефоні" in wrong.mistakes["code"] and secret[:4] in wrong.words
    page = await browser.submit(form, code=phone.at(NOW))
    codes = [item.text for item in page.html.select(".codes li")]
    assert page.status == 200 and len(set(codes)) == 10
    assert await recovery_codes.left(olena.id) == 10
    file = await browser.submit(page.form(f"{SECURITY}/recovery-codes/text"))
    assert "attachment" in file.headers["content-disposition"] and all(
        code in file.html.text for code in codes
    )
    assert "Увімкнено з" in (await browser.get(SECURITY)).words
    again = await browser.submit(form, code=phone.at(NOW))
    assert again.status == 303 and await recovery_codes.left(olena.id) == 10


async def test_nothing_is_turned_on_from_a_device_left_signed_in(browser: Browser) -> None:
    page = await browser.get(SECURITY)
    page = await browser.submit(page.form(f"{SECURITY}/authenticator"))
    assert page.headers["location"] == "/profile/confirm?next=/profile/security"
    said = await browser.post(f"{SECURITY}/passkeys/options", {}, **{"Sec-Fetch-Site": "same-origin"})
    assert said.status == 403


async def test_turning_off_asks_for_a_factor(browser: Browser, olena: SignedIn, phone: pyotp.TOTP) -> None:
    await recovery_codes.issue(olena.id, key=KEY, now=NOW)
    page = await browser.get(f"{SECURITY}/authenticator/removal")
    form = page.form(f"{SECURITY}/authenticator/removal")
    assert (await browser.submit(form, code="")).mistakes == {"code": "Введіть код."}
    refused = await browser.submit(form, code="000000")
    assert refused.status == 422 and await authenticators.has(olena.id)
    done = await browser.submit(form, code=phone.at(NOW))
    assert done.headers["location"] == f"{SECURITY}?said=removed"
    assert not await authenticators.has(olena.id) and await recovery_codes.left(olena.id) == 0
    again = await browser.submit(form, code=phone.at(NOW + timedelta(seconds=30)))
    assert again.status == 422


async def test_new_recovery_codes_ask_for_a_factor_and_retire_the_old(
    browser: Browser, olena: SignedIn, phone: pyotp.TOTP
) -> None:
    old = await recovery_codes.issue(olena.id, key=KEY, now=NOW)
    page = await browser.get(f"{SECURITY}/recovery-codes?by=recovery")
    page = await browser.submit(page.form(f"{SECURITY}/recovery-codes"), code=old[0])
    new = [item.text for item in page.html.select(".codes li")]
    assert len(new) == 10 and not set(new) & set(old)
    assert not await recovery_codes.use(olena.id, old[1], key=KEY, now=NOW)


async def test_every_change_is_told_everywhere(browser: Browser, olena: SignedIn, phone: pyotp.TOTP) -> None:
    page = await browser.get(f"{SECURITY}/authenticator/removal")
    await browser.submit(page.form(f"{SECURITY}/authenticator/removal"), code=phone.at(NOW))
    sql = "SELECT to_json(convert_from(payload, 'UTF8')) FROM pgqueuer WHERE entrypoint = 'notice'"
    assert "second-step-changed" in (await DB.one(sql, into=str) or "")


async def test_the_stranger_sees_nothing_of_it(
    stranger: Browser, visitor: Browser, olena: SignedIn, phone: pyotp.TOTP
) -> None:
    assert "Увімкнено" not in (await stranger.get(SECURITY)).words
    for path in (SECURITY, f"{SECURITY}/authenticator", f"{SECURITY}/recovery-codes"):
        assert (await visitor.get(path)).headers["location"].startswith("/sign-in")
    for path in ("authenticator/removal", "authenticator", "recovery-codes"):
        assert (await stranger.get(f"{SECURITY}/{path}")).status == 303, path
    assert (await stranger.get(f"{SECURITY}/passkeys/{olena.id}/removal")).status == 404


async def test_where_passwords_may_be_short_the_second_check_is_advised(
    browser: Browser, portal: APortal
) -> None:
    assert "Паролі тут можуть бути короткими" not in (await browser.get(SECURITY)).words
    await portals.change_policy(portal.id, {"passwords": {"minimum": 6}})
    assert "Паролі тут можуть бути короткими" in (await browser.get(SECURITY)).words


async def test_who_signs_in_with_a_password_alone_meets_no_second_step(
    visitor: Browser, olena: SignedIn
) -> None:
    page = await with_password(visitor)
    assert page.headers["location"] == "/bills"
