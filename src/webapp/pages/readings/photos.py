"""The photo of a meter, for whoever sent it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import photos as actions
from webapp.outside import Outside
from webapp.web.guards import signed_in


class PhotoPages(Controller):
    guards = [signed_in]

    @get("/readings/photos/{photo_id:uuid}")
    async def show(
        self, request: Request[Any, Any, Any], photo_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[bytes]:
        jpeg = await actions.shown_to(request.scope["user"].id, photo_id, outside.files)
        if jpeg is None:
            raise NotFoundException
        headers = {"Content-Disposition": 'inline; filename="meter.jpg"'}
        return Response(jpeg, media_type="image/jpeg", headers=headers)
