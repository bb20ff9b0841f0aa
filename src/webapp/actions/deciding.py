"""A case is decided once, by one colleague, with an answer; whoever asked is told where they can be reached."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from webapp.actions import (
    accounts,
    annulment,
    audit,
    certificates,
    identifying,
    messages,
    pins,
    reading_disputes,
    sealing,
    settling,
)
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.outside.receipt_keys import ReceiptKeys


class Decision(msgspec.Struct, frozen=True):
    grant: bool
    answer: str = ""
    number: str = ""
    """Of the account that is meant, where the person could not say it (address)."""
    way: Literal["message", "bill"] = "bill"
    """How a PIN reaches whoever asked."""
    on: date | None = None
    """The day somebody moved out."""


class Decided(msgspec.Struct, frozen=True):
    pass


class AlreadyDecided(msgspec.Struct, frozen=True):
    """By whom and how stands on the card; `mine`: it was the same colleague, who pressed twice."""

    mine: bool


class Absent(msgspec.Struct, frozen=True):
    """The company has no such case."""


class NoAccount(msgspec.Struct, frozen=True):
    """The company has no account with this number, or the case is about none."""


class NoContact(msgspec.Struct, frozen=True):
    """A PIN is sent to a proved login only, and there is none."""


Outcome = Decided | AlreadyDecided | Absent | NoAccount | NoContact


class Case(msgspec.Struct, frozen=True):
    id: UUID
    company_id: UUID
    portal_id: UUID
    kind: Literal[
        "pin", "address", "dispute", "annulment", "moving", "reading_dispute", "payment", "certificate"
    ]
    number: str
    person_id: UUID | None
    account_id: UUID | None
    typed: dict[str, Any]
    contact: str
    language: str
    state: str
    decided_by: UUID | None
    logins: list[str] = []


class Granted(msgspec.Struct, frozen=True):
    """What the deed of a kind leaves to be told."""

    account_id: UUID | None = None
    sealed_pin: str = ""


class Hand(msgspec.Struct, frozen=True):
    """Who decides, when, and with which keys."""

    by: By
    key: bytes
    keys: ReceiptKeys
    """They sign what is issued by a decision."""
    now: datetime


async def decide(
    case_id: UUID, decision: Decision, *, by: By, key: bytes, keys: ReceiptKeys, now: datetime
) -> Outcome:
    """The case's row is held: of two colleagues at once the second learns that it is decided."""
    hand = Hand(by, key, keys, now)
    async with DB.transaction() as transaction:
        case = await DB.one(HOLD, case_id, by.company_id, into=Case)
        if case is None:
            return Absent()
        if case.state != "open":
            return AlreadyDecided(mine=case.decided_by == by.id)
        deeds = GRANT if decision.grant else REFUSE
        done = await deeds.get(case.kind, _nothing)(case, decision, hand)
        if not isinstance(done, Granted):
            await transaction.rollback()
            return done
        state: Literal["granted", "refused"] = "granted" if decision.grant else "refused"
        await DB.do(DECIDE, case.id, state, decision.answer[:1000], now, by.id)
        await audit.write(
            state, by, now=now, person_id=case.person_id, account_id=done.account_id or case.account_id,
            case_id=case.id, reason=decision.answer, changed={"kind": case.kind, "number": case.number},
        )  # fmt: skip
        await _tell(case, state, decision.answer, done.sealed_pin, now)
    return Decided()


HOLD = """
SELECT json_build_object(
    'id', id, 'company_id', company_id, 'portal_id', portal_id, 'kind', kind, 'number', number,
    'person_id', person_id, 'account_id', account_id, 'typed', typed, 'contact', contact, 'language', language,
    'state', state, 'decided_by', decided_by,
    'logins', coalesce((
        SELECT json_agg(logins.contact ORDER BY verified_at, logins.id) FROM logins
        WHERE logins.person_id = cases.person_id
    ), '[]')
)
FROM cases WHERE id = $1 AND company_id = $2 FOR UPDATE
"""
DECIDE = """
UPDATE cases SET state = $2, answer = $3, decided_at = $4, decided_by = $5 WHERE id = $1 AND state = 'open'
"""


async def _tell(case: Case, state: str, answer: str, sealed_pin: str, now: datetime) -> None:
    """In the language of whoever asked; a PIN goes to one place only."""
    to = case.logins or [case.contact]
    if sealed_pin:
        to = [case.contact if case.contact in case.logins else case.logins[0]]
    for contact in filter(_is_contact, to):
        await messages.write(
            "case-decided", contact, portal_id=case.portal_id, language=case.language, now=now,
            sealed=sealed_pin, number=case.number, state=state, answer=answer,
        )  # fmt: skip


def _is_contact(text: str) -> bool:
    return "@" in text or text.startswith("+")


async def _pin(case: Case, decision: Decision, hand: Hand) -> Granted | NoAccount | NoContact:
    """A new PIN leaves for the proved login; on a bill the one is printed that is issued with it."""
    account_id = case.account_id or await _account(hand.by, str(case.typed.get("number", "")))
    if account_id is None:
        return NoAccount()
    if decision.way == "bill":
        return Granted(account_id)
    if not case.logins:
        return NoContact()
    pin = await pins.issue(account_id, key=hand.key, now=hand.now)
    return Granted(account_id, sealing.seal(pin.encode(), case.portal_id, key=hand.key).hex())


async def _address(case: Case, decision: Decision, hand: Hand) -> Granted | NoAccount:
    """The account is found by the colleague; it comes into the cabinet of whoever asked, if somebody did sign in."""
    if not decision.number:
        return Granted()
    account_id = await _account(hand.by, decision.number)
    if account_id is None:
        return NoAccount()
    if case.person_id:
        await DB.do("SELECT 1 FROM people WHERE id = $1 FOR UPDATE", case.person_id)
        await DB.do("SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE", account_id)
        await identifying.link(case.person_id, account_id, hand.now)
    return Granted(account_id)


async def _account(by: By, number: str) -> UUID | None:
    return await DB.one(ACCOUNT, by.company_id, number, into=UUID)


ACCOUNT = """
SELECT to_json(id) FROM accounts WHERE closed_on IS NULL AND (
    (company_id = $1 AND number = $2)
    OR id = (SELECT account_id FROM contracts WHERE company_id = $1 AND number = $2)
) LIMIT 1
"""


async def _dispute(case: Case, decision: Decision, hand: Hand) -> Granted | NoAccount:
    """Whoever has the account on that portal loses it, and is told; then whoever asked can link it."""
    if case.account_id is None:
        return NoAccount()
    for held in await accounts.take_away(case.account_id, case.portal_id, now=hand.now):
        if held.person_id != case.person_id:
            await messages.tell("access-ended", held.person_id, now=hand.now, about=case.account_id)
    return Granted(case.account_id)


async def _annulment(case: Case, decision: Decision, hand: Hand) -> Granted | NoAccount:
    if case.account_id is None:
        return NoAccount()
    await annulment.grant(case.account_id, case.portal_id, now=hand.now)
    return Granted(case.account_id)


async def _no_annulment(case: Case, decision: Decision, hand: Hand) -> Granted:
    if case.account_id:
        await annulment.refuse(case.account_id, case.portal_id, now=hand.now)
    return Granted(case.account_id)


async def _moving(case: Case, decision: Decision, hand: Hand) -> Granted | NoAccount:
    if case.account_id is None or decision.on is None:
        return NoAccount()
    await accounts.close(case.account_id, decision.on, now=hand.now)
    return Granted(case.account_id)


async def _payment(case: Case, decision: Decision, hand: Hand) -> Granted:
    """No money came, as the company has found out with its bank: one may pay again."""
    await settling.close_by_hand(case.company_id, str(case.typed.get("payment", "")), hand.now)
    return Granted()


async def _reading(case: Case, decision: Decision, hand: Hand) -> Granted | NoAccount:
    """The consumer's reading counts, the one that overruled it does not any more."""
    account_id = await reading_disputes.grant(case.company_id, str(case.typed.get("reading", "")))
    return Granted(account_id) if account_id else NoAccount()


async def _certificate(case: Case, decision: Decision, hand: Hand) -> Granted | NoAccount:
    """It is issued from what is known now, with what the colleague adds."""
    account_id = await certificates.grant(
        case.company_id, case.number, decision.answer, keys=hand.keys, now=hand.now
    )
    return Granted(account_id) if account_id else NoAccount()


async def _no_certificate(case: Case, decision: Decision, hand: Hand) -> Granted:
    return Granted(await certificates.refuse(case.company_id, case.number, decision.answer))


async def _nothing(case: Case, decision: Decision, hand: Hand) -> Granted:
    return Granted()


Deed = Callable[[Case, Decision, Hand], Awaitable[Granted | NoAccount | NoContact]]
GRANT: dict[str, Deed] = {
    "pin": _pin, "address": _address, "dispute": _dispute, "annulment": _annulment, "moving": _moving,
    "payment": _payment, "reading_dispute": _reading,
    "certificate": _certificate,
}  # fmt: skip
REFUSE: dict[str, Deed] = {"annulment": _no_annulment, "certificate": _no_certificate}
"""What a refusal does besides the answer."""
