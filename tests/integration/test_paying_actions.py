"""What must hold whatever happens at once or breaks in between: one charge, one credit, nothing lost."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.door import jobs
from tests.factories import paying as factory
from tests.factories.accounts import AnAccount
from tests.factories.paying import both_take_money
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import paying, reconciling, settling
from webapp.actions.paying import Absent, Already, Begun, NoBank, NotYet, Slips, TooMany, Wanted
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.payments import BankError, BankTrouble
from webapp.outside.payments.pretend import PretendBank
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.rules import limits
from webapp.rules.paying import CASE_AFTER, GRACE, LIFE, Slip
from webapp.rules.policy import Payments, Policy

OVER = LIFE + GRACE


@pytest.fixture
def outside() -> Outside:
    clock = StoppedClock(NOW)
    return Outside(clock, EmbeddedSms(), EmbeddedMail(), KEY, banks=factory.pretend(clock))


@pytest.fixture
def bank(outside: Outside) -> PretendBank:
    assert outside.banks.pretend
    return outside.banks.pretend


@pytest.fixture
async def home(portal: APortal, flat: AnAccount) -> AnAccount:
    await both_take_money(portal)
    return flat


async def begin(portal: APortal, by: UUID, *wanted: tuple[UUID, str], policy: Policy | None = None) -> object:
    return await paying.begin(
        [Wanted(id, Decimal(amount)) for id, amount in wanted], by=by, portal_id=portal.id,
        policy=policy or Policy(), language="uk", pretend=True, now=NOW,
    )  # fmt: skip


async def opened(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, amount: str = "71.68"
) -> UUID:
    begun = await begin(portal, olena.id, (home.supply_id, amount))
    assert isinstance(begun, Begun)
    (id,) = begun.ids
    assert await paying.open_page(id, "Оплата", by=olena.id, address=portal.address, outside=outside, now=NOW)
    return id


async def count(table: str, where: str = "true") -> int:
    return await DB.one(f"SELECT to_json(count(*)) FROM {table} WHERE {where}", into=int) or 0


async def state(id: UUID) -> str | None:
    return await DB.one("SELECT to_json(state) FROM checkouts WHERE id = $1", id, into=str)


async def hint(id: UUID, bank: PretendBank, outside: Outside) -> str:
    body, headers = bank.callback(bank.sheet(str(id)))  # type: ignore[arg-type]
    return await paying.hinted(id, body, headers, outside=outside, now=outside.clock.now())


async def test_twenty_who_begin_at_once_begin_one_try(portal: APortal, olena: SignedIn, home: AnAccount):
    outcomes = await asyncio.gather(*(begin(portal, olena.id, (home.supply_id, "5.00")) for _ in range(20)))
    begun = [one for one in outcomes if isinstance(one, Begun)]
    assert len(begun) == 1 and outcomes.count(Already(begun[0].ids[0])) == 19
    assert await count("checkouts") == await count("checkout_lines") == 1


async def test_fifty_copies_of_one_callback_are_one_credit(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank
):
    id = await opened(portal, olena, home, outside)
    bank.press(str(id), "pay")
    assert set(await asyncio.gather(*(hint(id, bank, outside) for _ in range(50)))) == {"known"}
    assert await count("payments", "channel = 'card'") == 1
    assert await DB.one(
        "SELECT to_json(amount) FROM payments WHERE channel = 'card'", into=Decimal
    ) == Decimal("71.68")
    assert await jobs() == ["notice"], "one message, not fifty"
    assert await DB.one("SELECT to_json(last_value) FROM payment_receipt_numbers", into=int) == 1001


async def test_a_callback_played_back_later_changes_nothing_and_asks_nobody(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank
):
    id = await opened(portal, olena, home, outside)
    bank.press(str(id), "pay")
    await hint(id, bank, outside)
    asked = bank.asked
    assert await hint(id, bank, outside) == "known" and bank.asked == asked
    assert await count("payments", "channel = 'card'") == 1


async def test_a_callback_is_only_a_hint(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank
):
    id = await opened(portal, olena, home, outside)
    body = f'{{"order":"{id}","told":"paid"}}'.encode()
    said = await paying.hinted(id, body, {"x-pretend-sign": bank.sign(body)}, outside=outside, now=NOW)
    assert said == "known" and await state(id) == "open", "the bank itself says that nobody has paid"


async def test_another_sum_is_not_credited_and_people_are_called(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank
):
    id = await opened(portal, olena, home, outside)
    sheet = bank.press(str(id), "pay")
    assert sheet
    sheet.amount = Decimal("1.00")
    bank.keep(sheet)
    await hint(id, bank, outside)
    assert await state(id) == "unknown" and await count("payments", "channel = 'card'") == 0
    typed = await DB.one("SELECT to_json(typed) FROM cases WHERE kind = 'payment'", into=dict[str, str])
    assert typed == {"amount": "71.68", "payment": "1001", "trouble": "other_amount"}
    await hint(id, bank, outside)
    assert await count("cases") == 1


async def test_a_lost_callback_is_found_by_the_job(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank
):
    id = await opened(portal, olena, home, outside)
    bank.press(str(id), "pay")
    assert await reconciling.reconcile(outside, NOW) == 0, "not yet"
    found = await asyncio.gather(
        *(reconciling.reconcile(outside, NOW + timedelta(minutes=15)) for _ in range(5))
    )
    assert sum(found) == 1, "of several workers one takes it"
    assert await state(id) == "paid" and await reconciling.reconcile(outside, NOW + timedelta(days=1)) == 0


async def test_a_bank_that_is_silent_for_an_hour_is_asked_until_it_speaks(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank
):
    id = await opened(portal, olena, home, outside)
    bank.press(str(id), "pay")
    bank.troubles = [BankError(BankTrouble.DOWN)] * 100
    for minutes in range(1, 60):
        await reconciling.reconcile(outside, NOW + timedelta(minutes=minutes))
    assert await state(id) == "unknown" and 10 < bank.asked < 60
    bank.troubles = []
    await reconciling.reconcile(outside, NOW + timedelta(minutes=75))
    assert await state(id) == "paid"


async def test_what_is_unknown_for_a_day_is_a_case_and_can_be_closed_by_hand(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank
):
    id = await opened(portal, olena, home, outside)
    bank.press(str(id), "pay")
    bank.troubles = [BankError(BankTrouble.NO_ANSWER)] * 3
    for later in (OVER, CASE_AFTER - timedelta(minutes=1), CASE_AFTER):
        await paying.look(id, outside=outside, now=NOW + later)
        assert await count("cases", "kind = 'payment'") == (later == CASE_AFTER)
    assert await state(id) == "unknown"
    assert isinstance(await begin(portal, olena.id, (home.supply_id, "5.00")), Already), (
        "nobody pays twice meanwhile"
    )
    await settling.close_by_hand(portal.supplier, "1001", NOW)
    assert isinstance(await begin(portal, olena.id, (home.supply_id, "5.00")), Begun)
    await paying.look(id, outside=outside, now=NOW + CASE_AFTER)
    assert await state(id) == "paid", "money that comes after all has come"
    assert await count("payments", "channel = 'card'") == 1


async def test_a_process_that_dies_before_the_bank_answers_leaves_a_try_that_ends_by_itself(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank
):
    """Killed between the row and the bank: the row is there, no page was ever shown."""
    begun = await begin(portal, olena.id, (home.supply_id, "5.00"))
    assert isinstance(begun, Begun)
    await reconciling.reconcile(outside, NOW + OVER + timedelta(minutes=5))
    assert await state(begun.ids[0]) == "expired" and await count("checkout_lines", "is_open") == 0


async def test_a_process_that_dies_after_the_bank_took_the_money_is_reconciled(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank, monkeypatch
):
    """Killed between the bank's word and our commit: the transaction is gone, the next look finds the same."""
    id = await opened(portal, olena, home, outside)
    bank.press(str(id), "pay")

    async def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(settling, "_tell", killed)
        with pytest.raises(SystemExit):
            await paying.look(id, outside=outside, now=NOW)
    assert await state(id) == "open" and await count("payments", "channel = 'card'") == 0
    await reconciling.reconcile(outside, NOW + timedelta(minutes=5))
    assert await state(id) == "paid" and await count("payments", "channel = 'card'") == 1


async def test_two_who_open_the_banks_page_show_one(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside
):
    begun = await begin(portal, olena.id, (home.supply_id, "5.00"))
    assert isinstance(begun, Begun)
    (id,) = begun.ids
    await asyncio.gather(
        *(
            paying.open_page(id, "Оплата", by=olena.id, address=portal.address, outside=outside, now=NOW)
            for _ in range(5)
        )
    )
    assert await count("checkouts", "page <> ''") == 1


async def test_what_is_refused(portal: APortal, olena: SignedIn, other: SignedIn, home: AnAccount):
    debt_only = Policy(payments=Payments(opens_after_day=None, amounts=("debt",)))
    late = Policy(payments=Payments(opens_after_day=10, amounts=("debt",)))
    assert await begin(portal, other.id, (home.supply_id, "5.00")) == Absent()
    assert await begin(portal, olena.id) == Absent()
    assert await begin(portal, olena.id, (home.supply_id, "5.00"), (home.supply_id, "6.00")) == Absent()
    assert await begin(portal, olena.id, (home.supply_id, "5.00"), policy=debt_only) == Absent()
    assert isinstance(await begin(portal, olena.id, (home.supply_id, "71.68"), policy=late), NotYet)
    for amount, slip in (
        ("0.00", Slip.TOO_LITTLE),
        ("-1.00", Slip.TOO_LITTLE),
        ("1000000000000.00", Slip.TOO_LARGE),
    ):
        assert await begin(portal, olena.id, (home.supply_id, amount)) == Slips({home.supply_id: slip})
    await DB.do("DELETE FROM merchants")
    assert await begin(portal, olena.id, (home.supply_id, "5.00")) == NoBank([home.supply_id])
    assert await count("checkouts") == 0


async def test_nobody_tries_a_hundred_cards(portal: APortal, olena: SignedIn, home: AnAccount):
    for _ in range(limits.PAY_PER_CONTRACT.count):
        assert isinstance(await begin(portal, olena.id, (home.supply_id, "5.00")), Begun)
        await DB.do("UPDATE checkout_lines SET is_open = false")
    assert await begin(portal, olena.id, (home.supply_id, "5.00")) == TooMany()


async def test_keys_of_a_bank_open_for_their_company_alone(
    portal: APortal, home: AnAccount, olena, outside: Outside
):
    id = await opened(portal, olena, home, outside)
    await DB.do(
        "UPDATE merchants SET sealed = (SELECT sealed FROM merchants WHERE company_id = $1)", portal.operator
    )
    await paying.look(id, outside=outside, now=NOW + OVER)
    assert await state(id) == "unknown", "sealed for another company: nobody can be asked"


async def test_she_is_told_once_however_often_the_bank_says_so(
    portal: APortal, olena: SignedIn, home: AnAccount, outside: Outside, bank: PretendBank
):
    id = await opened(portal, olena, home, outside)
    bank.press(str(id), "pay")
    await hint(id, bank, outside)
    await hint(id, bank, outside)
    told = await DB.one("SELECT json_agg(convert_from(payload, 'utf8')) FROM pgqueuer", into=list[str])
    assert told and len(told) == 1 and '"payment-received"' in told[0] and str(id) in told[0]
