"""Appointments of a person: what can be booked, the ticket, putting off, giving back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import booking as actions
from webapp.actions.booking import Absent, Booked, Done, NoHome, NotOffered, Over, Taken, TooMany, TooOften
from webapp.database.queries import appointments
from webapp.database.queries.appointments import Appointment, Ticket
from webapp.outside import Outside
from webapp.pages.appointments.forms import BookingForm, day_of_text
from webapp.pages.appointments.picking import pick
from webapp.pages.appointments.ticket import of_ticket
from webapp.rules import slots
from webapp.rules.periods import day_of
from webapp.web.calendars import of_appointment
from webapp.web.entering import go
from webapp.web.forms import asked, typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

INDEX, NEW, PICKER = (
    "pages/appointments/index.html", "pages/appointments/new.html", "partials/appointments/picker.html"
)  # fmt: skip
TICKET, SLIP = "pages/appointments/ticket.html", "partials/appointments/ticket.html"
SAID = ("booked", "moved", "cancelled", "ordered", "taken_back", "over")


class AppointmentsPages(Controller):
    path = "/appointments"
    guards = [signed_in]

    @get()
    async def index(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        kinds, now = kinds_of(request), outside.clock.now()
        found = await appointments.own(request.scope["user"].id, day_of(now))
        said = request.query_params.get("said", "")
        context: dict[str, Any] = {"own": found, "kinds": kinds, "now": now, "accounts": found.accounts}
        return render(
            request,
            INDEX,
            offline=not said,
            said=said if said in SAID else None,
            today=day_of(now),
            **context,
        )

    @get("/new")
    async def new(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        fields, bookable = asked(request), bookable_of(request)
        kind = fields["kind"] or next(iter(bookable), "")
        if kind not in bookable:
            raise NotFoundException
        form = BookingForm(kind=kind, resource=fields["resource"], day=fields["day"])
        return await _picker(request, form, outside.clock.now(), status_code=200)

    @post()
    async def create(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        bookable, now = bookable_of(request), outside.clock.now()
        form, portal = BookingForm.of(await typed(request)), request.scope["auth"]
        if form.kind not in bookable:
            raise NotFoundException
        wanted = form.read()
        if wanted is None:
            return await _picker(request, form, now)
        outcome = await actions.book(
            wanted, by=request.scope["user"].id, portal_id=portal.id, kinds=(form.kind,), now=now
        )
        match outcome:
            case Booked(id=id):
                return go(request, f"/appointments/{id}?said=booked")
            case refused:
                return await _picker(request, form, now, refused=refused)

    @get("/{appointment_id:uuid}")
    async def ticket(
        self,
        request: Request[Any, Any, Any],
        appointment_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        """htmx asks for the slip alone, again and again."""
        found, said = await _own(request, appointment_id), request.query_params.get("said", "")
        context = of_ticket(request, found.appointment, found.accounts, outside.clock.now())
        return render(
            request,
            TICKET,
            partial=SLIP,
            offline=said != "over",  # who has just booked may lose the network in the next minute
            said=said if said in SAID else None,
            **context,
        )

    @get("/{appointment_id:uuid}/calendar.ics")
    async def calendar(
        self,
        request: Request[Any, Any, Any],
        appointment_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        found = await _own(request, appointment_id)
        return of_appointment(request, found.appointment, outside.clock.now())

    @get("/{appointment_id:uuid}/time")
    async def other_time(
        self,
        request: Request[Any, Any, Any],
        appointment_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        one = (await _own(request, appointment_id)).appointment
        if one.state != "booked":
            return Redirect(f"/appointments/{one.id}?said=over", status_code=303)
        form = BookingForm(one.id, one.kind, str(one.resource_id), asked(request)["day"])
        return await _picker(request, form, outside.clock.now(), moving=one, status_code=200)

    @post("/{appointment_id:uuid}/time")
    async def move(
        self,
        request: Request[Any, Any, Any],
        appointment_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        one, now = (await _own(request, appointment_id)).appointment, outside.clock.now()
        fields = await typed(request)
        form = BookingForm(
            one.id, one.kind, str(one.resource_id), fields.text("day", 40), fields.text("starts", 40)
        )
        starts_at = slots.begins(form.starts)
        if starts_at is None:
            form.mistakes["starts"] = "empty"
            return await _picker(request, form, now, moving=one)
        person, portal = request.scope["user"].id, request.scope["auth"].id
        outcome = await actions.move(
            one.id, starts_at, by=person, portal_id=portal, kinds=bookable_of(request), now=now
        )
        match outcome:
            case Booked():
                return go(request, f"/appointments/{one.id}?said=moved")
            case Over():
                return go(request, f"/appointments/{one.id}?said=over")
            case refused:
                return await _picker(request, form, now, moving=one, refused=refused)

    @post("/{appointment_id:uuid}/cancellation")
    async def cancel(
        self,
        request: Request[Any, Any, Any],
        appointment_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        kinds_of(request)
        outcome = await actions.cancel(appointment_id, by=request.scope["user"].id, now=outside.clock.now())
        match outcome:
            case Done():
                return go(request, "/appointments?said=cancelled")
            case Over():
                return go(request, f"/appointments/{appointment_id}?said=over")
            case Absent():
                raise NotFoundException


def kinds_of(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    """What exists on this portal (P-21); nothing of it: the pages do not."""
    kinds: tuple[str, ...] = request.scope["auth"].policy.appointments.kinds
    if not kinds:
        raise NotFoundException
    return kinds


def bookable_of(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    """Those with hours."""
    return tuple(kind for kind in kinds_of(request) if kind != "callback")


async def _own(request: Request[Any, Any, Any], id: UUID) -> Ticket:
    kinds_of(request)
    found = await appointments.ticket(request.scope["user"].id, id)
    if found is None:
        raise NotFoundException
    return found


async def _picker(
    request: Request[Any, Any, Any],
    form: BookingForm,
    now: datetime,
    *,
    moving: Appointment | None = None,
    refused: object = None,
    status_code: int = 422,
) -> Response[Any]:
    """What was typed stays; whoever came too late sees the day of the next free hour, with it chosen."""
    person, portal = request.scope["user"].id, request.scope["auth"].id
    kinds = (form.kind,) if moving is None else (moving.kind,)
    offer = await appointments.offer(person, portal, kinds, day_of(now), actions.last_day(now))
    free: list[datetime] = refused.free if isinstance(refused, Taken | NotOffered) else []
    if free:
        form.day, form.starts = day_of(free[0]).isoformat(), slots.code_of(free[0])
    if isinstance(refused, Absent):
        raise NotFoundException
    if isinstance(refused, NoHome):
        form.mistakes["account"] = "not_yours"
    resources = [one for one in offer.resources if moving is None or one.id == moving.resource_id]
    picker = pick(resources, form.resource, day_of_text(form.day), now)
    full = moving is None and offer.open.get(form.kind, 0) >= slots.MOST_OPEN
    context: dict[str, Any] = {
        "form": form, "picker": picker, "kinds": bookable_of(request), "moving": moving, "free": free,
        "trouble": _trouble(refused, full), "accounts": offer.accounts, "offer": offer, "today": day_of(now),
        "base": _base(form, picker.resource.id if picker.resource else None, moving),
    }  # fmt: skip
    return render(request, NEW, partial=PICKER, status_code=status_code, **context)


def _trouble(refused: object, full: bool) -> str | None:
    match refused:
        case Taken():
            return "taken"
        case NotOffered(reason=reason):
            return reason
        case TooOften():
            return "too_often"
        case TooMany():
            return "too_many"
    return "too_many" if full else None


def _base(form: BookingForm, resource: UUID | None, moving: Appointment | None) -> str:
    """The address of the picker, to which a day is added."""
    if moving:
        return f"/appointments/{moving.id}/time?"
    return f"/appointments/new?kind={form.kind}&resource={resource}&" if resource else "/appointments/new?"
