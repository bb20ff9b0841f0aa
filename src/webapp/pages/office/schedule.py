"""Who receives and when: a week of a resource, days without, hours; and an appointment as a card."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import audit, queue, schedules
from webapp.actions.booking import Absent
from webapp.actions.queue import Changed, Done, TooEarly
from webapp.database.queries import schedule as queries
from webapp.database.queries.appointments import Resource
from webapp.database.queries.schedule import Card
from webapp.outside import Outside
from webapp.pages.office.hours import HoursForm, day_typed, resource_typed
from webapp.rules import slots
from webapp.rules.periods import day_of
from webapp.rules.queue import OUTCOMES
from webapp.web.forms import Typed, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

HERE = "/office/schedule"
SAID = ("saved", "closed", "opened", "served", "missed")
MOST_REASON = 120
FURTHEST = timedelta(days=366)


class OfficeSchedule(Controller):
    path = HERE
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def week(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        return await _week(request, outside.clock.now(), status_code=200)

    @post("/closures")
    async def close(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The people who have booked that day are told at once, so a reason is asked for."""
        kinds_of(request)
        fields, now = await typed(request), outside.clock.now()
        day, reason = day_typed(fields["day"]), fields.text("reason", MOST_REASON)
        mistakes: dict[str, str] = {}
        if day is None or not day_of(now) <= day <= day_of(now) + FURTHEST:
            mistakes["day"] = "day"
        if not reason:
            mistakes["reason"] = "empty"
        if mistakes or day is None:
            return await _week(request, now, fields=fields, mistakes=mistakes)
        resource = resource_typed(fields["resource"])
        outcome = await schedules.close(fields.uuid("id"), day, reason, resource, by=by(request), now=now)
        if isinstance(outcome, Absent):
            raise NotFoundException
        chosen = f"&resource={resource}" if resource else ""
        address = f"{HERE}?week={day}{chosen}&said=closed&told={outcome.told}"
        return Redirect(address, status_code=303)

    @post("/closures/{closure_id:uuid}/removal")
    async def reopen(
        self, request: Request[Any, Any, Any], closure_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        kinds_of(request)
        await schedules.reopen(closure_id, by=by(request), now=outside.clock.now())
        return Redirect(f"{HERE}?said=opened", status_code=303)

    @get("/resources/new")
    async def new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return _hours(request, HoursForm.empty(kinds_of(request)), status_code=200)

    @get("/resources/{resource_id:uuid}")
    async def hours(self, request: Request[Any, Any, Any], resource_id: FromPath[UUID]) -> Response[Any]:
        kinds, found = (
            kinds_of(request),
            await queries.resource(colleague_of(request).company_id, resource_id),
        )
        if found is None or found.kind not in kinds:
            raise NotFoundException
        return _hours(request, HoursForm.shown(found), status_code=200)

    @post("/resources/{resource_id:uuid}")
    async def save(
        self, request: Request[Any, Any, Any], resource_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form = HoursForm.of(resource_id, await typed(request))
        plan = form.read(kinds_of(request))
        if plan is None:
            return _hours(request, form)
        outcome = await schedules.save(resource_id, plan, form.seen, by=by(request), now=outside.clock.now())
        match outcome:
            case Absent():
                raise NotFoundException
            case schedules.Changed():
                return _hours(request, form, trouble="changed", status_code=409)
            case _:
                return Redirect(f"{HERE}?resource={resource_id}&said=saved", status_code=303)


class OfficeAppointment(Controller):
    path = f"{HERE}/{{appointment_id:uuid}}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def card(
        self,
        request: Request[Any, Any, Any],
        appointment_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        return await _card(request, appointment_id, outside.clock.now(), status_code=200)

    @post("/looks")
    async def look(
        self,
        request: Request[Any, Any, Any],
        appointment_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        """Whose it is: written down, then shown."""
        if not await queue.look(appointment_id, by=by(request), now=outside.clock.now()):
            raise NotFoundException
        return Redirect(f"{HERE}/{appointment_id}", status_code=303)

    @post("/outcome")
    async def end(
        self,
        request: Request[Any, Any, Any],
        appointment_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        said = next((one for one in OUTCOMES if one == fields["outcome"]), None)
        if said is None:
            raise NotFoundException
        outcome = await queue.end(appointment_id, said, by=by(request), now=now)
        match outcome:
            case Done() if fields["back"] == "queue":
                return Redirect(
                    f"/office/queue?resource={fields.uuid('resource')}&said={said}", status_code=303
                )
            case Done():
                return Redirect(f"{HERE}/{appointment_id}?said={said}", status_code=303)
            case Changed():
                return await _card(request, appointment_id, now, trouble="changed", status_code=409)
            case TooEarly():
                return await _card(request, appointment_id, now, trouble="early", status_code=422)
            case _:
                raise NotFoundException


def kinds_of(request: Request[Any, Any, Any]) -> list[str]:
    """With hours, of this portal (P-21)."""
    kinds = [kind for kind in request.scope["auth"].policy.appointments.kinds if kind != "callback"]
    if not kinds:
        raise NotFoundException
    return kinds


async def _card(
    request: Request[Any, Any, Any],
    id: UUID,
    now: datetime,
    *,
    trouble: str | None = None,
    status_code: int,
) -> Response[Any]:
    """Of the own company; whose it is only for who has just written down that they look."""
    colleague = colleague_of(request)
    since = max(now - timedelta(minutes=audit.LOOK_LASTS_MINUTES), colleague.since)
    found: Card | None = await queries.card(colleague.company_id, id, colleague.id, since)
    if found is None:
        raise NotFoundException
    said = request.query_params.get("said", "")
    context: dict[str, Any] = {"card": found, "now": now, "today": day_of(now), "trouble": trouble}
    context |= {"done": said if said in SAID else None, "section": HERE}
    return show(request, "pages/office/appointment.html", status_code=status_code, **context)


def _hours(
    request: Request[Any, Any, Any],
    form: HoursForm,
    *,
    trouble: str | None = None,
    status_code: int = 422,
) -> Response[Any]:
    context: dict[str, Any] = {"form": form, "kinds": kinds_of(request), "trouble": trouble, "section": HERE}
    context |= {"shortest": slots.SHORTEST, "longest": slots.LONGEST, "most_days": slots.MOST_DAYS}
    return show(request, "pages/office/hours.html", status_code=status_code, **context)


async def _week(
    request: Request[Any, Any, Any],
    now: datetime,
    *,
    fields: Typed | None = None,
    mistakes: dict[str, str] | None = None,
    status_code: int = 422,
) -> Response[Any]:
    query, today = request.query_params, day_of(now)
    chosen = resource_typed(fields["chosen"] if fields else query.get("resource", ""))
    asked = day_typed(query.get("week", "")) or today
    monday = _monday(asked if abs(asked - today) <= FURTHEST else today)
    found = await queries.schedule(colleague_of(request).company_id, kinds_of(request), chosen, monday, today)
    resource = found.resource(chosen)
    if chosen and resource is None:
        raise NotFoundException
    days = [monday + timedelta(days=n) for n in slots.WEEKDAYS]
    said = query.get("said", "")
    context: dict[str, Any] = {
        "found": found, "resource": resource, "days": days, "today": today, "now": now,
        "before": monday - timedelta(days=7), "after": monday + timedelta(days=7),
        "closed": {one.day: one for one in found.closures if resource and one.resource_id in (None, resource.id)},
        "free": {day: _free(found.booked, resource, day) for day in days} if resource else {},
        "fields": fields or Typed(day=today.isoformat()), "mistakes": mistakes or {}, "id": uuid4(),
        "done": said if said in SAID else None, "told": query.get("told", "")[:4], "section": HERE,
    }  # fmt: skip
    return show(request, "pages/office/schedule.html", status_code=status_code, **context)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _free(booked: list[queries.Listed], resource: Resource, day: date) -> int:
    """Places of the day that nobody has booked, as its hours are now."""
    taken = sum(1 for one in booked if one.day == day)
    return max(len(slots.slots_of(resource.hours, day)) * resource.places - taken, 0)
