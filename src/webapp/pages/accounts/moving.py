"""Moving out: the last reading, the day, and a request to close the account."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import moving as actions
from webapp.actions import readings
from webapp.actions.readings import Accepted, Doubted, KeyReused, NotYours, Refused, Submission
from webapp.database.queries import sharing as queries
from webapp.database.queries.sharing import Leaving
from webapp.outside import Outside
from webapp.pages.accounts.forms import MovingForm
from webapp.rules import periods
from webapp.rules.readings import Mistake, Refusal, digest_of, parse
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGE, PANEL = "pages/accounts/moving.html", "partials/accounts/moving.html"


class MovingPages(Controller):
    path = "/accounts/{account_id:uuid}/moving"
    guards = [signed_in]

    @get()
    async def show(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        found, today = await _leaving(request, account_id), periods.day_of(outside.clock.now())
        form = MovingForm.empty([meter.id for meter in found.meters], today)
        return _page(request, found, form, today, status_code=200)

    @post()
    async def ask(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        now, portal, person = outside.clock.now(), request.scope["auth"], request.scope["user"]
        found, today = await _leaving(request, account_id), periods.day_of(now)
        form = MovingForm.of(await typed(request), [meter.id for meter in found.meters])
        on = form.read(today)
        if on is None:
            return _page(request, found, form, today)
        doubts: dict[UUID, Any] = {}
        for meter in found.meters:
            wrong = await _read(request, form, meter.id, on, now)
            if isinstance(wrong, Doubted):
                doubts[meter.id] = wrong.verdict
            elif wrong is not None:
                form.mistakes[f"value-{meter.id}"] = wrong
        if doubts or form.mistakes:
            return _page(request, found, form, today, doubts=doubts)
        shown = {meter.serial: form.values[meter.id] for meter in found.meters}
        number = await actions.ask(
            account_id, on, shown, by=person.id, company_id=portal.controller.id, portal_id=portal.id,
            language=request.scope["state"]["language"], now=now,
        )  # fmt: skip
        if number is None:
            raise NotFoundException
        return go(request, f"/accounts?asked={number}")


async def _leaving(request: Request[Any, Any, Any], account_id: UUID) -> Leaving:
    found = await queries.leaving(request.scope["user"].id, account_id)
    if found is None:
        raise NotFoundException
    return found


async def _read(
    request: Request[Any, Any, Any], form: MovingForm, meter: UUID, on: date, now: datetime
) -> Doubted | object | None:
    """The last reading is one like any other; None where it is taken, or where there is one of the month."""

    def submission(digits: int) -> Submission | Mistake:
        value, id = parse(form.values[meter], digits), form.ids[meter]
        if isinstance(value, Mistake):
            return value
        digest = digest_of(str(id), str(meter), str(value), on.isoformat(), "")
        return Submission(id, meter, str(value), on, now, digest, sent_at=now)

    outcome, _ = await readings.submit_typed(
        meter, submission, by=request.scope["user"], policy=request.scope["auth"].policy, now=now,
        ask=not form.confirmed, keys=request.app.state.outside.receipts,
    )  # fmt: skip
    match outcome:
        case Accepted():
            return None
        case KeyReused() | Refused(reason=Refusal.ALREADY_SENT | Refusal.READINGS_NOT_TAKEN):
            return (
                None  # the value goes with the request: the company compares it with the reading of the month
            )
        case Refused(reason=reason):
            form.ids[meter] = uuid4()
            return reason
        case NotYours():
            raise NotFoundException
        case other:
            return other


def _page(
    request: Request[Any, Any, Any],
    found: Leaving,
    form: MovingForm,
    today: date,
    *,
    doubts: dict[UUID, Any] | None = None,
    status_code: int = 422,
) -> Response[Any]:
    context: dict[str, Any] = {"leaving": found, "account": found.account, "accounts": found.accounts}
    context |= {"form": form, "today": today, "doubts": doubts or {}}
    return render(request, PAGE, partial=PANEL, status_code=status_code, **context)
