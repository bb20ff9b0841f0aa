"""Where one is signed in, and the way to end it from here."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import devices as actions
from webapp.outside import Outside
from webapp.pages.profile.frame import show
from webapp.web.cookies import told
from webapp.web.entering import go
from webapp.web.guards import signed_in

PAGE = "pages/profile/devices.html"
SAID = ("ended", "all")


class DevicesPages(Controller):
    path = "/profile/devices"
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        said = request.query_params.get("said")
        return await show(request, outside, PAGE, said=said if said in SAID else None)

    @post("/{device:uuid}/removal")
    async def end(
        self, request: Request[Any, Any, Any], device: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """No password: whoever has lost a device is in a hurry, and nothing is lost by it."""
        if not await actions.end(device, person_id=request.scope["user"].id, now=outside.clock.now()):
            raise NotFoundException
        return go(request, "/profile/devices?said=ended")

    @post("/removal")
    async def end_others(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        person, known = request.scope["user"], told(request.cookies, request.scope["auth"], "known")
        await actions.end_others(person.id, person.sign_in_id, known, outside.clock.now())
        return go(request, "/profile/devices?said=all")
