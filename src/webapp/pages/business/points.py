"""The metering points of a business on one page, and their readings typed into one table."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import bulk_readings as actions
from webapp.actions.submissions import Accepted, Outcome
from webapp.database.queries import business_points as queries
from webapp.database.queries.business_points import Asked, Point, Points
from webapp.outside import Outside
from webapp.pages.business.routes import served
from webapp.pages.office.audit import page_of
from webapp.rules import bulk_readings as rules
from webapp.rules import periods
from webapp.rules.bulk_readings import ROWS_A_PAGE, Row, Typed
from webapp.rules.business_roles import Right, may
from webapp.web.forms import Typed as Fields
from webapp.web.forms import asked, typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

LIST, ROWS = "pages/business/points.html", "partials/business/points.html"
TABLE, FORM = "pages/business/readings.html", "partials/business/readings.html"


class PointsPages(Controller):
    path = "/business/{business_id:uuid}"
    guards = [signed_in, served]

    @get("/points")
    async def show(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        now = outside.clock.now()
        meant, found = await _found(request, business_id, Right.LOOK, now)
        said = _said(request, found, meant, now, "points")
        return render(request, LIST, partial=ROWS, **said)

    @get("/readings")
    async def table(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        now = outside.clock.now()
        meant, found = await _found(request, business_id, Right.READINGS, now)
        said = _said(request, found, meant, now, "readings")
        return render(request, TABLE, partial=FORM, **said, form_id=uuid4(), rows={}, values={}, outcomes={})

    @post("/readings")
    async def take(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Row by row: what is clear is taken, what is doubtful is asked about, what is wrong is said beside it."""
        fields, now, person = await typed(request), outside.clock.now(), request.scope["user"]
        policy, space = request.scope["auth"].policy, fields.uuid("form_id")
        values = _values(fields)
        month = periods.month_at(now, policy.window)
        found = await queries.points(
            person.id, business_id, month, Asked(), right=Right.READINGS, ids=list(values)
        )
        if found is None or len(found.points) != len(values):
            raise NotFoundException
        rows = {one.meter_id: _row(one, values[one.meter_id], periods.day_of(now)) for one in found.points}
        ready = [
            row for id, row in rows.items()
            if row.verdict == "good" or row.verdict == "doubtful" and fields[f"sure-{id}"] == row.value
        ]  # fmt: skip
        sent = {one.meter_id: one.sent for one in found.points}
        corrects = {
            row.meter_id: before.id for row in ready if row.meter_id and (before := sent[row.meter_id])
        }
        outcomes = await actions.submit(
            ready, space, business_id=business_id, by=person, policy=policy, now=now, keys=outside.receipts,
            corrects=corrects,
        )  # fmt: skip
        shown = await queries.points(
            person.id, business_id, month, Asked(), right=Right.READINGS, ids=list(values)
        )
        if shown is None:
            raise NotFoundException
        said = _said(request, shown, Asked(), now, "readings") | {
            "form_id": space, "rows": rows, "values": values, "outcomes": outcomes, "whole": False,
        }  # fmt: skip
        return render(request, TABLE, partial=FORM, status_code=_status(rows, outcomes), **said)


def _row(point: Point, value: str, today: date) -> Row:
    """The row of a point; one that a person has sent for this month already may be typed over."""
    known = point.known
    if point.sent and point.sent.source == "consumer" and not _same(value, point.sent.value):
        known = rules.Known(
            known.meter_id, known.eic, known.serial, known.address, known.dial, known.last, None
        )
    return rules.look(Typed(0, value), known, today)


def _same(typed: str, value: int) -> bool:
    bare = "".join(typed.split())
    return bare.isascii() and bare.isdigit() and int(bare) == value


def _values(fields: Fields) -> dict[UUID, str]:
    """What was typed, by meter; 404 for what no page of ours sends."""
    try:
        found = {UUID(name[6:]): text[:20] for name, text in fields.items() if name.startswith("value-")}
    except ValueError:
        raise NotFoundException from None
    if not found or len(found) > ROWS_A_PAGE:
        raise NotFoundException
    return found


def _status(rows: Mapping[UUID, Row], outcomes: Mapping[UUID, Outcome]) -> int:
    """422 as long as a row waits for the person."""
    settled = {"known", "empty"}
    open_ones = [
        id for id, row in rows.items()
        if row.verdict not in settled and not isinstance(outcomes.get(id), Accepted)
    ]  # fmt: skip
    return 422 if open_ones else 200


async def _found(
    request: Request[Any, Any, Any], business_id: UUID, right: Right, now: datetime
) -> tuple[Asked, Points]:
    fields = asked(request)
    meant = Asked(" ".join(fields["words"].split())[:60], bool(fields["unread"]), page_of(request))
    month = periods.month_at(now, request.scope["auth"].policy.window)
    found = await queries.points(
        request.scope["user"].id, business_id, month, meant, right=right, most=ROWS_A_PAGE
    )
    if found is None:
        raise NotFoundException
    return meant, found


def _said(
    request: Request[Any, Any, Any], found: Points, meant: Asked, now: datetime, place: str
) -> dict[str, Any]:
    window = request.scope["auth"].policy.window
    told = {"words": meant.words, "unread": "1" if meant.unread else ""}
    pages = f"/business/{found.id}/{place}?" + urlencode(
        {name: text for name, text in told.items() if text} | {"page": ""}
    )
    month = periods.month_at(now, window)
    return {
        "business": found, "may": lambda right: may(Right(right), found.role), "asked": meant, "pages": pages,
        "last_page": max(1, -(-found.found // ROWS_A_PAGE)), "month": month, "today": periods.day_of(now),
        "stage": periods.stage(now, window), "first_day": periods.first_day(month, window),
        "last_day": periods.last_day(month, window), "whole": True,
    }  # fmt: skip
