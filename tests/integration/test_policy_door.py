"""The same for the fields that decide how one comes in: P-01, P-03, P-04, P-05, P-15."""

import pytest

from tests import door
from tests.browser import Browser
from tests.factories.people import SignedIn
from tests.factories.portals import APortal, change_policy


@pytest.mark.parametrize(
    ("kinds", "label"),
    [(["mail"], "E-mail"), (["phone"], "Номер мобільного"), (["mail", "phone"], "Телефон або e-mail")],
)
async def test_p01_kinds_of_logins(visitor: Browser, portal: APortal, kinds: list[str], label: str):
    await change_policy(portal.id, {"logins": {"kinds": kinds}, "consent": {"moment": "after"}})
    for path in ("/sign-in", "/sign-up/form", "/recovery"):
        assert (await visitor.get(path)).html.select_one("label[for=login]").text == label, path
    form = await door.form_of_sign_up(visitor)
    for login, kind in (("olena@example.com", "mail"), ("067 123 45 67", "phone")):
        answer = await visitor.submit(form, login=login, password=door.GOOD)
        assert answer.status == (303 if kind in kinds else 422), (kind, kinds)


async def test_p01_what_the_form_of_sign_up_asks(visitor: Browser, portal: APortal):
    asked = {}
    for way in ("plain", "identified"):
        await change_policy(portal.id, {"logins": {"sign_up": way}})
        fields = (await door.form_of_sign_up(visitor)).select("input:not([type=hidden]), select")
        asked[way] = [field["name"] for field in fields]
    assert asked == {
        "plain": ["login", "password"], "identified": ["number", "amount", "company", "phone", "mail"],
    }  # fmt: skip


async def test_p01_a_page_before_the_form(visitor: Browser, portal: APortal):
    await change_policy(portal.id, {"logins": {"introduced": True}})
    assert "Що знадобиться" in (await visitor.get("/sign-up")).words
    await change_policy(portal.id, {"logins": {"introduced": False}})
    assert (await visitor.get("/sign-up")).headers["location"] == "/sign-up/consent"


@pytest.mark.parametrize(("steps", "asks"), [(1, True), (2, False)])
async def test_p01_steps_of_the_sign_in(visitor: Browser, portal: APortal, steps: int, asks: bool):
    await change_policy(portal.id, {"logins": {"steps": steps}})
    page = await visitor.get("/sign-in")
    assert bool(page.html.select_one("#password")) is asks


@pytest.mark.parametrize(
    ("way", "said", "of_a_letter"),
    [
        ("code", "Надішлемо код", "code"), ("link", "Надішлемо лист із посиланням", "link"),
        ("code_or_link", "код на телефон або посилання на пошту", "link"),
    ],
)  # fmt: skip
async def test_p04_how_a_password_is_got_back(
    visitor: Browser, portal: APortal, olena: SignedIn, way: str, said: str, of_a_letter: str
):
    await change_policy(portal.id, {"logins": {"recovery": way}})
    asked = await visitor.get("/recovery")
    assert said in asked.words
    page = await visitor.follow(await visitor.submit(asked.form("/recovery"), login=olena.login))
    assert bool(page.html.select_one("#code")) is (of_a_letter == "code")


@pytest.mark.parametrize("minimum", [5, 12])
async def test_p03_the_shortest_password(visitor: Browser, portal: APortal, minimum: int):
    await change_policy(portal.id, {"passwords": {"minimum": minimum}})
    form = await door.form_of_sign_up(visitor)
    assert f"Щонайменше {minimum} символів" in form.text
    short = await visitor.submit(form, login="067 123 45 67", password="жовтогарячий"[: minimum - 1])
    assert f"треба щонайменше {minimum} символів" in short.mistakes["password"]
    enough = await visitor.submit(form, login="067 123 45 67", password="жовтогарячий"[:minimum])
    assert enough.status == 303


async def test_p05_when_it_is_sent_again_and_what_is_promised(visitor: Browser, portal: APortal, outside):
    plan = {"consent": {"moment": "after"}, "resending": {"after_seconds": 300, "sms_hint_minutes": 7}}
    await change_policy(portal.id, plan)
    page = await visitor.follow(await door.sign_up_plainly(visitor, "067 123 45 67"))
    assert (
        "за 7 хвилин SMS не надійде" in page.words
        and page.html.select_one("resend-button")["seconds"] == "300"
    )
    outside.clock.moment += door.minutes(4)
    again = page.form("/sign-up/resend")
    assert (await visitor.submit(again)).status == 429
    await change_policy(portal.id, plan | {"resending": {"after_seconds": 60}})
    assert (await visitor.submit(again)).status == 303


@pytest.mark.parametrize(("minutes", "said"), [(60, "Якщо за годину"), (20, "Якщо за 20 хвилин")])
async def test_p05_the_hint_for_letters(visitor: Browser, portal: APortal, minutes: int, said: str):
    plan = {"consent": {"moment": "after"}, "resending": {"mail_hint_minutes": minutes}}
    await change_policy(portal.id, plan)
    assert said in (await visitor.follow(await door.sign_up_plainly(visitor, "ivan@example.com"))).words


@pytest.mark.covers("A22")
@pytest.mark.parametrize("slow", [True, False])
async def test_p15_slow_mail_is_warned_about_never_blocked(visitor: Browser, portal: APortal, slow: bool):
    domains = ["slow.example"] if slow else []
    warning = "Листи на slow.example можуть надходити із затримкою"
    await change_policy(portal.id, {"consent": {"moment": "after"}, "mail": {"discouraged_domains": domains}})
    told = await door.sign_up_plainly(visitor, "ivan@slow.example")
    assert (warning in (await visitor.follow(told)).words) is slow
    code = await door.code_for("ivan@slow.example")
    assert (await door.try_code(visitor, code)).headers["location"] == "/cabinet"
