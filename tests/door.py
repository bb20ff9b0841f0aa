"""What the tests of the door know: the four policies it has, what was sent, and the ways through it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from bs4 import Tag

from tests.browser import Browser, Page
from tests.factories.accounts import LAST_PAYMENT
from tests.factories.people import KEY
from webapp.actions import proofs
from webapp.database.engine import DB
from webapp.rules import codes

CONTACTS = {"phone": "+380462616204", "mail": "support@example.com", "hours": "щодня 8:00–20:00"}
IDENTIFIED: dict[str, Any] = {
    "logins": {
        "kinds": ["mail"], "several": False, "sign_up": "identified", "introduced": True, "steps": 1,
        "recovery": "link",
    },
    "accounts": {"maximum": 1, "exclusive": True},
    "languages": ["uk", "ru"],
    "contacts": CONTACTS,
}  # fmt: skip
"""As the company of 2015: mail, account and payment in one form, a letter with a link."""
BY_PHONE: dict[str, Any] = {
    "logins": {"kinds": ["phone"], "recovery": "code"},
    "passwords": {"minimum": 6},
    "readings": {"taken_by": []},
    "payments": {"opens_after_day": 10, "amounts": ["debt"]},
    "languages": ["uk"],
    "contacts": {"phone": "+380536701212"},
}
"""As the supplier that takes no readings: a mobile number and a code."""
AFTERWARDS: dict[str, Any] = {
    "logins": {"recovery": "code_or_link"},
    "passwords": {"minimum": 5},
    "consent": {"moment": "after"},
    "languages": ["uk", "ru"],
}
"""Phone or mail; the consent is signed later."""
TWO_STEPS: dict[str, Any] = {
    "logins": {"steps": 2, "recovery": "code"},
    "languages": ["uk", "ru", "en"],
    "contacts": CONTACTS,
}
GOOD = "синій ліхтар над Бугом"


async def proof_for(contact: str) -> UUID:
    """The latest code or link made for it; one that is still good before a used one."""
    latest = "SELECT id FROM proofs WHERE contact = $1 ORDER BY used_at IS NOT NULL, created_at DESC LIMIT 1"
    found = await DB.pool.fetchval(latest, contact)
    assert found, f"nothing was made for {contact}"
    return UUID(str(found))


async def code_for(contact: str) -> str:
    return codes.code_of(KEY, await proof_for(contact))


async def link_for(contact: str) -> str:
    return proofs.link_of(KEY, await proof_for(contact))


async def rows(table: str) -> int:
    return int(await DB.pool.fetchval(f"SELECT count(*) FROM {table}"))


async def jobs() -> list[str]:
    found = await DB.pool.fetch("SELECT entrypoint FROM pgqueuer ORDER BY id")
    return [row["entrypoint"] for row in found]


async def form_of_sign_up(browser: Browser) -> Tag:
    """Through the consent, where the portal asks for it, to the form."""
    page = await browser.get("/sign-up/form")
    if page.status == 303:
        asked = await browser.follow(page)
        page = await browser.follow(await browser.submit(asked.form("/sign-up/consent"), agree="1"))
    return page.form("/sign-up")


async def sign_up_plainly(browser: Browser, login: str, password: str = GOOD) -> Page:
    return await browser.submit(await form_of_sign_up(browser), login=login, password=password)


async def sign_up_identified(browser: Browser, supplier: UUID, mail: str, **other: str) -> Page:
    typed = {
        "number": "0910204517", "amount": str(LAST_PAYMENT), "company": str(supplier), "phone": "0462 61-62-04",
        "mail": mail,
    }  # fmt: skip
    return await browser.submit(await form_of_sign_up(browser), **(typed | other))


async def try_code(browser: Browser, code: str, at: str = "/sign-up/confirm") -> Page:
    return await browser.post(at, {"code": code}, **{"Sec-Fetch-Site": "same-origin"})


def minutes(many: float) -> timedelta:
    return timedelta(minutes=many)
