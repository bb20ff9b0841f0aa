"""The consumer's readings: what was sent, and sending the next one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect

from webapp.actions import readings as actions
from webapp.actions.readings import Accepted, Doubted, KeyReused, NotYours, Refused
from webapp.database.queries import accounts as queries
from webapp.outside import Outside
from webapp.pages.readings.forms import ReadingForm
from webapp.rules import periods, readings
from webapp.rules.readings import Mistake
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.meters import kept_on_device
from webapp.web.rendering import render, wants_partial

INDEX, NEW, PANEL = "pages/readings/index.html", "pages/readings/new.html", "partials/readings/panel.html"


class ReadingsPages(Controller):
    path = "/readings"
    guards = [signed_in]

    @get()
    async def index(
        self, request: Request[Any, Any, Any], sent: FromQuery[int | None] = None
    ) -> Response[Any]:
        accounts = await queries.accounts_of(request.scope["user"].id)
        policy = request.scope["auth"].policy
        ids = {
            one.number: one.id for account in accounts for meter in account.meters for one in meter.readings
        }
        return render(
            request,
            INDEX,
            offline=sent is None,
            accounts=accounts,
            account=accounts[0] if accounts else None,
            sent=sent if sent in ids else None,
            receipt=ids.get(sent) if sent else None,
            meters=kept_on_device(accounts, policy.window),
        )

    @get("/new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        meter: FromQuery[UUID | None] = None,
    ) -> Response[Any]:
        try:
            cabinet, found = await _meter(request, meter)
        except NotFoundException:
            if meter:
                raise
            return Redirect("/readings", status_code=303)  # no account yet, or none with a meter
        return _form(
            request, cabinet, found, ReadingForm.empty(found.id), outside.clock.now(), status_code=200
        )

    @post()
    async def create(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form, person = ReadingForm.of(await typed(request)), request.scope["user"]
        now = outside.clock.now()
        outcome, digits = await actions.submit_typed(
            form.meter_id, lambda digits: form.read(digits, now), by=person,
            policy=request.scope["auth"].policy, now=now, ask=not form.is_confirmed, keys=outside.receipts,
        )  # fmt: skip
        match outcome:
            case Accepted() as accepted if wants_partial(request):
                receipt = form.submission_id
                return render(request, PANEL, accepted=accepted, receipt=receipt, meter={"digits": digits})
            case Accepted(number=number):
                return Redirect(f"/readings?sent={number}", status_code=303)
            case NotYours():
                raise NotFoundException
        cabinet, meter = await _meter(request, form.meter_id)
        match outcome:
            case Mistake() as mistake:
                return _form(request, cabinet, meter, form, now, mistake=mistake)
            case Doubted(verdict):
                return _form(request, cabinet, meter, form, now, verdict=verdict)
            case Refused() as refused:
                return _form(request, cabinet, meter, form.again(), now, refused=refused)
            case KeyReused():
                return _form(request, cabinet, meter, form.again(), now, refused="key_reused")


async def _meter(
    request: Request[Any, Any, Any], meter_id: UUID | None
) -> tuple[queries.Cabinet, queries.Meter]:
    """The person's own meter, the first one unless another is named; anybody else's does not exist."""
    found = await queries.cabinet_of_meter(request.scope["user"].id, meter_id)
    for meter in found.account.meters if found.account else []:
        if meter_id in (None, meter.id):
            return found, meter
    raise NotFoundException


def _form(
    request: Request[Any, Any, Any],
    cabinet: queries.Cabinet,
    meter: queries.Meter,
    form: ReadingForm,
    now: datetime,
    *,
    status_code: int = 422,
    **said: Any,
) -> Response[Any]:
    """The form as it was left, with what there is to say about it; 422 until the reading is taken."""
    policy = request.scope["auth"].policy
    counted = periods.counts_for(now, now, policy.window)
    read = {one.month for one in meter.readings if one.state == "accepted" and one.source != "planned"}
    usual = readings.judge(0, periods.day_of(now), _last(meter), meter.dial)
    context: dict[str, Any] = {"accepted": None, "verdict": None, "refused": None, "mistake": None} | said
    context |= {
        "accounts": cabinet.accounts,
        "account": cabinet.account,
        "meter": meter,
        "form": form,
        "usual": usual,
        "counted": counted,
        "missed": counted.booked_by_plan if counted.booked_by_plan not in read else None,
        "opens": periods.first_day(counted.month, policy.window),
        "last_day": periods.last_day(counted.month, policy.window),
        "meters": kept_on_device([cabinet.account] if cabinet.account else [], policy.window),
    }
    return render(request, NEW, partial=PANEL, status_code=status_code, **context)


def _last(meter: queries.Meter) -> readings.Reading | None:
    return readings.Reading(meter.last.value, meter.last.read_on) if meter.last else None
