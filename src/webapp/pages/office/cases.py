"""The desks: what waits, a case as a card, and the decision about it."""

from datetime import date, timedelta
from typing import Any, get_args
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import audit, deciding
from webapp.actions.deciding import Absent, AlreadyDecided, Decided, Decision, NoAccount, NoContact
from webapp.database.queries import desks, waiting
from webapp.database.queries.desks import Card
from webapp.outside import Outside
from webapp.pages.office.audit import page_of
from webapp.rules.cases import Kind
from webapp.rules.periods import day_of
from webapp.rules.permissions import may
from webapp.web.forms import Typed, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

KINDS: tuple[str, ...] = get_args(Kind)
REASONS = ("decide", "call", "letter", "check", "other")
"""Why somebody looks at a person's card; `other` asks for words."""
LONGEST_ANSWER = 1000
LONG_AGO = date(2000, 1, 1)


class OfficeDesks(Controller):
    path = "/office"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def home(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        today, colleague = day_of(outside.clock.now()), colleague_of(request)
        allowed = [route for route in ("/office/cases", *waiting.PARTS) if may(colleague.role, route)]
        found = await waiting.waiting(colleague.company_id, allowed, today)
        lines = [
            (f"case:{kind}", f"/office/cases?kind={kind}") for kind in KINDS if "/office/cases" in allowed
        ]
        lines += [
            (waiting.PARTS[one][0], waiting.LISTS.get(one, one)) for one in allowed if one in waiting.PARTS
        ]
        lines.sort(key=lambda line: not (found.get(line[0]) and found[line[0]].overdue))
        quiet = [line for line in lines if line[0] not in found or not found[line[0]].open]
        lines = [line for line in lines if line not in quiet]
        return show(request, "pages/office/home.html", desks=found, lines=lines, quiet=quiet, today=today)

    @get("/cases")
    async def cases(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        kind, number = request.query_params.get("kind", ""), page_of(request)
        if kind and kind not in KINDS:
            raise NotFoundException
        is_open = request.query_params.get("state") != "decided"
        found = await desks.cases(colleague_of(request).company_id, kind, is_open=is_open, number=number)
        today = day_of(outside.clock.now())
        said: dict[str, Any] = {"kind": kind, "is_open": is_open, "found": found, "number": number}
        return show(request, "pages/office/cases.html", **said, today=today, section=_desk(kind))


class OfficeCase(Controller):
    path = "/office/cases/{case_id:uuid}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def card(
        self, request: Request[Any, Any, Any], case_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        card = await _card(request, case_id, outside)
        return _reason(request, card) if card.looked_at is None else _shown(request, card, outside)

    @post("/looks")
    async def look(
        self, request: Request[Any, Any, Any], case_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The reason first, then the card: one row of the audit for each time it opens."""
        fields = await typed(request)
        reason, words = fields["reason"], fields.text("words", 150)
        if reason not in REASONS or (reason == "other" and not words):
            card = await _card(request, case_id, outside)
            mistake = "words" if reason == "other" else "reason"
            return _reason(request, card, fields=fields, mistake=mistake, status_code=422)
        said = f"{reason}: {words}" if words else reason
        if not await audit.look(case_id, said, by=by(request), now=outside.clock.now()):
            raise NotFoundException
        return Redirect(f"/office/cases/{case_id}", status_code=303)

    @post("/decision")
    async def decide(
        self, request: Request[Any, Any, Any], case_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Only by whoever has just looked at the card."""
        fields, card = await typed(request), await _card(request, case_id, outside)
        if card.looked_at is None:
            return Redirect(f"/office/cases/{case_id}", status_code=303)
        today = day_of(outside.clock.now())
        mistakes = _mistakes(fields, card, today)
        if mistakes:
            return _shown(request, card, outside, fields=fields, mistakes=mistakes, status_code=422)
        decision = Decision(
            grant=fields["decision"] == "grant", answer=fields.text("answer", LONGEST_ANSWER),
            number=fields.text("number", 20), way="message" if fields["way"] == "message" else "bill",
            on=_day(fields["on"], today),
        )  # fmt: skip
        outcome = await deciding.decide(
            case_id, decision, by=by(request), key=outside.key, keys=outside.receipts, now=outside.clock.now()
        )
        match outcome:
            case Decided() | AlreadyDecided(mine=True):
                return Redirect(f"/office/cases/{case_id}", status_code=303)
            case AlreadyDecided():
                card = await _card(request, case_id, outside)
                return _shown(request, card, outside, trouble="decided", status_code=409)
            case NoAccount():
                no_number = {"number": "unknown"} if card.kind == "address" else {}
                trouble = None if no_number else "no_account"
                return _shown(
                    request,
                    card,
                    outside,
                    fields=fields,
                    mistakes=no_number,
                    trouble=trouble,
                    status_code=422,
                )
            case NoContact():
                way = {"way": "no_contact"}
                return _shown(request, card, outside, fields=fields, mistakes=way, status_code=422)
            case Absent():
                raise NotFoundException


def _mistakes(fields: Typed, card: Card, today: date) -> dict[str, str]:
    found = {}
    if fields["decision"] not in ("grant", "refuse"):
        found["decision"] = "empty"
    elif fields["decision"] == "refuse" and not fields.text("answer"):
        found["answer"] = "empty"
    elif fields["decision"] == "grant" and card.kind == "moving" and _day(fields["on"], today) is None:
        found["on"] = "empty"
    elif fields["decision"] == "grant" and card.kind == "pin" and fields["way"] not in ("message", "bill"):
        found["way"] = "empty"
    if len(fields["answer"].strip()) > LONGEST_ANSWER:
        found["answer"] = "too_long"
    return found


def _day(text: str, today: date) -> date | None:
    """Somebody moved out in these years, or will within a month."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if LONG_AGO <= day <= today + timedelta(days=31) else None


def _desk(kind: str) -> str:
    return f"/office/cases?kind={kind}"


async def _card(request: Request[Any, Any, Any], case_id: UUID, outside: Outside) -> Card:
    """Of the own company; another's is not there."""
    colleague = colleague_of(request)
    lasting = outside.clock.now() - timedelta(minutes=audit.LOOK_LASTS_MINUTES)
    card = await desks.card(case_id, colleague.company_id, colleague.id, max(lasting, colleague.since))
    if card is None:
        raise NotFoundException
    return card


def _reason(
    request: Request[Any, Any, Any],
    card: Card,
    *,
    fields: Typed | None = None,
    mistake: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    """Of the case its number, kind and term alone: the rest waits for the reason."""
    case = {"id": card.id, "number": card.number, "kind": card.kind, "due_on": card.due_on}
    said: dict[str, Any] = {"case": case, "reasons": REASONS, "fields": fields or Typed(), "mistake": mistake}
    section = _desk(card.kind)
    said |= {"address": f"/office/cases/{card.id}", "back": section}
    return show(request, "pages/office/reason.html", status_code=status_code, section=section, **said)


def _shown(
    request: Request[Any, Any, Any],
    card: Card,
    outside: Outside,
    *,
    fields: Typed | None = None,
    mistakes: dict[str, str] | None = None,
    trouble: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    said: dict[str, Any] = {
        "case": card,
        "fields": fields or Typed(on=str(card.typed.get("on", ""))),
        "mistakes": mistakes or {},
        "trouble": trouble,
        "today": day_of(outside.clock.now()),
        "section": _desk(card.kind),
    }
    return show(request, "pages/office/case.html", status_code=status_code, **said)
