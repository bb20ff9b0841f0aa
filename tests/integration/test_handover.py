"""Another company takes the network over: Olena's account keeps everything, and she is told once."""

import argparse
import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from tests.browser import Browser
from tests.factories import accounts, bills
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, new_id
from webapp import handing
from webapp.actions import handover
from webapp.actions.audit import By
from webapp.actions.handover import Moved, NotPossible, Number, Taken, Unknown
from webapp.actions.identifying import Claim, Identified, identify
from webapp.database.engine import DB
from webapp.database.tables.portals import Company, PortalCompany
from webapp.outside import Outside
from webapp.rules.answers import Answer
from webapp.settings import MissingSetting

NEW = Number("0910204517", "5500000001")


@pytest.fixture
async def successor(portal: APortal) -> UUID:
    row = Company(role="operator", name="ТОВ «Газорозподільні мережі»", short="ГРМ")
    await row.save()
    await PortalCompany(portal_id=portal.id, company_id=row.id, position=2).save()
    return row.id


def move(portal: APortal, to: UUID, *numbers: Number, id: UUID | None = None) -> object:
    by = By(None, portal.operator, "platform_admin", portal.id, "")
    return handover.move(id or new_id(), portal.operator, to, numbers, by=by, now=NOW)


async def test_links_readings_receipts_bills_and_statistics_stay(
    browser: Browser, portal: APortal, flat: AnAccount, successor: UUID, olena: SignedIn, outside: Outside
):
    delivery = await DB.pool.fetchval(
        "SELECT id FROM contracts WHERE service = 'distribution' AND account_id = $1", flat.id
    )
    await bills.issued(delivery, outside)
    form = (await browser.get("/readings/new")).form("/readings")
    receipt = f"/receipts/{form.select_one('[name=submission_id]')['value']}"
    assert (await browser.submit(form, value="4152")).status == 303
    paths = ("/statistics", "/bills")
    before = [(await browser.get(path)).html.select("main tbody tr, main .rows li") for path in paths]
    sealed = (await browser.get(receipt)).words
    assert await move(portal, successor, NEW) == Moved(1)
    after = [(await browser.get(path)).html.select("main tbody tr, main .rows li") for path in paths]
    assert [len(rows) for rows in after] == [len(rows) for rows in before] and all(map(len, before))
    assert (await browser.get(receipt)).words == sealed and "Миколаївгаз" in sealed
    readings = (await browser.get("/readings")).words.replace("\xa0", " ")
    assert "04 152" in readings and "04 127" in readings
    page = await browser.get("/accounts")
    assert "5500000001" in page.words and "0910204517" not in page.words
    assert "ТОВ «Газорозподільні мережі»" in (await browser.get("/bills")).words
    kept = "SELECT count(*) FROM readings WHERE company_id = $1"
    assert await DB.pool.fetchval(kept, portal.operator) == 2 and await DB.pool.fetchval(kept, successor) == 0
    told = await DB.pool.fetch("SELECT words FROM notifications WHERE notice = 'company-changed'")
    assert len(told) == 1 and "5500000001" in told[0]["words"]
    assert "Ваш рахунок обслуговує інша компанія" in (await browser.get("/notifications")).words


async def test_the_old_number_still_leads_to_the_account(portal: APortal, flat: AnAccount, successor: UUID):
    await move(portal, successor, NEW)
    for company, number in ((portal.operator, NEW.old), (successor, NEW.old), (successor, NEW.new)):
        claim = Claim((company,), number, (Answer("number"),))
        found = await identify(claim, ip="203.0.113.7", now=NOW, person_id=None, key=b"")
        assert isinstance(found, Identified) and found.account_id == flat.id, (company, number)


async def test_a_deed_is_done_once_and_by_one(
    portal: APortal, flat: AnAccount, successor: UUID, olena: SignedIn
):
    id = new_id()
    both = await asyncio.gather(move(portal, successor, NEW, id=id), move(portal, successor, NEW, id=id))  # type: ignore[call-overload]
    assert sorted(one.count for one in both) == [0, 1]
    assert await move(portal, successor, NEW) == Unknown([NEW.old]), "it is not the old company's any more"
    assert await DB.pool.fetchval("SELECT count(*) FROM notifications WHERE notice = 'company-changed'") == 1


async def test_all_or_none(portal: APortal, flat: AnAccount, successor: UUID):
    other = await accounts.account(portal, "0910204599", "вул. Садова, 20")
    await DB.do("UPDATE accounts SET company_id = $1, number = '777' WHERE id = $2", successor, other.id)
    assert await move(portal, successor, NEW, Number("404", "1")) == Unknown(["404"])
    assert await move(portal, successor, Number(NEW.old, "777")) == Taken(["777"])
    assert await move(portal, portal.supplier, NEW) == NotPossible()
    assert await move(portal, portal.operator, NEW) == NotPossible()
    assert await move(portal, successor, NEW, Number("0910204599", NEW.new)) == NotPossible()
    number = await DB.pool.fetchval("SELECT number FROM accounts WHERE id = $1", flat.id)
    assert number == NEW.old and await DB.pool.fetchval("SELECT count(*) FROM handed_accounts") == 0


async def test_a_person_with_several_accounts_is_told_once_for_the_whole_act(
    portal: APortal, flat: AnAccount, successor: UUID, olena: SignedIn
):
    other = await accounts.account(portal, "0910204599", "вул. Садова, 20")
    await accounts.link(olena.id, other.id, position=1)
    id = new_id()
    await move(portal, successor, NEW, id=id)
    await move(portal, successor, Number("0910204599", "5500000002"), id=id)
    assert await DB.pool.fetchval("SELECT count(*) FROM notifications WHERE notice = 'company-changed'") == 1
    assert await DB.pool.fetchval("SELECT account_count FROM handovers WHERE id = $1", id) == 2


class Act:
    """A list on the disk, and what whoever keeps the server says about it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "act.csv"

    async def said(self, *rows: str, dry: bool = False, **told: str) -> str:
        self.file.write_text("\n".join(["old;new", *rows, ""]))
        plain = {"giver": "Миколаївгаз", "taker": "ГРМ", "act": "14", "file": str(self.file), "dry_run": dry}
        return await handing.hand_over(argparse.Namespace(**plain | told), now=NOW)


@pytest.fixture
def act(tmp_path: Path) -> Act:
    return Act(tmp_path)


async def test_the_command_says_what_would_go_moves_it_and_moves_it_once(
    portal: APortal,
    flat: AnAccount,
    successor: UUID,
    olena: SignedIn,
    act: Act,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(handing, "AT_ONCE", 1)  # so that two accounts are two deeds of one act
    other = await accounts.account(portal, "0910204599", "вул. Садова, 20")
    await accounts.link(olena.id, other.id, position=1)
    owed = await DB.pool.fetchval("SELECT sum(balance) FROM contracts WHERE company_id = $1", portal.operator)
    rows = ("0910204517;5500000001", "0910204599;5500000002")
    dry = await act.said(*rows, dry=True)
    assert dry == f"would go: accounts 2, balance {owed}, people told 1, gone before 0"
    kept = "SELECT count(*) FROM contracts WHERE company_id = $1"
    assert await DB.pool.fetchval(kept, successor) == 0
    assert await DB.pool.fetchval("SELECT count(*) FROM handovers") == 0
    assert await act.said(*rows) == "went: accounts 2, people told 1, gone before 0"
    assert await act.said(*rows) == "went: accounts 0, people told 0, gone before 2"
    assert await DB.pool.fetchval(kept, successor) == 2
    assert await DB.pool.fetchval("SELECT count(*) FROM handovers") == 1
    assert await DB.pool.fetchval("SELECT count(*) FROM notifications WHERE notice = 'company-changed'") == 1


async def test_the_command_refuses_with_a_sentence_and_moves_nothing(
    portal: APortal, flat: AnAccount, successor: UUID, act: Act, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(handing, "AT_ONCE", 1)
    right, supplier = "0910204517;5500000001", "Миколаївгаз Збут"
    await DB.pool.execute("UPDATE companies SET short = $2 WHERE id = $1", portal.supplier, supplier)
    for rows, told, why in (
        ((right, "404;1"), {}, "the old company does not have 404"),
        ((right, right), {}, "twice in row 3, column old"),
        ((right,), {"taker": "Миколаївгаз"}, "the companies are one, or of two kinds"),
        ((right,), {"taker": supplier}, "the companies are one, or of two kinds"),
        ((right,), {"taker": "Київгаз"}, "--to must name one company, not 0"),
        ((right,), {"file": "/no/such"}, "the file cannot be read"),
    ):
        with pytest.raises(MissingSetting, match=why):
            await act.said(*rows, **told)
    assert await DB.pool.fetchval("SELECT count(*) FROM handovers") == 0, "the first part did not go alone"
    assert await act.said(right) == "went: accounts 1, people told 1, gone before 0"
    with pytest.raises(MissingSetting, match="the old company does not have 0910204517"):
        await act.said(right, act="15")
