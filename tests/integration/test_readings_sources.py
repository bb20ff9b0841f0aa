"""Several values for one month: who gave them, which one counts, and what becomes of the others."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.browser import Browser
from tests.factories import staff
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from tests.integration.test_office_desks import decide, look
from tests.integration.test_readings_actions import KEYS, a_reading, as_person, submit, two_at_once
from webapp.actions import meters, reading_disputes
from webapp.actions import readings as actions
from webapp.actions.meters import New, Replaced, SerialTaken, WrongDay, WrongValue
from webapp.actions.reading_disputes import TooLate
from webapp.actions.readings import Accepted, NotYours, Outcome, Refused, Sender
from webapp.database.engine import DB
from webapp.database.queries import readings as queries
from webapp.database.tables.readings import Meter, Reading
from webapp.rules.policy import Policy
from webapp.rules.readings import Refusal

pytestmark = pytest.mark.anyio
INSPECTOR = Sender("inspector", colleague_id=uuid4())
CALL_CENTRE = Sender("staff", colleague_id=uuid4())
LOCK = queries.locked("meters.id = $1")


async def given(flat: AnAccount, value: str, sender: Sender, *, now: datetime = NOW, **said: Any) -> Outcome:
    """As the inspector's server and the office do it: their transaction, their proof of whose meter it is."""
    sent = a_reading(flat, value, **said)
    async with DB.transaction():
        meter = await DB.one(LOCK, flat.meter_id, into=queries.Meter)
        assert meter
        outcome = await actions.decide_for(meter, sent, sender, Policy(), now, False, KEYS)
    return outcome


async def month_of(flat: AnAccount) -> dict[str, list[tuple[int, str]]]:
    """October: states, with values and sources in the order they came."""
    rows = (
        await Reading.select(Reading.state, Reading.value, Reading.source)
        .where(Reading.meter_id == flat.meter_id, Reading.month == date(2026, 10, 1))
        .order_by(Reading.number)
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row["state"], []).append((row["value"], row["source"]))
    return found


async def told(notice: str) -> int:
    return int(await DB.pool.fetchval(
        "SELECT count(*) FROM pgqueuer WHERE position($1::bytea in payload) > 0", notice.encode()
    ))  # fmt: skip


async def test_the_inspector_outranks_the_consumer_who_is_told(olena: SignedIn, flat: AnAccount):
    await submit(a_reading(flat), olena)
    outcome = await given(flat, "04160", INSPECTOR)
    assert isinstance(outcome, Accepted) and outcome.stands
    assert await month_of(flat) == {"beside": [(4152, "consumer")], "accepted": [(4160, "inspector")]}
    assert await told("reading-replaced") == 1


async def test_what_comes_later_from_a_lower_source_is_kept_beside(olena: SignedIn, flat: AnAccount):
    await given(flat, "04160", INSPECTOR)
    sent = a_reading(flat)
    outcome = await submit(sent, olena)
    assert isinstance(outcome, Accepted) and outcome.beside and outcome.beside.value == 4160
    assert await submit(sent, olena) == outcome, "a replay gets the same answer"
    assert await month_of(flat) == {"accepted": [(4160, "inspector")], "beside": [(4152, "consumer")]}
    assert await told("reading-replaced") == 0, "they see it at once"
    again = await submit(a_reading(flat, "04153"), olena)
    assert isinstance(again, Refused) and again.reason is Refusal.ALREADY_SENT


async def test_the_consumer_outranks_the_contact_centre(olena: SignedIn, flat: AnAccount):
    await given(flat, "04150", CALL_CENTRE)
    outcome = await submit(a_reading(flat), olena)
    assert isinstance(outcome, Accepted) and outcome.stands
    assert await month_of(flat) == {"beside": [(4150, "staff")], "accepted": [(4152, "consumer")]}


async def test_another_inspector_does_not_get_the_answer_of_the_first(flat: AnAccount):
    id = uuid4()
    await given(flat, "04160", INSPECTOR, id=id)
    assert await given(flat, "04160", Sender("inspector", colleague_id=uuid4()), id=id) == NotYours()


async def test_a_correction_takes_the_place_of_the_first_value(olena: SignedIn, flat: AnAccount):
    first = a_reading(flat)
    await submit(first, olena)
    second = a_reading(flat, "04155", corrects=first.id)
    outcome = await submit(second, olena)
    assert isinstance(outcome, Accepted) and outcome.stands and outcome.replaces == first.id
    assert await submit(second, olena) == outcome
    assert await month_of(flat) == {"replaced": [(4152, "consumer")], "accepted": [(4155, "consumer")]}
    (row,) = await Reading.select().where(Reading.id == second.id)
    assert row["version"] == 2 and row["receipt"]


async def test_of_two_corrections_at_once_one_wins(database_url: str, olena: SignedIn, flat: AnAccount):
    first = a_reading(flat)
    await submit(first, olena)
    both = (a_reading(flat, value, corrects=first.id) for value in ("04155", "04156"))
    outcomes = await two_at_once(database_url, olena, *both)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted", "Refused"]
    assert {one.reason for one in outcomes if isinstance(one, Refused)} == {Refusal.ALREADY_CORRECTED}
    assert {state: len(rows) for state, rows in (await month_of(flat)).items()} == {
        "replaced": 1, "accepted": 1, "refused": 1,
    }  # fmt: skip


async def test_without_the_lock_the_index_saves_the_first_correction(
    monkeypatch, database_url: str, olena: SignedIn, flat: AnAccount
):
    first = a_reading(flat)
    await submit(first, olena)
    monkeypatch.setattr(queries, "LOCK_METER", queries.LOCK_METER.replace("FOR UPDATE OF meters", ""))
    both = (a_reading(flat, value, corrects=first.id) for value in ("04155", "04156"))
    outcomes = await two_at_once(database_url, olena, *both)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted", "UniqueViolationError"]


@pytest.mark.parametrize(
    ("taken", "reason"),
    [("2026-11-05T21:59:59Z", None), ("2026-11-05T22:00:00Z", Refusal.CORRECTION_CLOSED)],
)
async def test_a_correction_is_taken_until_the_window_closes(olena: SignedIn, flat: AnAccount, taken, reason):
    first = a_reading(flat)
    await submit(first, olena)
    moment = datetime.fromisoformat(taken)
    late = actions.Submission(
        uuid4(), flat.meter_id, "04155", date(2026, 11, 5), moment, "d", corrects=first.id
    )
    outcome = await submit(late, olena, now=moment)
    assert getattr(outcome, "reason", None) == reason
    assert ("replaced" in await month_of(flat)) == (reason is None)


async def test_what_was_refused_and_what_never_came_is_corrected_by_a_fresh_reading(olena, flat: AnAccount):
    wrong = a_reading(flat, "123456")
    await submit(wrong, olena)
    outcome = await submit(a_reading(flat, corrects=wrong.id), olena)
    assert isinstance(outcome, Accepted) and outcome.replaces is None
    second = await submit(a_reading(flat, "04153", corrects=uuid4()), olena)
    assert isinstance(second, Refused) and second.reason is Refusal.ALREADY_SENT


async def test_whoever_was_told_that_one_is_there_corrects_that_one(olena: SignedIn, flat: AnAccount):
    first, rival = a_reading(flat), a_reading(flat, "04155")
    await submit(first, olena)
    assert isinstance(await submit(rival, olena), Refused)
    outcome = await submit(a_reading(flat, "04155", corrects=rival.id), olena)
    assert isinstance(outcome, Accepted) and outcome.replaces == first.id


async def test_nobody_corrects_the_reading_of_another_meter(olena, flat: AnAccount, other_flat: AnAccount):
    foreign = uuid4()
    await DB.do("UPDATE readings SET id = $1 WHERE meter_id = $2", foreign, other_flat.meter_id)
    outcome = await submit(a_reading(flat, corrects=foreign), olena)
    assert isinstance(outcome, Accepted) and outcome.replaces is None
    (row,) = await Reading.select().where(Reading.id == foreign)
    assert row["state"] == "accepted"


async def test_a_batch_with_a_correction_of_its_own_is_decided_in_order(olena: SignedIn, flat: AnAccount):
    first = a_reading(flat)
    batch = [first, a_reading(flat, "04155", corrects=first.id)]
    decided = await actions.submit_all(batch, by=as_person(olena), policy=Policy(), now=NOW, keys=KEYS)
    assert [type(outcome).__name__ for _, outcome in decided] == ["Accepted", "Accepted"]
    assert await month_of(flat) == {"replaced": [(4152, "consumer")], "accepted": [(4155, "consumer")]}


async def replaced(flat: AnAccount, **said: Any) -> tuple[UUID, object]:
    new = New(uuid4(), said.pop("serial", "7654321"), "Октава G4", value=said.pop("value", "0"))
    facts: dict[str, Any] = {"on": date(2026, 11, 2), "by": INSPECTOR, "company_id": flat.company_id} | said
    last = facts.pop("last", "04140")
    return new.id, await meters.replace(
        flat.meter_id, last, new, policy=Policy(), now=NOW, keys=KEYS, **facts
    )


async def test_a_replaced_meter_takes_no_readings_and_the_new_one_does(
    olena: SignedIn, flat: AnAccount, browser: Browser
):
    new, outcome = await replaced(flat)
    assert outcome == Replaced()
    old = await submit(a_reading(flat), olena)
    assert isinstance(old, Refused) and old.reason is Refusal.METER_REMOVED
    sent = actions.Submission(uuid4(), new, "12", date(2026, 11, 3), NOW, "d")
    assert isinstance(await submit(sent, olena), Accepted)
    shown = (await browser.get("/readings")).words
    assert "Знято 2 листопада 2026" in shown and "разом з іншим лічильником 25 м³" in shown
    assert [link["href"] for link in (await browser.get("/readings")).html.select("a[href*='corrects']")]


async def test_a_replacement_told_twice_or_wrongly_hangs_one_meter(flat: AnAccount, other_flat: AnAccount):
    assert (await replaced(flat, on=date(2026, 11, 4)))[1] == WrongDay()
    assert (await replaced(flat, on=date(2019, 1, 1)))[1] == WrongDay()
    (serial,) = await Meter.select(Meter.serial).where(Meter.id == other_flat.meter_id)
    assert (await replaced(flat, serial=serial["serial"]))[1] == SerialTaken()
    assert isinstance((await replaced(flat, last="123456"))[1], WrongValue)
    assert await Meter.count().where(Meter.removed_on.is_not_null()) == 0
    new = New(uuid4(), "7654321", "Октава G4")
    facts: dict[str, Any] = {"on": date(2026, 11, 2), "by": INSPECTOR, "company_id": flat.company_id}
    facts |= {"policy": Policy(), "now": NOW, "keys": KEYS}
    both = await asyncio.gather(*(meters.replace(flat.meter_id, "04140", new, **facts) for _ in range(2)))
    assert both == [Replaced(), Replaced()]
    assert await Meter.count().where(Meter.account_id == flat.id) == 2


async def beside(flat: AnAccount, olena: SignedIn) -> UUID:
    sent = a_reading(flat)
    await submit(sent, olena)
    await given(flat, "04160", INSPECTOR)
    return sent.id


async def test_the_consumer_objects_and_the_company_grants_it(
    olena: SignedIn, flat: AnAccount, browser: Browser, stranger: Browser, portal: APortal, http
):
    reading = await beside(flat, olena)
    page = await browser.get("/readings")
    link = page.html.select_one("a[href$='/dispute']")["href"]
    assert "Не зараховано" in page.words and link == f"/readings/{reading}/dispute"
    assert (await stranger.get(link)).status == 404
    form = (await browser.get(link)).form(link)
    assert (await browser.submit(form)).mistakes["explanation"]
    assert (await stranger.submit(form, explanation="не так")).status == 404
    sent = await browser.submit(form, explanation="Контролер помилився на вісім кубів.")
    shown = await browser.follow(sent)
    assert "Заперечення зареєстровано" in shown.words and "Заперечення №" in shown.words
    number = sent.headers["location"].partition("=")[2]
    said: dict[str, Any] = {"by": olena.id, "portal_id": portal.id, "language": "uk", "now": NOW}
    assert await reading_disputes.open(reading, "ще раз", **said) == number
    desk = Browser(http)
    desk.cookies = {"staff": (await staff.colleague(portal)).token}
    case = await DB.pool.fetchval("SELECT id FROM cases")
    card = await look(desk, case)
    assert "04160" in card.words and "04152" in card.words and "Контролер помилився" in card.words
    assert (await decide(desk, case, decision="grant", answer="Ви маєте рацію.")).status == 303
    assert await month_of(flat) == {"accepted": [(4152, "consumer")], "replaced": [(4160, "inspector")]}
    assert "Знято після заперечення" in (await browser.get("/readings")).words


async def test_after_thirty_days_it_is_too_late_to_object(olena: SignedIn, flat: AnAccount, portal):
    reading = await beside(flat, olena)
    said: dict[str, Any] = {"by": olena.id, "portal_id": portal.id, "language": "uk"}
    assert await reading_disputes.open(reading, "ні", now=NOW + timedelta(days=31), **said) == TooLate()
    assert isinstance(await reading_disputes.open(reading, "ні", now=NOW + timedelta(days=30), **said), str)


async def test_of_two_objections_at_once_one_is_registered(olena: SignedIn, flat: AnAccount, portal):
    reading = await beside(flat, olena)
    said: dict[str, Any] = {"by": olena.id, "portal_id": portal.id, "language": "uk", "now": NOW}
    numbers = await asyncio.gather(*(reading_disputes.open(reading, f"{n}", **said) for n in range(4)))
    assert len(set(numbers)) == 1
    assert await DB.pool.fetchval("SELECT count(*) FROM cases") == 1
