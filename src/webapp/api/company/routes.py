"""Items in, as the files have them; readings, payments, appeals and links out, page by page."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from webapp.actions import exporting
from webapp.actions.importing import items
from webapp.actions.importing.batches import Absent, Busy, NotYours
from webapp.actions.importing.items import KeyReused
from webapp.api.personal.frame import cursor_of, read_cursor
from webapp.database.queries.exchange import Place
from webapp.outside import Outside
from webapp.rules import company_keys as rules
from webapp.rules.company_keys import BRINGS, MOST_BYTES, MOST_ITEMS, TAKES
from webapp.web.addresses import ip_of
from webapp.web.keys import by_key, holder_of
from webapp.web.problems import COMPANY
from webapp.web.tokens import Refused, need, on_refused

BUSY = {"Retry-After": "5"}


class Brought(msgspec.Struct):
    items: list[items.Item]


DECODER = msgspec.json.Decoder(Brought, float_hook=str)
"""A number with a point stays as it is written: 0.1 is 0.1."""


class CompanyApi(Controller):
    path = f"{COMPANY}/{{kind:str}}"
    guards = [by_key]
    exception_handlers = {Refused: on_refused}

    @get()
    async def take(
        self,
        request: Request[Any, Any, Any],
        kind: FromPath[str],
        outside: NamedDependency[Outside],
        after: Annotated[str, QueryParameter(name="after", max_length=200)] = "",
        limit: Annotated[int, QueryParameter(name="limit", ge=1, le=MOST_ITEMS)] = MOST_ITEMS,
    ) -> Response[Any]:
        holder = holder_of(request)
        going = next((one for one in TAKES if one == kind), None)
        if going is None:
            raise Refused("not_found")
        need(holder.scopes, TAKES[going])
        place = _read_place(after, holder.company_id, going)
        by = holder.by(request.scope["auth"].id, ip_of(request))
        handed = await exporting.hand_out(going, place, limit, by=by, now=outside.clock.now())
        told = {
            "items": handed.rows,
            "next": _written(handed.place, holder.company_id, going),
            "more": handed.more,
        }
        return _json(msgspec.json.encode(told))

    @post(status_code=200, request_max_body_size=MOST_BYTES)
    async def bring(
        self,
        request: Request[Any, Any, Any],
        kind: FromPath[str],
        outside: NamedDependency[Outside],
        dry_run: Annotated[bool, QueryParameter(name="dry_run")] = False,
    ) -> Response[Any]:
        holder = holder_of(request)
        coming = next((one for one in BRINGS if one == kind), None)
        if coming is None:
            raise Refused("not_found")
        need(holder.scopes, BRINGS[coming])
        body, brought = await _read(request)
        sent = items.Request(coming, brought, _idempotency(request), body, holder.name)
        by = holder.by(request.scope["auth"].id, ip_of(request))
        match await items.take_in(sent, dry_run=dry_run, by=by, now=outside.clock.now()):
            case bytes() as answer:
                return _json(answer)
            case KeyReused():
                raise Refused("idempotency_reused")
            case NotYours():
                raise Refused("operators_only")
            case Busy():
                raise Refused("import_under_way", BUSY)
            case Absent():
                raise Refused("not_found")


def _idempotency(request: Request[Any, Any, Any]) -> str:
    said = request.headers.get("Idempotency-Key", "")
    if not said:
        raise Refused("idempotency_required")
    if not rules.is_idempotency(said):
        most = rules.LONGEST_IDEMPOTENCY
        raise Refused("malformed", detail=f"An Idempotency-Key has 1 to {most} printable ASCII characters.")
    return said


async def _read(request: Request[Any, Any, Any]) -> tuple[bytes, list[items.Item]]:
    if request.content_type[0] != "application/json":
        raise Refused("unsupported_media_type")
    body = await request.body()
    try:
        brought = DECODER.decode(body)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise Refused("malformed", detail='The body is {"items": [{…}, …]} in UTF-8.') from None
    if not brought.items:
        raise Refused("malformed", detail="There is no item.")
    if len(brought.items) > MOST_ITEMS:
        raise Refused("too_many_records", detail=f"At most {MOST_ITEMS}.")
    return body, brought.items


def _written(place: Place, company_id: UUID, kind: str) -> str:
    return cursor_of((kind, company_id.hex[-8:], place.change, place.at.hex))


def _read_place(after: str, company_id: UUID, kind: str) -> Place:
    """A cursor is of one company and one kind: another one is nonsense."""
    said = read_cursor(after, tuple[str, str, Annotated[int, msgspec.Meta(ge=-1, le=2**62)], UUID])
    if said is None:
        return Place(exporting.WHOLE)
    if said[:2] != (kind, company_id.hex[-8:]):
        raise Refused("bad_cursor")
    return Place(said[2], said[3])


def _json(body: bytes) -> Response[bytes]:
    return Response(body, media_type="application/json")
