"""Money goes back by the word of two; the desk of payments shows what waits, and nobody's name."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import UUID, uuid4

import httpx
import pytest

from tests.browser import Browser
from tests.door import jobs
from tests.factories import paying as factory
from tests.factories import staff
from tests.factories.accounts import AnAccount
from tests.factories.paying import both_take_money, states
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from tests.factories.staff import AColleague
from webapp.actions import paying, reconciling, refunds
from webapp.actions.audit import By
from webapp.actions.paying import Begun, Wanted
from webapp.actions.refunds import Absent, Already, Done, NotPaid, Same
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.payments import BankError, BankTrouble
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.rules.policy import Policy

DESK = "/office/payments"


@pytest.fixture
def outside() -> Outside:
    clock = StoppedClock(NOW)
    return Outside(clock, EmbeddedSms(), EmbeddedMail(), KEY, banks=factory.pretend(clock))


@pytest.fixture
async def paid(portal: APortal, olena: SignedIn, flat: AnAccount, outside: Outside) -> UUID:
    """71,68 грн to the supplier."""
    await both_take_money(portal)
    begun = await paying.begin(
        [Wanted(flat.supply_id, Decimal("71.68"))], by=olena.id, portal_id=portal.id, policy=Policy(),
        language="uk", pretend=True, now=NOW,
    )  # fmt: skip
    assert isinstance(begun, Begun) and outside.banks.pretend
    (id,) = begun.ids
    await paying.open_page(id, "Оплата", by=olena.id, address=portal.address, outside=outside, now=NOW)
    outside.banks.pretend.press(str(id), "pay")
    await paying.look(id, outside=outside, now=NOW)
    await DB.do("DELETE FROM pgqueuer")
    return id


@pytest.fixture
async def clerk(portal: APortal) -> AColleague:
    return await staff.colleague(portal, "clerk", company_id=portal.supplier)


@pytest.fixture
async def boss(portal: APortal) -> AColleague:
    return await staff.colleague(portal, "supervisor", company_id=portal.supplier)


@pytest.fixture
async def desk(http: httpx.AsyncClient) -> AsyncIterator[Browser]:
    yield Browser(http)


def by(who: AColleague, portal: APortal) -> By:
    return By(who.id, portal.supplier, who.role, portal.id, "127.0.0.1")


async def ask(paid: UUID, who: AColleague, portal: APortal) -> object:
    return await refunds.ask(paid, "Сплачено двічі", by=by(who, portal), now=NOW)


async def decide(paid: UUID, who: AColleague, portal: APortal, approve: bool = True) -> object:
    return await refunds.decide(paid, approve=approve, by=by(who, portal), now=NOW)


async def under_way(contract: UUID) -> Decimal:
    sql = """
    SELECT to_json(coalesce(sum(CASE kind WHEN 'refund' THEN -amount ELSE amount END), 0)::text)
    FROM payments WHERE contract_id = $1 AND credited_at IS NULL"""
    return await DB.one(sql, contract, into=Decimal) or Decimal(0)


async def refund_states() -> list[str]:
    return await DB.one("SELECT json_agg(state ORDER BY asked_at) FROM refunds", into=list[str]) or []


async def test_one_asks_another_approves_and_the_bank_gives_it_back(
    desk: Browser, paid: UUID, clerk: AColleague, boss: AColleague, flat: AnAccount, outside: Outside
):
    desk.cookies = {"staff": clerk.token}
    listed = await desk.get(f"{DESK}?which=all")
    assert "№ 1001" in listed.words and "Коваленко" not in listed.words
    card = await desk.get(f"{DESK}/{paid}")
    page = await desk.follow(await desk.submit(card.form(f"{DESK}/{paid}/refund"), reason="Сплачено двічі"))
    assert "чекає погодження" in page.words and not page.html.select("form[action$='/decision']")
    desk.cookies = {"staff": boss.token}
    assert "№ 1001" in (await desk.get(DESK)).words
    card = await desk.get(f"{DESK}/{paid}")
    assert "Працівник clerk" in card.words and "Сплачено двічі" in card.words
    page = await desk.follow(
        await desk.submit(card.form(f"{DESK}/{paid}/refund/decision"), decision="approve")
    )
    assert "банк повертає" in page.words and await jobs() == ["refund"]
    await refunds.carry_out(paid, outside=outside, now=NOW)
    assert "повернуто" in (await desk.get(f"{DESK}/{paid}")).words
    assert await states() == ["refunded"] and await under_way(flat.supply_id) == 0
    deeds = await DB.one("SELECT json_agg(deed ORDER BY at, deed) FROM audit", into=list[str])
    assert deeds == ["refund_approved", "refund_asked"]
    assert await jobs() == ["refund", "notice"], "Olena is told"


async def test_she_sees_the_payment_and_its_return(
    browser: Browser, portal: APortal, paid: UUID, clerk: AColleague, boss: AColleague, outside: Outside
):
    await ask(paid, clerk, portal)
    await decide(paid, boss, portal)
    await refunds.carry_out(paid, outside=outside, now=NOW)
    words = (await browser.get("/payments")).words.replace("\u00a0", " ")
    assert "повернуто 71,68 грн" in words
    assert "Повернуто: 71,68 грн" in (await browser.get(f"/payments/{paid}")).words.replace("\u00a0", " ")


async def test_nobody_approves_what_they_asked_for(
    portal: APortal, paid: UUID, boss: AColleague, desk: Browser
):
    assert await ask(paid, boss, portal) == Done()
    assert await decide(paid, boss, portal) == Same()
    desk.cookies = {"staff": boss.token}
    page = await desk.post(
        f"{DESK}/{paid}/refund/decision", {"decision": "approve"}, **{"Sec-Fetch-Site": "same-origin"}
    )
    assert page.status == 409 and "вирішує інший керівник" in page.words
    with pytest.raises(Exception, match="refund_by_two"):
        await DB.do("UPDATE refunds SET decided_by = asked_by")
    assert await refund_states() == ["asked"]


async def test_twenty_who_ask_and_two_who_decide_at_once_are_one_refund(
    portal: APortal, paid: UUID, clerk: AColleague, boss: AColleague, outside: Outside
):
    other = await staff.colleague(portal, "company_admin", company_id=portal.supplier)
    asked = await asyncio.gather(*(ask(paid, clerk, portal) for _ in range(20)))
    assert asked.count(Done()) == 1 and asked.count(Already()) == 19
    decided = await asyncio.gather(*(decide(paid, who, portal) for who in (boss, other) for _ in range(5)))
    assert decided.count(Done()) == 1 and decided.count(Absent()) == 9
    await asyncio.gather(*(refunds.carry_out(paid, outside=outside, now=NOW) for _ in range(5)))
    assert outside.banks.pretend and len(outside.banks.pretend.sheet(str(paid)).returned) == 1  # type: ignore[union-attr]
    assert await DB.one("SELECT to_json(count(*)) FROM payments WHERE kind = 'refund'", into=int) == 1
    assert await refund_states() == ["done"]


async def test_what_is_not_approved_can_be_asked_for_again(
    portal: APortal, paid: UUID, clerk: AColleague, boss: AColleague
):
    await ask(paid, clerk, portal)
    assert await decide(paid, boss, portal, approve=False) == Done()
    assert await jobs() == [] and await states() == ["paid"]
    assert await ask(paid, clerk, portal) == Done() and await refund_states() == ["refused", "asked"]


async def test_a_bank_that_refuses_is_told_of_and_one_that_is_silent_is_asked_again(
    portal: APortal, paid: UUID, clerk: AColleague, boss: AColleague, outside: Outside
):
    bank = outside.banks.pretend
    assert bank
    await ask(paid, clerk, portal)
    await decide(paid, boss, portal)
    bank.troubles = [BankError(BankTrouble.NO_ANSWER), BankError(BankTrouble.NO_ANSWER)]
    with pytest.raises(BankError):
        await refunds.carry_out(paid, outside=outside, now=NOW)
    assert await refund_states() == ["approved"]
    await reconciling.reconcile(outside, NOW + reconciling.LEASE * 2)
    assert await refund_states() == ["done"]


async def test_a_refusal_of_the_bank_stands_on_the_card(
    desk: Browser,
    portal: APortal,
    paid: UUID,
    clerk: AColleague,
    boss: AColleague,
    outside: Outside,
    monkeypatch,
):
    from webapp.outside.payments.pretend import Pretend

    async def refuse(*_: object) -> None:
        raise BankError(BankTrouble.REFUSED, "insufficient funds")

    monkeypatch.setattr(Pretend, "refund", refuse)
    await ask(paid, clerk, portal)
    await decide(paid, boss, portal)
    await refunds.carry_out(paid, outside=outside, now=NOW)
    desk.cookies = {"staff": clerk.token}
    page = await desk.get(f"{DESK}/{paid}")
    assert "банк відмовив" in page.words and "insufficient funds" in page.words
    assert await ask(paid, clerk, portal) == Done(), "one may ask again"


async def test_what_was_never_paid_is_not_given_back(
    portal: APortal, paid: UUID, clerk: AColleague, desk: Browser
):
    await DB.do("UPDATE checkouts SET state = 'declined'")
    assert await ask(paid, clerk, portal) == NotPaid()
    desk.cookies = {"staff": clerk.token}
    page = await desk.post(f"{DESK}/{paid}/refund", {"reason": "x"}, **{"Sec-Fetch-Site": "same-origin"})
    assert page.status == 409 and "Повертати нічого" in page.words


async def test_another_company_sees_nothing(portal: APortal, paid: UUID, desk: Browser):
    stranger = await staff.colleague(portal, "company_admin", company_id=portal.operator)
    desk.cookies = {"staff": stranger.token}
    same = {"Sec-Fetch-Site": "same-origin"}
    assert (await desk.get(f"{DESK}/{paid}")).status == 404
    for deed, fields in (
        ("look", {}),
        ("refund", {"reason": "x"}),
        ("refund/decision", {"decision": "approve"}),
    ):
        assert (await desk.post(f"{DESK}/{paid}/{deed}", fields, **same)).status == 404, deed
    assert "немає платежу з таким номером" in (await desk.get(f"{DESK}?number=1001")).words
    away = By(stranger.id, portal.operator, stranger.role, portal.id, "")
    assert await refunds.ask(paid, "x", by=away, now=NOW) == Absent()


async def test_slips_at_the_desk(
    desk: Browser, paid: UUID, clerk: AColleague, boss: AColleague, portal: APortal
):
    same = {"Sec-Fetch-Site": "same-origin"}
    desk.cookies = {"staff": clerk.token}
    for reason in ("", "x" * 201):
        assert (await desk.post(f"{DESK}/{paid}/refund", {"reason": reason}, **same)).status == 422
    for query in (
        "number=%00",
        "number=99999999999999999999",
        "number=№ 1001",
        "which=x",
        "page=-1",
        "number=abc",
    ):
        assert (await desk.get(f"{DESK}?{query}")).status == 200, query
    assert (await desk.get(f"{DESK}/{uuid4()}")).status == 404
    await ask(paid, clerk, portal)
    desk.cookies = {"staff": boss.token}
    assert (await desk.post(f"{DESK}/{paid}/refund/decision", {"decision": "maybe"}, **same)).status == 422


async def test_a_case_of_an_unsettled_payment_leads_to_it_and_ends_it(
    desk: Browser, portal: APortal, olena: SignedIn, paid: UUID, clerk: AColleague, browser: Browser
):
    await DB.do("UPDATE checkouts SET state = 'unknown', number = 1007")
    typed = {"payment": "1007", "amount": "71.68", "trouble": "silent"}
    case = await staff.case(portal, "payment", typed, company_id=portal.supplier, person_id=olena.id)
    desk.cookies = {"staff": clerk.token}
    assert "Незавершені платежі" in (await desk.get("/office")).words
    reason = await desk.get(f"/office/cases/{case}")
    card = await desk.follow(await desk.submit(reason.form(f"/office/cases/{case}/looks"), reason="decide"))
    assert "банк не відповів" in card.words and card.html.select(f"a[href='{DESK}?number=1007']")
    await desk.submit(
        card.form(f"/office/cases/{case}/decision"), decision="grant", answer="Гроші не надходили"
    )
    assert await states() == ["declined"]
    assert "Платіж не завершено" in (await browser.get("/accounts")).words
