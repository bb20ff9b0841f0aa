"""Rounds as their supervisor has them: the list, the plan, one of them live, and what is done about it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import rounds as actions
from webapp.actions.rounds import Absent, Changed, Created, Done, NoDoors, NoInspector
from webapp.database.queries import rounds
from webapp.outside import Outside
from webapp.pages.office.audit import page_of
from webapp.pages.office.planning import PlanForm, plan_form
from webapp.rules.periods import day_of
from webapp.rules.rounds import MONTHS, MOST_STOPS, Choice
from webapp.web.forms import asked, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

HERE = "/office/rounds"
SAID = ("planned", "assigned", "cancelled", "lost")
EVERY_SECONDS = 15
"""So often an open page asks how far the round has come."""


class OfficeRounds(Controller):
    path = HERE
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def rounds(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        past, number, today = (
            request.query_params.get("state") == "past",
            page_of(request),
            day_of(outside.clock.now()),
        )
        found = await rounds.rounds(colleague_of(request).company_id, today, past=past, number=number)
        said: dict[str, Any] = {"found": found, "past": past, "number": number, "today": today}
        return show(request, "pages/office/rounds.html", section=HERE, **said)

    @get("/new")
    async def plan(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """A form that is sent by GET: each change shows what it would find, and stores nothing."""
        today = day_of(outside.clock.now())
        fields = asked(request)
        if not fields:
            fields["day"] = (today + timedelta(days=1)).isoformat()
        return await _planner(request, plan_form(fields, today), today)

    @post()
    async def create(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        form = plan_form(fields, day_of(now))
        plan, inspector = form.plan, form.inspector_id
        if plan is None or inspector is None:
            return await _planner(request, form, day_of(now), checked=True, status_code=422)
        outcome = await actions.create(fields.uuid("id"), plan, inspector, by=by(request), now=now)
        match outcome:
            case Created(id=id):
                return Redirect(f"{HERE}/{id}?done=planned", status_code=303)
            case NoDoors():
                return await _planner(request, form, day_of(now), trouble="no_doors", status_code=422)
            case NoInspector():
                form.mistakes["inspector"] = "gone"
                return await _planner(request, form, day_of(now), checked=True, status_code=422)
            case Absent():
                raise NotFoundException


class OfficeRound(Controller):
    path = f"{HERE}/{{round_id:uuid}}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def look(
        self, request: Request[Any, Any, Any], round_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """htmx asks for the progress alone, again and again."""
        done = request.query_params.get("done", "")
        return await _round(request, round_id, outside, done=done if done in SAID else None)

    @post("/inspector")
    async def assign(
        self, request: Request[Any, Any, Any], round_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields = await typed(request)
        seen = fields.text("seen", 9)
        if not (seen.isascii() and seen.isdigit()):
            raise NotFoundException
        if not fields["inspector"]:
            return await _round(request, round_id, outside, trouble="no_inspector", status_code=422)
        outcome = await actions.assign(
            round_id, fields.uuid("inspector"), int(seen), by=by(request), now=outside.clock.now()
        )
        match outcome:
            case Done():
                return _back(round_id, "assigned")
            case Changed():
                return await _round(request, round_id, outside, trouble="changed", status_code=409)
            case NoInspector():
                return await _round(request, round_id, outside, trouble="no_inspector", status_code=422)
            case Absent():
                raise NotFoundException

    @post("/cancellation")
    async def cancel(
        self, request: Request[Any, Any, Any], round_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        outcome = await actions.cancel(round_id, by=by(request), now=outside.clock.now())
        return _done(outcome, round_id, "cancelled")

    @post("/lost-phone")
    async def lose_phone(
        self, request: Request[Any, Any, Any], round_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        outcome = await actions.lose_phone(round_id, by=by(request), now=outside.clock.now())
        return _done(outcome, round_id, "lost")


def _done(outcome: Done | Absent, round_id: UUID, done: str) -> Response[Any]:
    if isinstance(outcome, Absent):
        raise NotFoundException
    return _back(round_id, done)


def _back(round_id: UUID, done: str) -> Response[Any]:
    return Redirect(f"{HERE}/{round_id}?done={done}", status_code=303)


async def _round(
    request: Request[Any, Any, Any],
    round_id: UUID,
    outside: Outside,
    *,
    done: str | None = None,
    trouble: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    today = day_of(outside.clock.now())
    found = await rounds.round_of(round_id, colleague_of(request).company_id)
    if found is None:
        raise NotFoundException
    said: dict[str, Any] = {
        "round": found, "today": today, "now": outside.clock.now(), "done": done, "trouble": trouble,
        "every": EVERY_SECONDS,
    }  # fmt: skip
    partial = "partials/office/round_progress.html"
    return show(
        request, "pages/office/round.html", partial=partial, section=HERE, status_code=status_code, **said
    )


async def _planner(
    request: Request[Any, Any, Any],
    form: PlanForm,
    today: date,
    *,
    checked: bool = False,
    trouble: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    company = colleague_of(request).company_id
    known = await rounds.register(company, form.day or today)
    found = await rounds.planned(company, form.plan) if form.plan else None
    said: dict[str, Any] = {
        "form": form, "known": known, "found": found, "choices": tuple(Choice), "months": MONTHS,
        "most": MOST_STOPS, "id": actions.new_id(), "trouble": trouble, "today": today,
        "mistakes": form.mistakes if checked else form.spoken,
    }  # fmt: skip
    return show(request, "pages/office/round_new.html", section=HERE, status_code=status_code, **said)
