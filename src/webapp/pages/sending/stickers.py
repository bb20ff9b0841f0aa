"""The sticker of a meter: a QR code to print, that takes readings of this meter until another one is printed."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import sending as actions
from webapp.actions.sending import TooMany
from webapp.database.queries import sending as queries
from webapp.outside import Outside
from webapp.pages.receipts.routes import square_of
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

STICKER = "pages/sending/sticker.html"


class StickerPages(Controller):
    path = "/meters/{meter_id:uuid}/sticker"
    guards = [signed_in]

    @get()
    async def show(
        self, request: Request[Any, Any, Any], meter_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _page(request, meter_id, outside)

    @post()
    async def make(
        self, request: Request[Any, Any, Any], meter_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        if not request.scope["auth"].policy.readings.taken_by:
            raise NotFoundException
        id = (await typed(request)).uuid("sticker_id")
        match await actions.print_sticker(
            id, meter_id, by=request.scope["user"].id, key=outside.key, now=outside.clock.now()
        ):
            case TooMany():
                return await _page(request, meter_id, outside, too_many=True, status_code=429)
            case False:
                raise NotFoundException
            case _:
                return go(request, f"/meters/{meter_id}/sticker")

    @post("/removal")
    async def take_back(
        self, request: Request[Any, Any, Any], meter_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        if not await actions.take_back(meter_id, by=request.scope["user"].id, now=outside.clock.now()):
            raise NotFoundException
        return go(request, f"/meters/{meter_id}/sticker")


async def _page(
    request: Request[Any, Any, Any],
    meter_id: UUID,
    outside: Outside,
    *,
    too_many: bool = False,
    status_code: int = 200,
) -> Response[Any]:
    portal = request.scope["auth"]
    found = await queries.sticker(meter_id, of=request.scope["user"].id)
    if found is None or not portal.policy.readings.taken_by:
        raise NotFoundException
    link = None
    if found.live:
        link = f"{portal.address}/r/s/{actions.token(outside.key, found.live, 'sticker')}"
    return render(
        request, STICKER, status_code=status_code, sticker=found, meter_id=meter_id, new_id=uuid4(), link=link,
        square=square_of(link) if link else None, too_many=too_many,
    )  # fmt: skip
