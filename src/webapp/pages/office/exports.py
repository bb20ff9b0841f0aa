"""What happened in the cabinet, to take over into billing: since the last time, or since a number."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from webapp.actions import exporting
from webapp.actions.exporting import Span
from webapp.database.queries import exchange as queries
from webapp.database.queries.exchange import COLUMNS
from webapp.outside import Outside
from webapp.rules.exchange.forms import GOINGS, Going
from webapp.rules.periods import day_of
from webapp.web import workbooks
from webapp.web.forms import asked
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

DESK = "/office/exports"
FORMATS = {"csv": (workbooks.as_csv, workbooks.CSV), "xlsx": (workbooks.as_xlsx, workbooks.XLSX)}


class OfficeExports(Controller):
    path = DESK
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def index(self, request: Request[Any, Any, Any]) -> Response[Any]:
        last = {one.kind: one for one in await queries.watermarks(_company(request))}
        return show(request, "pages/office/exports.html", kinds=GOINGS, last=last, section=DESK)

    @get("/{kind:str}")
    async def export(
        self, request: Request[Any, Any, Any], kind: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Streamed. `X-Upto` is the `after` of the next one; without `after` it goes on where the last one ended."""
        going: Going | None = next((one for one in GOINGS if one == kind), None)
        if going is None:
            raise NotFoundException
        said, company = asked(request), _company(request)
        written, media = FORMATS.get(said["format"] or "csv", (None, ""))
        after = said["after"].strip()
        if written is None or (after and not _is_number(after)):
            raise ClientException("after is a number that an export has given; format is csv or xlsx")
        now = outside.clock.now()
        span = await exporting.begin(going, int(after) if after else None, by=by(request), now=now)
        name = f"{going}-{day_of(now)}.{said['format'] or 'csv'}"
        return Stream(
            written(COLUMNS[going], _rows(company, going, span)),
            media_type=media,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Upto": str(span.upto)},
        )


async def _rows(company: UUID, kind: Going, span: Span) -> AsyncIterator[list[list[Any]]]:
    async for rows in queries.exported(company, kind, span.after, span.upto):
        yield [[row[name] for name in COLUMNS[kind]] for row in rows]


def _is_number(text: str) -> bool:
    """-1 is the beginning."""
    return text == "-1" or (text.isascii() and text.isdigit() and len(text) < 19)


def _company(request: Request[Any, Any, Any]) -> UUID:
    company = colleague_of(request).company_id
    if company is None:
        raise NotFoundException
    return company
