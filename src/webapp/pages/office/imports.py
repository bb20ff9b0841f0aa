"""The desk of imports: a file is brought, compared with what is known, applied, and taken back while it may be."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions.importing import batches
from webapp.actions.importing.batches import Absent, Brought, NotRead, NotYours
from webapp.database.queries import exchange as queries
from webapp.outside import Outside
from webapp.pages.office.audit import page_of
from webapp.rules import spreadsheets
from webapp.rules.exchange import files
from webapp.rules.exchange.forms import FORMS, KINDS, Kind
from webapp.rules.exchange.wrong import Mistake
from webapp.rules.periods import day_of
from webapp.web import workbooks
from webapp.web.forms import Typed, asked
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show
from webapp.web.rendering import wants_partial

DESK = "/office/imports"
MOST_FORM = files.MOST_BYTES + 64 * 1024
EVERY = 2
"""Seconds after which a page under way asks for itself again."""
SAID = ("again",)
SOURCES = ("file", "api")
LIST, ROWS = "pages/office/imports.html", "partials/office/imports.html"


class OfficeImports(Controller):
    path = DESK
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def index(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _desk(request, outside, Typed(), status_code=200)

    @post(request_max_body_size=MOST_FORM, opt={"most_files": files.MOST_BYTES})
    async def bring(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The file is read while it comes; what is wrong with its cells the worker says."""
        fields, file = await _typed(request)
        kind: Kind | None = next((one for one in KINDS if one == fields["kind"]), None)
        mistakes = ({} if kind else {"kind": "choose"}) | ({} if file else {"file": "choose"})
        if mistakes or kind is None or file is None:
            return await _desk(request, outside, fields, mistakes)
        match await batches.bring(kind, file.file, file.filename, by=by(request), now=outside.clock.now()):
            case Brought(id=id, again=again):
                return Redirect(f"{DESK}/{id}" + ("?said=again" if again else ""), status_code=303)
            case NotRead(mistake=mistake):
                return await _desk(request, outside, fields, {"file": mistake.code.value}, mistake)
            case NotYours():
                return await _desk(request, outside, fields, {"kind": "not_yours"})
            case Absent():
                raise NotFoundException


class OfficeImport(Controller):
    path = DESK + "/{import_id:uuid}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def look(self, request: Request[Any, Any, Any], import_id: FromPath[UUID]) -> Response[Any]:
        seen = await queries.one(import_id, _company(request))
        if seen is None:
            raise NotFoundException
        said = asked(request)["said"]
        page = (
            "partials/office/import.html" if request.headers.get("hx-request") else "pages/office/import.html"
        )
        told: dict[str, Any] = {"seen": seen, "one": seen.batch, "form": FORMS[_kind(seen.batch.kind)]}
        return show(request, page, **told, said=said if said in SAID else None, every=EVERY, section=DESK)

    @get("/mistakes.csv")
    async def mistakes(self, request: Request[Any, Any, Any], import_id: FromPath[UUID]) -> Response[str]:
        """For whoever mends the file: no cell of it is a formula."""
        found = await queries.mistakes(import_id, _company(request))
        if found is None:
            raise NotFoundException
        rows = [(one.line, one.named, one.code, one.value) for one in found]
        return Response(
            spreadsheets.written(("row", "column", "code", "value"), rows), media_type=workbooks.CSV,
            headers={"Content-Disposition": f'attachment; filename="mistakes-{import_id}.csv"'},
        )  # fmt: skip

    @post("/application")
    async def apply(
        self, request: Request[Any, Any, Any], import_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _decide(request, import_id, outside, "checked", "wanted")

    @post("/reversal")
    async def undo(
        self, request: Request[Any, Any, Any], import_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _decide(request, import_id, outside, "applied", "unwanted")

    @post("/cancellation")
    async def cancel(
        self, request: Request[Any, Any, Any], import_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _decide(request, import_id, outside, "checked", "cancelled")


async def _decide(
    request: Request[Any, Any, Any], id: UUID, outside: Outside, frm: str, to: str
) -> Response[Any]:
    done = await batches.decide(id, frm=frm, to=to, by=by(request), now=outside.clock.now())
    if isinstance(done, Absent):
        raise NotFoundException
    return Redirect(f"{DESK}/{id}", status_code=303)


async def _typed(request: Request[Any, Any, Any]) -> tuple[Typed, UploadFile | None]:
    """Large files are kept on the disk while they come."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return Typed(), None
    try:
        form = await request.form()
    except (UnicodeDecodeError, LookupError):
        raise ClientException("unreadable form") from None
    file = form.get("file")
    kind = form.get("kind")
    fields = Typed({"kind": kind if isinstance(kind, str) else ""})
    return fields, file if isinstance(file, UploadFile) and file.filename else None


async def _desk(
    request: Request[Any, Any, Any],
    outside: Outside,
    fields: Typed,
    mistakes: dict[str, str] | None = None,
    mistake: Mistake | None = None,
    status_code: int = 422,
) -> Response[Any]:
    number = page_of(request)
    source = next((one for one in SOURCES if one == asked(request)["source"]), None)
    found = await queries.desk(_company(request), number, source)
    today, promise = day_of(outside.clock.now()), request.scope["auth"].policy.freshness
    late = {kind: (today - day_of(at)).days > promise.payments_days for kind, at in found.fresh.items()}
    said: dict[str, Any] = {
        "found": found,
        "number": number,
        "source": source,
        "fields": fields,
        "mistakes": mistakes or {},
    }
    said |= {"mistake": mistake, "kinds": KINDS, "late": late, "last": -(-found.count // queries.AT_ONCE)}
    return show(
        request,
        ROWS if wants_partial(request) else LIST,
        **said,
        most=files.MOST_BYTES,
        section=DESK,
        status_code=status_code,
    )


def _company(request: Request[Any, Any, Any]) -> UUID:
    company = colleague_of(request).company_id
    if company is None:
        raise NotFoundException
    return company


def _kind(text: str) -> Kind:
    return next(kind for kind in KINDS if kind == text)
