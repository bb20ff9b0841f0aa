"""The ledger: whatever comes twice or at once counts once, and the balance is always the sum of its rows."""

import asyncio
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from tests.factories import bills as made
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from webapp.actions import bills, ledger
from webapp.actions.ledger import AlreadyPosted, NoContract, NoPayment, Posted, TooMuch
from webapp.database.engine import DB
from webapp.database.queries import bills as queries
from webapp.database.queries import subsidies
from webapp.outside import Outside
from webapp.rules.policy import Bills, Policy

OCTOBER, SEPTEMBER, AUGUST = date(2026, 10, 1), date(2026, 9, 1), date(2026, 8, 1)
DAY = date(2026, 11, 2)
HUNDRED = Decimal("100.00")


@pytest.fixture
async def gas(flat: AnAccount) -> UUID:
    """Olena's contract of supply, begun with nothing."""
    for contract in await DB.one("SELECT json_agg(id) FROM contracts", into=list[UUID]) or []:
        await made.afresh(contract)
    ready = [await DB.pool.acquire() for _ in range(DB.pool.get_max_size())]
    for connection in ready:  # so that those who come at once do meet
        await DB.pool.release(connection)
    return flat.supply_id


async def pay(gas: UUID, id: UUID, amount: Decimal = HUNDRED, *, under_way: bool = False) -> object:
    async with DB.transaction():
        return await ledger.post_payment(
            id=id, contract_id=gas, amount=amount, paid_on=DAY, channel="card", now=NOW, under_way=under_way
        )


async def give_back(payment: UUID, amount: str, id: UUID | None = None) -> object:
    async with DB.transaction():
        return await ledger.reverse_payment(
            id=id or uuid4(), payment_id=payment, amount=Decimal(amount), paid_on=DAY, channel="card", now=NOW
        )


async def balance(contract: UUID) -> Decimal:
    return await DB.speaker.fetchval("SELECT balance FROM contracts WHERE id = $1", contract)  # type: ignore[no-any-return]


async def adds_up() -> bool:
    """Over the whole database: contracts, bills, and each bill with the one before."""
    return await DB.speaker.fetch(WRONG) == []


WRONG = """
SELECT 'contract' AS what, id FROM contracts WHERE balance <> opening
    + (SELECT coalesce(sum(amount), 0) FROM charges WHERE contract_id = contracts.id)
    - (SELECT coalesce(sum(CASE kind WHEN 'refund' THEN -amount ELSE amount END), 0) FROM payments
       WHERE contract_id = contracts.id AND credited_at IS NOT NULL)
UNION ALL
SELECT 'bill', id FROM bills WHERE charged <> (
        SELECT coalesce(sum(amount), 0) FROM charges WHERE bill_id = bills.id
    ) OR paid <> (
        SELECT coalesce(sum(CASE kind WHEN 'refund' THEN -amount ELSE amount END), 0) FROM payments
        WHERE bill_id = bills.id
    )
UNION ALL
SELECT 'chain', id FROM (
    SELECT bills.id, bills.opening,
           lag(closing, 1, contracts.opening) OVER (PARTITION BY contract_id ORDER BY month) AS before
    FROM bills JOIN contracts ON contracts.id = contract_id
) b WHERE opening <> before
"""


async def test_fifty_copies_of_one_payment_are_one(gas: UUID):
    id = uuid4()
    done = await asyncio.gather(*(pay(gas, id) for _ in range(50)))
    assert sum(isinstance(one, Posted) for one in done) == 1
    assert done.count(AlreadyPosted(same=True)) == 49
    assert await balance(gas) == -HUNDRED and await adds_up()


async def test_many_payments_at_once_all_count(gas: UUID):
    await asyncio.gather(*(pay(gas, uuid4(), Decimal("1.01")) for _ in range(30)))
    assert await balance(gas) == Decimal("-30.30") and await adds_up()


async def test_the_id_of_a_payment_is_taken_by_no_other(other_flat: AnAccount, gas: UUID):
    id = uuid4()
    await pay(gas, id)
    assert await pay(gas, id, Decimal("7.00")) == AlreadyPosted(same=False)
    assert await pay(other_flat.supply_id, id) == AlreadyPosted(same=False)
    assert await pay(uuid4(), uuid4()) == NoContract()
    assert await balance(gas) == -HUNDRED


async def test_what_is_under_way_is_shown_and_counts_when_it_is_credited(gas: UUID, olena: SignedIn):
    await made.charged(gas, SEPTEMBER, "171.68")
    id = uuid4()
    await pay(gas, id, under_way=True)
    (owed,) = [one for one in await queries.owed(olena.id) if one.service == "supply"]
    assert (owed.balance, owed.under_way, owed.payable) == (Decimal("171.68"), HUNDRED, Decimal("71.68"))
    for expected in (Posted, AlreadyPosted):
        async with DB.transaction():
            assert isinstance(await ledger.credit_payment(id, now=NOW), expected)
    assert await balance(gas) == Decimal("71.68") and await adds_up()
    async with DB.transaction():
        assert await ledger.credit_payment(uuid4(), now=NOW) == NoPayment()


async def test_no_more_is_given_back_than_was_paid_however_many_ask_at_once(gas: UUID):
    """Two colleagues, or one with two tabs: the contract's row is held while it is counted."""
    id = uuid4()
    await pay(gas, id)
    done = await asyncio.gather(*(give_back(id, "60.00") for _ in range(8)))
    assert sum(isinstance(one, Posted) for one in done) == 1
    assert done.count(TooMuch(left=Decimal("40.00"))) == 7
    assert isinstance(await give_back(id, "40.00"), Posted)
    assert await balance(gas) == 0 and await adds_up()


async def test_a_refund_that_comes_twice_is_one(gas: UUID):
    id, refund = uuid4(), uuid4()
    await pay(gas, id)
    assert isinstance(await give_back(id, "30.00", refund), Posted)
    assert await give_back(id, "30.00", refund) == AlreadyPosted(same=True)
    assert await give_back(id, "31.00", refund) == AlreadyPosted(same=False)
    assert await give_back(refund, "1.00") == NoPayment(), "a refund is not given back"
    assert await balance(gas) == Decimal("-70.00") and await adds_up()


async def test_a_refund_of_what_is_under_way_never_touches_the_balance(gas: UUID, olena: SignedIn):
    id = uuid4()
    await pay(gas, id, under_way=True)
    await give_back(id, "100.00")
    (owed,) = [one for one in await queries.owed(olena.id) if one.service == "supply"]
    assert (owed.under_way, await balance(gas)) == (0, 0)
    async with DB.transaction():
        await ledger.credit_payment(id, now=NOW)
    assert await balance(gas) == 0 and await adds_up()


async def test_bills_follow_from_each_other_and_never_change(gas: UUID, outside: Outside):
    await made.afresh(gas, "-41.59")
    await made.charged(gas, AUGUST, "58.68", volume=10, price="5.868")
    await made.charged(gas, SEPTEMBER, "50.05", volume=10, price="5.005")
    await made.paid(gas, date(2026, 9, 17), "17.09")
    await made.paid(gas, date(2026, 10, 17), "50.05")
    assert await made.issued(gas, outside) == [AUGUST, SEPTEMBER]
    sums = await DB.speaker.fetch("SELECT opening, charged, paid, closing FROM bills ORDER BY month")
    assert [tuple(map(str, row)) for row in sums] == [
        ("-41.59", "58.68", "0.00", "17.09"), ("17.09", "50.05", "17.09", "50.05"),
    ]  # fmt: skip
    await made.charged(gas, AUGUST, "-8.00", kind="recalculation", on=date(2026, 10, 20))
    assert await made.issued(gas, outside) == [OCTOBER], (
        "August has its bill: what puts it right is on the next"
    )
    assert str(await DB.speaker.fetchval("SELECT closing FROM bills ORDER BY month DESC LIMIT 1")) == "-8.00"
    assert await made.issued(gas, outside) == [] and await adds_up()


async def test_of_two_workers_one_issues_the_bill(gas: UUID, outside: Outside):
    await made.charged(gas, SEPTEMBER, "10.00")
    done = await asyncio.gather(*(made.issued(gas, outside) for _ in range(6)))
    assert sorted(map(len, done)) == [0, 0, 0, 0, 0, 1]
    assert await DB.speaker.fetchval("SELECT count(*) FROM bills") == 1 and await adds_up()
    none = await bills.issue(uuid4(), policy=Policy(), key=outside.key, now=NOW)
    assert none == bills.NoContract()


async def test_a_charge_of_tomorrow_is_not_billed_today(gas: UUID, outside: Outside):
    await made.charged(gas, OCTOBER, "10.00", on=date(2026, 11, 4))
    assert await made.issued(gas, outside) == []


async def test_where_bills_print_a_pin_an_account_without_one_gets_it_once(gas: UUID, outside: Outside):
    policy = Policy(bills=Bills(pin=True))
    await made.charged(gas, AUGUST, "10.00")
    await made.issued(gas, outside, policy)
    first = await DB.speaker.fetchval("SELECT pin_hmac FROM pins")
    await made.charged(gas, SEPTEMBER, "10.00")
    await made.issued(gas, outside, policy)
    assert first and await DB.speaker.fetchval("SELECT pin_hmac FROM pins") == first


async def test_a_certificate_counts_what_is_overdue_alone(
    gas: UUID, flat: AnAccount, olena: SignedIn, other: SignedIn, outside: Outside
):
    await made.charged(gas, AUGUST, "100.00")
    await made.charged(gas, SEPTEMBER, "50.00")
    await made.issued(gas, outside)

    async def overdue(today: date) -> Decimal:
        told = await subsidies.no_debt(olena.id, flat.id, today)
        (one,) = [one for one in told if one.service == "supply"]
        return one.overdue

    assert await overdue(date(2026, 9, 30)) == 0
    assert await overdue(date(2026, 10, 1)) == Decimal("100.00")
    await made.paid(gas, DAY, "120.00", under_way=True)
    assert await overdue(date(2026, 10, 1)) == 0
    assert await overdue(DAY) == Decimal("30.00")
    assert await subsidies.no_debt(other.id, flat.id, DAY) == []
