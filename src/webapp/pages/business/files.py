"""Readings of a business by a file: a template with the points filled in, a report row by row, and then the word."""

from typing import Any, get_args
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, TooManyRequestsException
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from webapp.actions import bulk_readings as actions
from webapp.actions import readings
from webapp.actions.submissions import Accepted
from webapp.database.queries import business_points as queries
from webapp.database.queries.business_points import Asked, File, Points
from webapp.outside import Outside
from webapp.pages.business import tables
from webapp.pages.business.routes import served
from webapp.pages.office.audit import page_of
from webapp.rules import periods
from webapp.rules.bulk_readings import MOST_BYTES, MOST_ROWS, ROWS_A_PAGE, BadFile, Verdict, check
from webapp.rules.business_roles import Right, may
from webapp.web.entering import go
from webapp.web.forms import asked, typed, typed_with_files
from webapp.web.guards import signed_in
from webapp.web.rendering import render

INDEX, PANEL = "pages/business/files.html", "partials/business/file_form.html"
REPORT, REPORT_ROWS = "pages/business/file.html", "partials/business/file_rows.html"
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
MOST_FORM = MOST_BYTES + 64 * 1024


class FilesPages(Controller):
    path = "/business/{business_id:uuid}/files"
    guards = [signed_in, served]

    @get()
    async def index(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _index(request, business_id, outside, None, 200)

    @get(["/template.csv", "/template.xlsx"])
    async def template(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """All points that have no reading of the month yet, with what they showed before."""
        found = await _points(request, business_id, outside, Asked(unread=True), MOST_ROWS)
        kind = request.scope["path"].rpartition(".")[2]
        body, media = tables.template(found.points, kind, request.scope["state"]["language"])
        named = f'attachment; filename="readings-{found.edrpou}.{kind}"'
        return Stream(body, media_type=media, headers={"Content-Disposition": named})

    @post(request_max_body_size=MOST_FORM, opt={"most_files": MOST_BYTES})
    async def hand_in(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Nothing is taken yet: the file is read, and each row is judged."""
        _, files = await typed_with_files(request, "file", MOST_BYTES)
        now, person = outside.clock.now(), request.scope["user"]
        if not files:
            return await _index(request, business_id, outside, BadFile.EMPTY, 422)
        found = await _points(request, business_id, outside, Asked(), MOST_ROWS)
        if not await actions.may_read(person.id, now):
            raise TooManyRequestsException(headers={"Retry-After": "600"})
        name, body = files[-1]
        rows = await actions.read(body)
        if isinstance(rows, BadFile):
            return await _index(request, business_id, outside, rows, 422)
        checked = check(rows, [point.known for point in found.points], periods.day_of(now))
        kept = await actions.keep(
            checked, actions.hash_of(body), name, business_id=business_id, by=person.id, now=now
        )
        if isinstance(kept, actions.Absent):
            raise NotFoundException
        return go(request, f"/business/{business_id}/files/{kept.id}" + ("" if kept.fresh else "?again=1"))

    @get("/{file_id:uuid}")
    async def report(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[UUID],
        file_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        return await _report(request, business_id, file_id, outside)

    @get("/{file_id:uuid}/report.csv")
    async def report_file(
        self, request: Request[Any, Any, Any], business_id: FromPath[UUID], file_id: FromPath[UUID]
    ) -> Response[Any]:
        file = await _file(request, business_id, file_id)
        outcomes = await _outcomes(request, business_id, file)
        text = tables.report(file.rows, outcomes, request.scope["state"]["language"])
        headers = {
            "Content-Disposition": f'attachment; filename="readings-report-{file.created_at:%Y-%m-%d}.csv"'
        }
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    @post("/{file_id:uuid}/confirmation")
    async def confirm(
        self,
        request: Request[Any, Any, Any],
        business_id: FromPath[UUID],
        file_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        fields = await typed(request)
        take: list[Verdict] = ["good", "doubtful"] if fields["doubtful"] else ["good"]
        done = await actions.confirm(
            file_id, business_id, take, by=request.scope["user"], policy=request.scope["auth"].policy,
            now=outside.clock.now(), keys=outside.receipts,
        )  # fmt: skip
        if not done:
            raise NotFoundException
        return Redirect(f"/business/{business_id}/files/{file_id}", status_code=303)


async def _points(
    request: Request[Any, Any, Any], business_id: UUID, outside: Outside, meant: Asked, most: int
) -> Points:
    month = periods.month_at(outside.clock.now(), request.scope["auth"].policy.window)
    found = await queries.points(
        request.scope["user"].id, business_id, month, meant, right=Right.READINGS, most=most
    )
    if found is None:
        raise NotFoundException
    return found


async def _index(
    request: Request[Any, Any, Any],
    business_id: UUID,
    outside: Outside,
    wrong: BadFile | None,
    status_code: int,
) -> Response[Any]:
    found = await _points(request, business_id, outside, Asked(), 1)
    files = await queries.files(request.scope["user"].id, business_id)
    said: dict[str, Any] = {"business": found, "files": files, "wrong": wrong, "most": MOST_ROWS}
    said["may"] = lambda right: may(Right(right), found.role)
    return render(request, INDEX, partial=PANEL, status_code=status_code, **said)


async def _file(request: Request[Any, Any, Any], business_id: UUID, file_id: UUID) -> File:
    file = await queries.file(request.scope["user"].id, business_id, file_id)
    if file is None:
        raise NotFoundException
    return file


async def _outcomes(request: Request[Any, Any, Any], business_id: UUID, file: File) -> dict[int, Any]:
    """What became of each row, by its line."""
    person = request.scope["user"]
    space = actions.space_of(business_id, person.id, bytes.fromhex(file.sha256))
    ids = {actions.id_of(row, space): row.line for row in file.rows if row.meter_id}
    return {ids[id]: outcome for id, outcome in (await readings.status(list(ids), by=person)).items()}


async def _report(
    request: Request[Any, Any, Any], business_id: UUID, file_id: UUID, outside: Outside
) -> Response[Any]:
    file = await _file(request, business_id, file_id)
    outcomes = await _outcomes(request, business_id, file)
    fields, number = asked(request), page_of(request)
    wanted = fields["verdict"] if fields["verdict"] in VERDICTS else ""
    counts = {verdict: sum(row.verdict == verdict for row in file.rows) for verdict in VERDICTS}
    rows = [row for row in file.rows if not wanted or row.verdict == wanted]
    taken = sum(isinstance(one, Accepted) for one in outcomes.values())
    said: dict[str, Any] = {
        "business": file.business, "business_id": business_id, "file": file, "counts": counts,
        "outcomes": outcomes, "taken": taken,
        "rows": rows[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE], "number": number, "wanted": wanted,
        "last_page": max(1, -(-len(rows) // ROWS_A_PAGE)), "again": bool(fields["again"]),
        "pages": f"/business/{business_id}/files/{file_id}?" + (f"verdict={wanted}&" if wanted else "") + "page=",
        "Accepted": Accepted,
    }  # fmt: skip
    return render(request, REPORT, partial=REPORT_ROWS, **said)
