"""Paying: what is owed, the form, and the page that waits for the bank's word."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from webapp.actions import paying
from webapp.actions import readings as reading_actions
from webapp.actions.paying import Absent, Already, Begun, NoBank, NotYet, Slips, TooMany
from webapp.actions.readings import Accepted, NotYours
from webapp.database.queries import payments as queries
from webapp.database.queries.payments import Checkout, Paying
from webapp.outside import Outside
from webapp.pages.payments.forms import PaymentForm, can_be_paid
from webapp.pages.profile.frame import ask_first
from webapp.rules import paying as rules
from webapp.rules.periods import day_of
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render, wants_partial
from webapp.web.translations import catalogue

INDEX, NEW, SHOW = "pages/payments/index.html", "pages/payments/new.html", "pages/payments/show.html"
FORM, STATUS = "partials/payments/form.html", "partials/payments/status.html"


class PaymentsPages(Controller):
    path = "/payments"
    guards = [signed_in]

    @get()
    async def index(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        account: FromQuery[UUID | None] = None,
    ) -> Response[Any]:
        person, policy = request.scope["user"], request.scope["auth"].policy
        owed = await queries.to_pay(person.id)
        chosen = next((one for one in owed if one.id == account), None)
        if account and chosen is None:
            raise NotFoundException
        found = await queries.payments(person.id, account)
        said: dict[str, Any] = {
            "owed": [chosen] if chosen else owed,
            "paid": found.paid,
            "pending": found.pending,
        }
        said |= {"accounts": found.accounts, "account": chosen or next(iter(owed), None), "chosen": chosen}
        said["opens"] = rules.opens_on(policy.payments, day_of(outside.clock.now()))
        return render(request, INDEX, **said)

    @get("/new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        account: FromQuery[UUID | None] = None,
    ) -> Response[Any]:
        chosen = f"?account={account}" if account else ""
        first = ask_first(request, outside.clock.now(), f"/payments/new{chosen}")
        if first:
            return first
        owed = await queries.to_pay(request.scope["user"].id)
        if account and account not in {one.id for one in owed}:
            raise NotFoundException
        form = PaymentForm.start(owed, account, request.scope["auth"].policy, _pretends(outside))
        return _form(request, outside, owed, form, chosen=account, status_code=200)

    @post()
    async def create(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        person, portal, now = request.scope["user"], request.scope["auth"], outside.clock.now()
        first = ask_first(request, now, "/payments/new")
        if first:
            return first
        owed = await queries.to_pay(person.id)
        form = PaymentForm.of(await typed(request), owed)
        wanted = form.read(owed, portal.policy)
        if wanted is None:
            return _form(request, outside, owed, form)
        opens = rules.opens_on(portal.policy.payments, day_of(now))
        if opens:
            return _form(request, outside, owed, form, status_code=409)
        sent = await _send_readings(request, outside, form)
        if form.said:
            return _form(request, outside, owed, form, sent=sent)
        if not wanted:
            return go(request, f"/readings?sent={sent}")
        outcome = await paying.begin(
            wanted, by=person.id, portal_id=portal.id, policy=portal.policy, pretend=_pretends(outside),
            language=request.scope["state"]["language"], now=now,
        )  # fmt: skip
        match outcome:
            case Begun(ids):
                await _open(request, outside, ids[0])
                return go(request, f"/payments/{ids[0]}" + (f"?sent={sent}" if sent else ""))
            case Already(id):
                return go(request, f"/payments/{id}")
            case Slips(by_contract):
                form.slips = by_contract
                return _form(request, outside, owed, form, sent=sent)
            case TooMany():
                return _form(request, outside, owed, form, sent=sent, trouble="too_many", status_code=429)
            case NoBank() | NotYet():
                return _form(request, outside, owed, form, sent=sent, status_code=409)
            case Absent():
                raise NotFoundException

    @get("/{checkout_id:uuid}")
    async def show(
        self,
        request: Request[Any, Any, Any],
        checkout_id: FromPath[UUID],
        was: FromQuery[str | None] = None,
        sent: FromQuery[int | None] = None,
    ) -> Response[Any]:
        """It says what is known. Coming back from the bank proves nothing."""
        found = await queries.checkout(checkout_id, of=request.scope["user"].id)
        if found is None:
            raise NotFoundException
        if wants_partial(request) and was == _was(found):
            return Response(None, status_code=204)  # nothing moves under the finger
        return _shown(request, found, sent=sent)

    @post("/{checkout_id:uuid}/opening")
    async def open(
        self, request: Request[Any, Any, Any], checkout_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The bank's page is asked for once more, or for the next creditor."""
        await _open(request, outside, checkout_id)
        return go(request, f"/payments/{checkout_id}")

    @post("/{checkout_id:uuid}/look")
    async def look(
        self, request: Request[Any, Any, Any], checkout_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        person, now = request.scope["user"], outside.clock.now()
        if not await paying.look_again(checkout_id, by=person.id, outside=outside, now=now):
            raise NotFoundException
        return go(request, f"/payments/{checkout_id}?back=1")

    @post("/{checkout_id:uuid}/withdrawal")
    async def withdraw(
        self, request: Request[Any, Any, Any], checkout_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        person, now = request.scope["user"], outside.clock.now()
        gone = await paying.withdraw(checkout_id, by=person.id, outside=outside, now=now)
        if gone is None:
            raise NotFoundException
        return go(request, f"/payments/{checkout_id}" + ("" if gone else "?stays=1"))


class ReturnPages(Controller):
    """Where banks send people back to, by a link or by a form of theirs; nobody is believed for coming here."""

    @get("/payments/{checkout_id:uuid}/return")
    async def come(self, checkout_id: FromPath[UUID]) -> Redirect:
        return Redirect(f"/payments/{checkout_id}?back=1", status_code=303)

    @post("/payments/{checkout_id:uuid}/return")
    async def posted(self, checkout_id: FromPath[UUID]) -> Redirect:
        return Redirect(f"/payments/{checkout_id}?back=1", status_code=303)


def _pretends(outside: Outside) -> bool:
    return outside.banks.pretend is not None


def _was(found: Checkout) -> str:
    return f"{found.state}{'+' if found.page else ''}"


async def _open(request: Request[Any, Any, Any], outside: Outside, id: UUID) -> None:
    """What the person reads on the bank's page is said in their language."""
    person, portal = request.scope["user"], request.scope["auth"]
    found = await queries.checkout(id, of=person.id)
    if found is None:
        raise NotFoundException
    say = catalogue(request.scope["state"]["language"]).gettext
    numbers = ", ".join(line.number for line in found.lines)
    description = say("Payment for gas, no. %(number)s, contract %(contracts)s") % {
        "number": found.number, "contracts": numbers,
    }  # fmt: skip
    await paying.open_page(
        id, description, by=person.id, address=portal.address, outside=outside, now=outside.clock.now()
    )


async def _send_readings(request: Request[Any, Any, Any], outside: Outside, form: PaymentForm) -> int | None:
    """First the readings: each is accepted once, whatever becomes of the payment. The number of the last one."""
    person, portal, now = request.scope["user"], request.scope["auth"], outside.clock.now()
    if "with_reading" not in portal.policy.payments.amounts or not portal.policy.readings.taken_by:
        form.readings = {}
    sent = None
    for meter_id, reading in list(form.readings.items()):
        outcome, _ = await reading_actions.submit_typed(
            meter_id, lambda digits, reading=reading: reading.read(digits, now), by=person,  # type: ignore[misc]
            policy=portal.policy, now=now, ask=not reading.is_confirmed, keys=outside.receipts,
        )  # fmt: skip
        match outcome:
            case Accepted(number=number):
                sent = number
                del form.readings[meter_id]
            case NotYours():
                raise NotFoundException
            case _:
                form.said[meter_id] = outcome
    return sent


def _form(
    request: Request[Any, Any, Any],
    outside: Outside,
    owed: list[Paying],
    form: PaymentForm,
    *,
    chosen: UUID | None = None,
    sent: int | None = None,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    policy, pretend = request.scope["auth"].policy, _pretends(outside)
    today = day_of(outside.clock.now())
    payable = {
        one.contract_id: can_be_paid(one, policy, pretend) for account in owed for one in account.contracts
    }
    said: dict[str, Any] = {"owed": owed, "form": form, "payable": payable, "sent": sent, "trouble": trouble}
    said |= {"opens": rules.opens_on(policy.payments, today), "today": today, "pretend": pretend}
    said["with_reading"] = "with_reading" in policy.payments.amounts and bool(policy.readings.taken_by)
    said |= {
        "accounts": owed,
        "account": next((one for one in owed if one.id == chosen), next(iter(owed), None)),
    }
    return render(request, NEW, partial=FORM, status_code=status_code, **said)


def _shown(request: Request[Any, Any, Any], found: Checkout, *, sent: int | None) -> Response[Any]:
    asked = request.query_params
    said: dict[str, Any] = {
        "checkout": found,
        "was": _was(found),
        "back": "back" in asked,
        "stays": "stays" in asked,
    }
    said |= {"accounts": found.accounts, "account": next(iter(found.accounts), None), "sent": sent}
    said["next"] = next((one for one in found.siblings if one.state == "open"), None)
    return render(request, SHOW, partial=STATUS, **said)
