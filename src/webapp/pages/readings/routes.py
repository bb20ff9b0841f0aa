"""The consumer's readings: what was sent, and sending the next one."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect

from webapp.actions import photos
from webapp.actions import readings as actions
from webapp.actions.readings import Accepted, Doubted, KeyReused, NotYours, Refused
from webapp.database.queries import accounts as queries
from webapp.database.queries.history import Correctable, correctable, history
from webapp.outside import Outside
from webapp.pages.readings.forms import ReadingForm
from webapp.pages.readings.months import histories, months_read, planned_for
from webapp.rules import periods, readings
from webapp.rules import photos as photo_rules
from webapp.rules.duty import duty
from webapp.rules.readings import Mistake
from webapp.web.forms import typed_with_file
from webapp.web.guards import signed_in
from webapp.web.meters import kept_on_device
from webapp.web.rendering import render, wants_partial

MOST_BYTES = 2 * photo_rules.MOST_BYTES
"""Of a plain form: a photo that is too large costs nobody the reading beside it."""
INDEX, NEW, PANEL = "pages/readings/index.html", "pages/readings/new.html", "partials/readings/panel.html"


class ReadingsPages(Controller):
    path = "/readings"
    guards = [signed_in]

    @get()
    async def index(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        sent: FromQuery[int | None] = None,
        photo: FromQuery[str | None] = None,
        disputed: FromQuery[str | None] = None,
    ) -> Response[Any]:
        accounts, now = await history(request.scope["user"].id), outside.clock.now()
        policy = request.scope["auth"].policy
        every = [one for account in accounts for meter in account.meters for one in meter.readings]
        taken = bool(policy.readings.taken_by)
        return render(
            request,
            INDEX,
            offline=sent is None and disputed is None,
            accounts=accounts,
            account=accounts[0] if accounts else None,
            sent=next((one for one in every if one.number == sent), None),
            photo=photo if photo in (*photo_rules.Refusal, "kept", "key_reused") else None,
            disputed=disputed if disputed in {one.case for one in every if one.case} else None,
            duty=duty(now, policy.window, (), taken=taken),
            stage=periods.stage(now, policy.window),
            histories={each.id: histories(each, now, policy.window, taken=taken) for each in accounts},
            meters=kept_on_device(accounts, policy.window),
        )

    @get("/new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        outside: NamedDependency[Outside],
        meter: FromQuery[UUID | None] = None,
        corrects: FromQuery[UUID | None] = None,
        value: FromQuery[str | None] = None,
    ) -> Response[Any]:
        """`value`: what somebody has typed elsewhere, a letter that is nothing but a reading (K35)."""
        now = outside.clock.now()
        before = await correctable(corrects, of=request.scope["user"].id) if corrects else None
        if corrects and before is None:
            raise NotFoundException
        try:
            cabinet, found = await _meter(request, before.meter_id if before else meter)
        except NotFoundException:
            if meter or before:
                raise
            return Redirect("/readings", status_code=303)  # no account yet, or none with a meter
        known = value if value and value.isascii() and value.isdigit() else ""
        form = ReadingForm.empty(found.id, corrects, known[:9])
        return _form(request, cabinet, found, form, now, before, status_code=200)

    @post(request_max_body_size=MOST_BYTES, opt={"most_files": photo_rules.MOST_BYTES})
    async def create(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, file = await typed_with_file(request, "photo", photo_rules.MOST_BYTES)
        form, person = ReadingForm.of(fields), request.scope["user"]
        now = outside.clock.now()
        outcome, digits = await actions.submit_typed(
            form.meter_id, lambda digits: form.read(digits, now), by=person,
            policy=request.scope["auth"].policy, now=now, ask=not form.is_confirmed, keys=outside.receipts,
        )  # fmt: skip
        match outcome:
            case Accepted() as accepted if wants_partial(request):
                receipt, photo = form.submission_id, await _photo(form, person.id, file, now, outside)
                told: dict[str, Any] = {"accepted": accepted, "receipt": receipt, "photo": photo}
                return render(request, PANEL, **told, meter={"digits": digits})
            case Accepted(number=number):
                photo = await _photo(form, person.id, file, now, outside)
                pictured = f"&photo={photo}" if photo else ""
                return Redirect(f"/readings?sent={number}{pictured}", status_code=303)
            case NotYours():
                raise NotFoundException
        cabinet, meter = await _meter(request, form.meter_id)
        before = await correctable(form.corrects, of=person.id) if form.corrects else None
        said: dict[str, Any] = {"photo": "again" if file else None}
        match outcome:
            case Mistake() as mistake:
                said |= {"mistake": mistake}
            case Doubted(verdict):
                said |= {"verdict": verdict}
            case Refused() as refused:
                form, said = form.again(), said | {"refused": refused}
            case KeyReused():
                form, said = form.again(), said | {"refused": "key_reused"}
        return _form(request, cabinet, meter, form, now, before, **said)


async def _photo(
    form: ReadingForm, person_id: UUID, file: bytes, now: datetime, outside: Outside
) -> str | None:
    """After the reading, which is taken whatever becomes of its photo; `kept`, or why not."""
    if not file:
        return None
    kept = await photos.keep(
        photo_rules.of_form(form.submission_id), subject="reading", subject_id=form.submission_id,
        owner_person=person_id, body=file, now=now, files=outside.files,
    )  # fmt: skip
    if isinstance(kept, photos.Refused):
        return kept.reason
    return "kept" if isinstance(kept, photos.Kept) else "key_reused"


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
    before: Correctable | None,
    *,
    status_code: int = 422,
    **said: Any,
) -> Response[Any]:
    """The form as it was left, with what there is to say about it; 422 until the reading is taken."""
    policy, account = request.scope["auth"].policy, cabinet.account
    assert account
    counted = periods.counts_for(now, now, policy.window)
    there = next((one for one in meter.readings if one.month == counted.month), None)
    if before:  # what is corrected is not what was before it
        earlier = [one for one in meter.readings if one.month < before.month]
        meter = msgspec.structs.replace(meter, readings=earlier)
        account = msgspec.structs.replace(account, meters=[meter])
    usual = readings.judge(0, periods.day_of(now), _last(meter), meter.dial)
    missed = counted.booked_by_plan if counted.booked_by_plan not in months_read(meter) else None
    context: dict[str, Any] = {
        "accepted": None, "verdict": None, "refused": None, "mistake": None, "photo": None,
    } | said  # fmt: skip
    context |= {
        "accounts": cabinet.accounts,
        "account": account,
        "meter": meter,
        "form": form,
        "before": before,
        "closed": before is not None and before.month != counted.month,
        "there": there,
        "usual": usual,
        "counted": counted,
        "missed": missed,
        "planned": planned_for(account, meter, missed or counted.month),
        "stage": periods.stage(now, policy.window),
        "opens": periods.first_day(counted.month, policy.window),
        "last_day": periods.last_day(counted.month, policy.window),
        "meters": kept_on_device([account], policy.window),
    }
    return render(request, NEW, partial=PANEL, status_code=status_code, **context)


def _last(meter: queries.Meter) -> readings.Reading | None:
    return readings.Reading(meter.last.value, meter.last.read_on) if meter.last else None
