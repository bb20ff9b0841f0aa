"""Paying: a try is written down first, then the bank hears of it; what it says by itself is only a hint.

The bank is spoken to outside of any transaction. Killed anywhere between, the try is there to be asked about.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid4

import msgspec
import structlog

from webapp.actions import limiting, merchants
from webapp.actions.settling import settle
from webapp.database.engine import DB
from webapp.database.queries import checkouts as queries
from webapp.outside import Outside
from webapp.outside.payments import Bank, BankError, BankTrouble, Order
from webapp.rules import limits
from webapp.rules import paying as rules
from webapp.rules.paying import Slip, State
from webapp.rules.periods import day_of
from webapp.rules.policy import Policy

log = structlog.get_logger()


class Wanted(msgspec.Struct, frozen=True):
    contract_id: UUID
    amount: Decimal


class Begun(msgspec.Struct, frozen=True):
    """A try for each creditor, in the order of what was wanted."""

    ids: list[UUID]


class Already(msgspec.Struct, frozen=True):
    """One of the contracts is being paid: here."""

    id: UUID


class NotYet(msgspec.Struct, frozen=True):
    """Payments open on this day (K10)."""

    day: date


class NoBank(msgspec.Struct, frozen=True):
    """Companies that take no money here."""

    contracts: list[UUID]


class Slips(msgspec.Struct, frozen=True):
    by_contract: dict[UUID, Slip]


class TooMany(msgspec.Struct, frozen=True):
    pass


class Absent(msgspec.Struct, frozen=True):
    """Not this person's to pay, or nothing at all."""


Outcome = Begun | Already | NotYet | NoBank | Slips | TooMany | Absent


async def begin(
    wanted: list[Wanted],
    *,
    by: UUID,
    portal_id: UUID,
    policy: Policy,
    language: str,
    pretend: bool,
    now: datetime,
) -> Outcome:
    """Contracts are held: two tabs, or a double click, come to the same try. `pretend`: the demo has its own bank."""
    opens = rules.opens_on(policy.payments, day_of(now))
    if opens:
        return NotYet(opens)
    async with DB.transaction():
        ids = [one.contract_id for one in wanted]
        if not wanted or len(set(ids)) < len(ids) or await queries.hold(ids, of=by) != len(ids):
            return Absent()
        found = {one.contract_id: one for one in await queries.facts(ids)}
        open_one = next((found[id].open_checkout for id in ids if found[id].open_checkout), None)
        if open_one:
            return Already(open_one)
        refused = _refused(wanted, found, policy, pretend)
        if refused:
            return refused
        shares = [(limits.PAY_PER_PERSON, str(by))] + [(limits.PAY_PER_CONTRACT, str(id)) for id in ids]
        if not await limiting.take_all(shares, now):
            return TooMany()
        by_company: dict[UUID, list[Wanted]] = {}
        for one in wanted:
            by_company.setdefault(found[one.contract_id].company_id, []).append(one)
        basket, begun = uuid4(), []
        for lines in by_company.values():
            begun.append(await _write(lines, found, basket, by, portal_id, language, now))
    return Begun(begun)


def _refused(
    wanted: list[Wanted], found: Mapping[UUID, queries.Facts], policy: Policy, pretend: bool
) -> NoBank | Slips | Absent | None:
    without = [id for id, one in found.items() if not one.has_bank(pretend)]
    if without:
        return NoBank(without)
    slips = {}
    for one in wanted:
        debt = rules.payable(found[one.contract_id].balance, found[one.contract_id].under_way)
        if "own" not in policy.payments.amounts and one.amount != debt:
            return Absent()  # only the form of another portal offers another sum
        slip = rules.amount_slip(one.amount, debt)
        if slip:
            slips[one.contract_id] = slip
    return Slips(slips) if slips else None


async def _write(
    lines: list[Wanted], found: Mapping[UUID, queries.Facts], basket: UUID, by: UUID, portal_id: UUID,
    language: str, now: datetime,
) -> UUID:  # fmt: skip
    id, first = uuid4(), found[lines[0].contract_id]
    total = sum((one.amount for one in lines), Decimal(0))
    next_look = rules.next_look("open", created_at=now, expires_at=now + rules.LIFE, now=now)
    await DB.do(
        WRITE, id, first.company_id, portal_id, by, basket, first.provider, total, language, now,
        now + rules.LIFE, next_look,
    )  # fmt: skip
    for one in lines:
        account = found[one.contract_id].account_id
        await DB.do(WRITE_LINE, uuid4(), first.company_id, id, account, one.contract_id, one.amount)
    return id


WRITE = """
INSERT INTO checkouts (id, company_id, portal_id, person_id, basket_id, number, provider, amount, language,
                       state, trouble, reason, reference, page, created_at, expires_at, next_look_at, case_number)
VALUES ($1, $2, $3, $4, $5, nextval('checkout_numbers'), $6, $7, $8, 'open', '', '', '', '', $9, $10, $11, '')
"""
WRITE_LINE = """
INSERT INTO checkout_lines (id, company_id, checkout_id, account_id, contract_id, amount, is_open)
VALUES ($1, $2, $3, $4, $5, $6, true)
"""


async def open_page(
    checkout_id: UUID, description: str, *, by: UUID, address: str, outside: Outside, now: datetime
) -> bool:
    """The bank makes a page for it, once; False where it did not answer: nothing was charged."""
    known = await queries.bank_side(checkout_id)
    if (
        known is None
        or known.person_id != by
        or known.state != "open"
        or known.page
        or now >= known.expires_at
    ):
        return True  # nothing is to be opened
    bank = merchants.bank_of(known.merchant, outside.banks, key=outside.key)
    if bank is None:
        return False
    order = Order(
        str(checkout_id), known.amount, description[:200], known.language,
        f"{address}/payments/{checkout_id}/return", f"{address}/api/v1/payments/{checkout_id}/callback",
        now, now + rules.LIFE,
    )  # fmt: skip
    try:
        opened = await bank.open(order)
    except BankError as error:
        _note("a bank opened no page", checkout_id, error)
        return False
    if not await DB.do(OPENED, checkout_id, opened.page, opened.reference, order.expires_at, now):
        await _withdraw_quietly(
            bank, order.id, opened.reference
        )  # another tab was quicker: its page is shown
    return True


OPENED = """
UPDATE checkouts SET page = $2, reference = $3, expires_at = $4
WHERE id = $1 AND page = '' AND state = 'open' AND expires_at > $5
"""


async def _withdraw_quietly(bank: Bank, order: str, reference: str) -> None:
    try:
        if reference and reference != order:
            await bank.withdraw(order, reference)
    except BankError:
        return  # nobody has ever seen its page


async def look(checkout_id: UUID, *, outside: Outside, now: datetime) -> State | None:
    """Ask the bank, and believe it. None: there is no such try."""
    known = await queries.bank_side(checkout_id)
    if known is None:
        return None
    bank = merchants.bank_of(known.merchant, outside.banks, key=outside.key)
    seen = None
    try:
        seen = await bank.look(str(checkout_id), known.reference) if bank else None
    except BankError as error:
        _note("a bank did not say what became of a payment", checkout_id, error)
    return await settle(checkout_id, seen, keys=outside.receipts, now=now)


async def look_again(checkout_id: UUID, *, by: UUID, outside: Outside, now: datetime) -> bool:
    """The person asks. False: it is not theirs."""
    known = await queries.bank_side(checkout_id)
    if known is None or known.person_id != by:
        return False
    if await limiting.take(limits.LOOKS_PER_CHECKOUT, str(checkout_id), now):
        await look(checkout_id, outside=outside, now=now)
    return True


Heard = Literal["known", "unknown", "forged", "silent"]


async def hinted(
    checkout_id: UUID, body: bytes, headers: Mapping[str, str], *, outside: Outside, now: datetime
) -> Heard:
    """A callback. Its signature must fit, and all the same the bank is asked: `silent` where it gave no answer."""
    known = await queries.bank_side(checkout_id)
    if known is None:
        log.warning("a callback of no payment of ours", checkout=str(checkout_id))
        return "unknown"
    bank = merchants.bank_of(known.merchant, outside.banks, key=outside.key)
    try:
        hint = await bank.hint(body, headers) if bank else None
        if bank is None or hint is None or hint.seen.order != str(checkout_id):
            log.warning("a callback that is not the bank's", checkout=str(checkout_id))
            return "forged"
        if known.state == "paid" and hint.seen.told != "returned" or known.state == "refunded":
            return "known"
        if not await limiting.take(limits.HINTS_PER_CHECKOUT, str(checkout_id), now):
            return "known"  # the reconciling job will ask
        seen = await bank.look(str(checkout_id), known.reference)
    except BankError as error:
        _note("a bank said that there are news, and then nothing", checkout_id, error)
        return "silent"
    await settle(checkout_id, seen, keys=outside.receipts, now=now)
    return "known"


async def withdraw(checkout_id: UUID, *, by: UUID, outside: Outside, now: datetime) -> bool | None:
    """The person has thought better of it. False: the bank's page can still be paid; None: not theirs."""
    known = await queries.bank_side(checkout_id)
    if known is None or known.person_id != by:
        return None
    if known.state != "open":
        return True
    bank = merchants.bank_of(known.merchant, outside.banks, key=outside.key)
    gone = not known.page
    try:
        if bank and not gone:
            gone = await bank.withdraw(str(checkout_id), known.reference)
    except BankError as error:
        _note("a bank did not withdraw a payment", checkout_id, error)
    if not gone:
        await look(checkout_id, outside=outside, now=now)
        return False
    await DB.do(OVER, checkout_id, now - rules.GRACE, known.page)
    await look(checkout_id, outside=outside, now=now)
    return True


OVER = "UPDATE checkouts SET expires_at = $2 WHERE id = $1 AND state = 'open' AND page = $3"
"""What nobody can pay any more has no time left: the next answer of the bank ends it."""


def _note(what: str, checkout_id: UUID, error: BankError) -> None:
    level = log.error if error.reason is BankTrouble.NOT_SET_UP else log.warning
    level(what, checkout=str(checkout_id), reason=error.reason.value)
