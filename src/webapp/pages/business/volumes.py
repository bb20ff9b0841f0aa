"""Requests for volumes: what was asked for, and the form of one contract and month, with all that was said before."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import volume_requests as actions
from webapp.actions.volume_requests import Absent, Quicker, Sent, TooLate, Wanted
from webapp.database.queries import volume_requests as queries
from webapp.database.queries.volume_requests import Form, Line
from webapp.outside import Outside
from webapp.pages.business.routes import served
from webapp.rules import volume_requests as rules
from webapp.rules.appeals import clean_line
from webapp.rules.business_roles import Right, may
from webapp.rules.volume_requests import UNITS, Mistake, Unit
from webapp.web.entering import go
from webapp.web.forms import Typed, asked, typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGE, PANEL = "pages/business/volume.html", "partials/business/volume_form.html"


@dataclass
class VolumeForm:
    """What was typed: one volume, or one for each point (`m3-0`, `m3-1` in the order of the page)."""

    id: UUID
    unit: Unit
    values: list[str]
    note: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Typed, lines: int) -> "VolumeForm":
        unit: Unit = next((one for one in UNITS if one == fields["unit"]), "thousand")
        values = [fields.text(f"m3-{n}", 24) for n in range(lines)]
        return cls(fields.uuid("id"), unit, values, clean_line(fields["note"][:400])[:200])

    @classmethod
    def begun(cls, found: Form) -> "VolumeForm":
        """With what was asked for last, so that it is changed and not typed anew."""
        last = found.versions[0] if found.versions else None
        lines = max(len(found.points), 1)
        if last is None:
            return cls(uuid4(), "thousand", [""] * lines)
        before = {line.eic: line.m3 for line in last.lines}
        told = [before.get(point.eic) for point in found.points] or [last.total]
        values = [rules.written(m3, last.unit) if m3 is not None else "" for m3 in told]
        return cls(uuid4(), last.unit, values, last.note)

    def read(self) -> list[Decimal]:
        """m³, line by line; a point that is left empty takes none, unless all are."""
        read = [rules.parse(text, self.unit) for text in self.values]
        empty = all(one is Mistake.EMPTY for one in read)
        for n, one in enumerate(read):
            if isinstance(one, Mistake) and (one is not Mistake.EMPTY or empty and n == 0):
                self.mistakes[f"m3-{n}"] = one
        return [Decimal(0) if isinstance(one, Mistake) else one for one in read]


class VolumesPages(Controller):
    path = "/business/{business_id:uuid}/volumes"
    guards = [signed_in, served]

    @get()
    async def index(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        found = await queries.volumes(request.scope["user"].id, business_id)
        if found is None:
            raise NotFoundException
        now, until = outside.clock.now(), request.scope["auth"].policy.volumes.until_day
        months = rules.months(now, until)
        said: dict[str, Any] = {
            "business": found, "may": lambda right: may(Right(right), found.role), "months": months,
            "asked": {(one.contract_id, one.month): one for one in found.requests},
            "before": [one for one in found.requests if one.month < months[0]],
            "last_days": {month: rules.last_day(month, until) for month in months}, "written": rules.written,
        }  # fmt: skip
        return render(request, "pages/business/volumes.html", **said)

    @get("/{contract_id:uuid}")
    async def form(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[UUID],
        contract_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        found = await _found(request, business_id, contract_id, asked(request)["month"])
        month = _month(asked(request)["month"])
        return _shown(request, found, month, outside.clock.now())

    @post("/{contract_id:uuid}")
    async def send(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[UUID],
        contract_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        month = _month(fields["month"])
        found = await _found(request, business_id, contract_id, fields["month"])
        form = VolumeForm.of(fields, max(len(found.points), 1))
        m3 = form.read()
        if form.mistakes:
            return _shown(request, found, month, now, form=form, status_code=422)
        lines = [
            Line(point.eic, point.address, one) for point, one in zip(found.points, m3, strict=False)
        ]  # fmt: skip
        seen = fields.text("seen", 5)
        wanted = Wanted(
            form.id, contract_id, month, form.unit, sum(m3, Decimal(0)), lines, form.note,
            int(seen) if seen.isascii() and seen.isdigit() else 0,
        )  # fmt: skip
        until = request.scope["auth"].policy.volumes.until_day
        match await actions.send(wanted, business_id, by=request.scope["user"].id, until_day=until, now=now):
            case Sent():
                return go(
                    request, f"/business/{business_id}/volumes/{contract_id}?month={month:%Y-%m}&sent=1"
                )
            case TooLate():
                return _shown(request, found, month, now, form=form, trouble="too_late", status_code=422)
            case Quicker():
                return _shown(request, found, month, now, form=form, trouble="quicker", status_code=409)
            case Absent():
                raise NotFoundException


async def _found(request: Request[Any, Any, Any], business_id: UUID, contract_id: UUID, month: str) -> Form:
    found = await queries.form(request.scope["user"].id, business_id, contract_id, _month(month))
    if found is None:
        raise NotFoundException
    return found


def _shown(
    request: Request[Any, Any, Any],
    found: Form,
    month: date,
    now: datetime,
    *,
    form: VolumeForm | None = None,
    trouble: str = "",
    status_code: int = 200,
) -> Response[Any]:
    fields, until = asked(request), request.scope["auth"].policy.volumes.until_day
    state = found.request.state if found.request else None
    open_now = may(Right.VOLUMES, found.role) and rules.may_change(month, state, now, until)
    said: dict[str, Any] = {
        "business": found, "form": form or VolumeForm.begun(found), "trouble": trouble, "month": month,
        "may": lambda right: may(Right(right), found.role), "written": rules.written,
        "sent": bool(fields["sent"]) and not form, "seen": found.request.version if found.request else 0,
        "open": open_now, "last_day": rules.last_day(month, until),
    }  # fmt: skip
    return render(request, PAGE, partial=PANEL, status_code=status_code, **said)


def _month(text: str) -> date:
    """«2026-12»; 404 for what no link of ours says."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise NotFoundException from None
    if not 2000 <= month.year < 2100:
        raise NotFoundException
    return month
