"""Certificates and acts: issued at once where what is known suffices, else by somebody of the staff."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from webapp.actions import cases, limiting
from webapp.database.engine import DB
from webapp.database.queries import certificates as queries
from webapp.database.queries.certificates import Facts
from webapp.outside.receipt_keys import ReceiptKeys
from webapp.rules import certificates as rules
from webapp.rules.certificates import Certificate, Kind, Lack
from webapp.rules.limits import CERTIFICATES_PER_PERSON
from webapp.rules.periods import day_of
from webapp.rules.policy import Freshness
from webapp.rules.roles import Right, granted
from webapp.rules.signed import masked, sealed


class Order(msgspec.Struct, frozen=True):
    id: UUID
    """The form's own."""
    contract_id: UUID
    kind: Kind
    months: tuple[date, date] | None = None
    """Of an act."""
    insists: bool = False
    """Although a debt is known: the staff is to look."""


class Done(msgspec.Struct, frozen=True):
    """Issued, or passed on to the staff: its page says which."""

    id: UUID


class Owes(msgspec.Struct, frozen=True):
    """No certificate of having no debt: there is one, whose last day to pay has passed."""

    overdue: Decimal
    as_of: datetime


class TooMany(msgspec.Struct, frozen=True):
    pass


class Absent(msgspec.Struct, frozen=True):
    """The person has no such contract, or may not see its money."""


async def order(
    order: Order,
    *,
    by: UUID,
    portal_id: UUID,
    freshness: Freshness,
    language: str,
    keys: ReceiptKeys,
    now: datetime,
) -> Done | Owes | TooMany | Absent:
    """The account's row is held: of the same order sent twenty times at once, one is stored."""
    today = day_of(now)
    async with DB.transaction():
        if not await DB.one(HOLD, by, order.contract_id, into=bool):
            return Absent()
        already = await DB.one(
            "SELECT to_json(person_id) FROM certificates WHERE id = $1", order.id, into=UUID
        )
        if already:
            return Done(order.id) if already == by else Absent()
        if not await limiting.take(CERTIFICATES_PER_PERSON, str(by), now):
            return TooMany()
        facts = await queries.facts(by, order.contract_id, today, order.months)
        if facts is None:
            return Absent()
        fresh = rules.fresh_days(freshness.payments_days, freshness.working)
        starts_on = order.months[0] if order.months else None
        lack = rules.lack(order.kind, facts.known, starts_on=starts_on, fresh_days=fresh, today=today)
        if lack is Lack.OVERDUE and not order.insists:
            return Owes(facts.overdue, facts.as_of)
        if lack:
            return Done(
                await _pass_on(order, facts, lack, by=by, portal_id=portal_id, language=language, now=now)
            )
        issued = await _issued(order.kind, order.months, facts, "", keys=keys, now=now)
        await DB.do(ISSUE_AT_ONCE, *_row(order, facts, by, portal_id, now), *issued)
    return Done(order.id)


HOLD = f"""
SELECT to_json(true) FROM accounts
WHERE id = (
    SELECT links.account_id FROM links JOIN contracts ON contracts.account_id = links.account_id
    WHERE links.person_id = $1 AND contracts.id = $2 AND {granted(Right.MONEY)}
) FOR UPDATE
"""
ORDER = """
INSERT INTO certificates (id, company_id, portal_id, account_id, contract_id, person_id, kind, starts_on, ends_on,
                          ordered_at, lacks, case_number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""


def _row(order: Order, facts: Facts, by: UUID, portal_id: UUID, now: datetime) -> tuple[object, ...]:
    first, last = order.months or (None, None)
    return (
        order.id, facts.company_id, portal_id, facts.account_id, order.contract_id, by, order.kind, first, last, now,
    )  # fmt: skip


async def _pass_on(
    order: Order, facts: Facts, lack: Lack, *, by: UUID, portal_id: UUID, language: str, now: datetime
) -> UUID:
    """One open order of a kind: whoever asks again, or for other months, is led to the first."""
    waiting = await DB.one(WAITING, by, order.contract_id, order.kind, into=UUID)
    if waiting:
        return waiting
    typed = {"number": facts.number, "certificate": order.kind, "lacks": lack.value}
    if order.months:
        typed["months"] = f"{order.months[0]:%m.%Y} – {order.months[1]:%m.%Y}"
    number = await cases.open(
        "certificate", company_id=facts.company_id, portal_id=portal_id, person_id=by, typed=typed,
        language=language, now=now,
    )  # fmt: skip
    await DB.do(ORDER, *_row(order, facts, by, portal_id, now), lack.value, number)
    return order.id


WAITING = """
SELECT to_json(id) FROM certificates WHERE person_id = $1 AND contract_id = $2 AND kind = $3 AND state = 'asked'
"""


async def _issued(
    kind: Kind, months: tuple[date, date] | None, facts: Facts, note: str, *, keys: ReceiptKeys, now: datetime
) -> tuple[object, ...]:
    """Numbered and signed: what is stored, and unchangeable from then on."""
    number, today, key = await DB.one(NUMBER, into=int), day_of(now), keys.current()
    assert number
    until = rules.valid_until(today)
    total = {"state": facts.balance, "act": facts.closing}.get(kind)
    certificate = Certificate(
        number, facts.company.name, facts.service, masked(facts.number), kind, today, until, day_of(facts.as_of),
        months, total, key.id,
    )  # fmt: skip
    text = rules.written(certificate)
    kept = msgspec.json.encode(facts).decode()
    return number, now, until, kept, note, sealed(key.sign(text.encode()), text)


NUMBER = "SELECT to_json(nextval('certificate_numbers'))"
ISSUE_AT_ONCE = """
INSERT INTO certificates (id, company_id, portal_id, account_id, contract_id, person_id, kind, starts_on, ends_on,
                          ordered_at, state, number, issued_at, valid_until, facts, note, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'issued', $11, $12, $13, $14::jsonb, $15, $16)
"""
ISSUE = """
UPDATE certificates SET state = 'issued', number = $2, issued_at = $3, valid_until = $4, facts = $5::jsonb, note = $6,
       sealed = $7
WHERE id = $1
"""


class Waiting(msgspec.Struct, frozen=True):
    id: UUID
    person_id: UUID
    account_id: UUID
    contract_id: UUID
    kind: Kind
    starts_on: date | None
    ends_on: date | None

    @property
    def months(self) -> tuple[date, date] | None:
        return (self.starts_on, self.ends_on) if self.starts_on and self.ends_on else None


async def grant(
    company_id: UUID, case_number: str, note: str, *, keys: ReceiptKeys, now: datetime
) -> UUID | None:
    """The account, inside the transaction that holds the case; None where the person has lost the account since."""
    waiting = await DB.one(OF_CASE, company_id, case_number, into=Waiting)
    if waiting is None:
        return None
    facts = await queries.facts(waiting.person_id, waiting.contract_id, day_of(now), waiting.months)
    if facts is None:
        return None
    issued = await _issued(waiting.kind, waiting.months, facts, note[:1000], keys=keys, now=now)
    await DB.do(ISSUE, waiting.id, *issued)
    return waiting.account_id


async def refuse(company_id: UUID, case_number: str, answer: str) -> UUID | None:
    return await DB.one(REFUSE, company_id, case_number, answer[:1000], into=UUID)


OF_CASE = """
SELECT to_json(certificates) FROM certificates
WHERE company_id = $1 AND case_number = $2 AND state = 'asked' FOR UPDATE
"""
REFUSE = """
UPDATE certificates SET state = 'refused', note = $3 WHERE company_id = $1 AND case_number = $2 AND state = 'asked'
RETURNING to_json(account_id)
"""
