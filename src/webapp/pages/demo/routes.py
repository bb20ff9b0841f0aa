"""What the demo shows and no other installation has: every SMS and letter that left."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.exceptions import NotFoundException

from webapp.database.queries import messages
from webapp.web.rendering import render


class DemoPages(Controller):
    @get("/demo/outbox")
    async def outbox(self, request: Request[Any, Any, Any]) -> Response[Any]:
        _only_in_demo(request)
        sent = await messages.outbox(request.scope["auth"].id)
        return render(request, "pages/demo/outbox.html", messages=sent)

    @get("/demo/outbox.json")
    async def outbox_json(self, request: Request[Any, Any, Any]) -> Response[list[messages.Sent]]:
        """Of all portals: tests and visitors look for a contact, not for a portal."""
        _only_in_demo(request)
        return Response(await messages.outbox(None))


def _only_in_demo(request: Request[Any, Any, Any]) -> None:
    if not request.app.state.settings.demo:
        raise NotFoundException
