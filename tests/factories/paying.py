"""Companies that take money, through the pretend bank unless a test says otherwise; people who typed their password."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bs4 import Tag

from tests.browser import Browser, Page
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import merchants
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.outside.clock import Clock
from webapp.outside.payments import Merchant
from webapp.outside.payments.banks import Banks
from webapp.outside.payments.pretend import PretendBank


def pretend(clock: Clock) -> Banks:
    return Banks(PretendBank(clock))


async def takes_money(company_id: UUID, merchant: Merchant | None = None) -> None:
    await merchants.agree(company_id, merchant or Merchant("pretend", {}), key=KEY, now=NOW)


async def both_take_money(portal: APortal) -> None:
    for company in (portal.supplier, portal.operator):
        await takes_money(company)


async def confirm(person_id: UUID) -> None:
    """The password was typed just now."""
    await DB.do("UPDATE sign_ins SET confirmed_at = $2 WHERE person_id = $1", person_id, NOW)


def amount_field(form: Tag, what: str) -> str:
    """The name of the field beside these words."""
    (label,) = [one for one in form.select("label") if what in one.get_text()]
    name = label["for"] if label.has_attr("for") else label.select_one("input")["name"]  # type: ignore[index]
    return str(name)


async def begin(
    browser: Browser, amount: str = "71,68", what: str = "Миколаївгаз Збут", **values: Any
) -> Page:
    """Through the form, for one contract; the page that waits for the bank."""
    form = (await browser.get("/payments/new")).form("/payments")
    for field in form.select("input[name^=amount-]"):
        field["value"] = ""
        del field["checked"]
    return await browser.follow(await browser.submit(form, **{amount_field(form, what): amount, **values}))


async def press(browser: Browser, page: Page, button: str = "pay") -> Page:
    """At the bank's page, and back."""
    (link,) = page.html.select("a[href^='/demo/bank/']")
    bank = await browser.get(str(link["href"]))
    back = await browser.follow(await browser.submit(bank.form(), button=button))
    return await browser.follow(back)


async def states() -> list[str]:
    return await DB.one("SELECT json_agg(state ORDER BY number) FROM checkouts", into=list[str]) or []


async def only(outside: Outside) -> UUID:
    """The one try there is."""
    found = await DB.one("SELECT to_json(id) FROM checkouts", into=UUID)
    assert found
    return found


def said(page: Any) -> str:
    return str(page.words).replace("\u00a0", " ")


async def at(outside: Outside, moment: datetime, olena: SignedIn) -> None:
    outside.clock.moment = moment  # type: ignore[attr-defined]
    await DB.do("UPDATE sign_ins SET confirmed_at = $2 WHERE person_id = $1", olena.id, moment)
