"""By phone: a reading that a caller tells, and the PIN for a caller who has said two things that only they know."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import consumers as actions
from webapp.actions.consumers import NoCard, NotIdentified, Told, TooManyTries
from webapp.actions.submissions import Accepted, Doubted, KeyReused, NotYours, Refused
from webapp.database.queries.consumers import Card
from webapp.outside import Outside
from webapp.pages.office.consumers import DESK, leaf, opened, shut
from webapp.pages.readings.forms import ReadingForm
from webapp.rules import answers
from webapp.rules.answers import Answer
from webapp.rules.readings import Mistake
from webapp.web.forms import Typed, asked, typed
from webapp.web.office import HANDLERS, at_office, by

QUESTIONS: tuple[answers.Kind, ...] = ("last_payment", "meter_serial", "last_charge", "eic")
"""What only the holder knows; an address or a number is on every envelope."""
READING, PIN = "consumer_reading", "consumer_pin"


class OfficeContactCentre(Controller):
    path = f"{DESK}/{{account_id:uuid}}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get("/readings")
    async def ask_reading(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        card = await opened(request, account_id, outside.clock.now())
        if card is None:
            return shut(request, account_id)
        sent = asked(request)["sent"]
        return _reading(request, card, sent=sent if sent.isdecimal() else "", status_code=200)

    @post("/readings")
    async def take_reading(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        card = await opened(request, account_id, now)
        if card is None:
            return shut(request, account_id)
        form = ReadingForm.of(fields)
        outcome, digits = await actions.submit(
            account_id, form.meter_id, lambda digits: form.read(digits, now), by=by(request),
            policy=request.scope["auth"].policy, now=now, ask=not form.is_confirmed, keys=outside.receipts,
        )  # fmt: skip
        match outcome:
            case Accepted(number=number):
                return _redirect(f"{DESK}/{account_id}/readings?sent={number}")
            case NotYours():
                raise NotFoundException
            case Doubted(verdict=verdict):
                return _reading(request, card, form=form, doubts=verdict.doubts)
            case Refused(reason=reason):
                return _reading(request, card, form=form.again(), refusal=reason)
            case KeyReused():
                return _reading(request, card, form=form.again(), refusal="key_reused", status_code=409)
            case Mistake():
                return _reading(request, card, form=form, mistake=str(outcome), digits=digits)

    @get("/pin")
    async def ask_pin(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        card = await opened(request, account_id, outside.clock.now())
        return _pin(request, card, status_code=200) if card else shut(request, account_id)

    @post("/pin")
    async def tell_pin(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """What the caller has said is typed, and compared here: the clerk need not know the answers."""
        fields, now = await typed(request), outside.clock.now()
        card = await opened(request, account_id, now)
        if card is None:
            return shut(request, account_id)
        given, mistakes = _answers(fields, request.scope["auth"].policy.money.typed_in)
        if mistakes:
            return _pin(request, card, fields=fields, mistakes=mistakes)
        outcome = await actions.tell_pin(account_id, given, by=by(request), key=outside.key, now=now)
        match outcome:
            case Told(pin=pin):
                return _pin(request, card, pin=pin, status_code=200)
            case NotIdentified():
                return _pin(request, card, fields=fields, trouble="wrong")
            case TooManyTries():
                return _pin(request, card, fields=fields, trouble="too_many", status_code=429)
            case NoCard():
                raise NotFoundException


def _redirect(address: str) -> Response[Any]:
    return Response(None, status_code=303, headers={"Location": address})


def _answers(fields: Typed, typed_in: Any) -> tuple[list[Answer], dict[str, str]]:
    """Of the questions that were ticked; two, and each with an answer that can be one."""
    given: list[Answer] = []
    mistakes: dict[str, str] = {}
    for kind in QUESTIONS:
        if not fields[f"asked-{kind}"]:
            continue
        answer = answers.read(kind, fields.text(kind, 40), typed_in=typed_in)
        if isinstance(answer, Answer):
            given.append(answer)
        else:
            mistakes[kind] = str(answer)
    if len(given) + len(mistakes) != 2:
        mistakes["asked"] = "two"
    return given, mistakes


def _reading(
    request: Request[Any, Any, Any], card: Card, *, form: ReadingForm | None = None, doubts: Any = (),
    refusal: str = "", mistake: str = "", digits: int = 0, sent: str = "", status_code: int = 422,
) -> Response[Any]:  # fmt: skip
    meters = [meter for meter in card.meters if meter.removed_on is None]
    said: dict[str, Any] = {
        "card": card, "meters": meters, "form": form, "doubts": doubts, "refusal": refusal, "mistake": mistake,
        "digits": digits, "sent": sent, "submission_id": uuid4(),
    }  # fmt: skip
    return leaf(request, READING, status_code=status_code, **said)


def _pin(
    request: Request[Any, Any, Any], card: Card, *, fields: Typed | None = None,
    mistakes: dict[str, str] | None = None, trouble: str = "", pin: str = "", status_code: int = 422,
) -> Response[Any]:  # fmt: skip
    said: dict[str, Any] = {
        "card": card, "questions": QUESTIONS, "fields": fields or Typed(), "mistakes": mistakes or {},
        "trouble": trouble, "pin": pin,
    }  # fmt: skip
    return leaf(request, PIN, status_code=status_code, **said)
