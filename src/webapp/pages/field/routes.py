"""The inspector's round as an application of its own: one shell for everybody, filled on the phone."""

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get

from webapp.web.rendering import render
from webapp.web.translations import gettext


class FieldPages(Controller):
    path = "/field"

    @get()
    async def shell(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Needs no sign-in, because it holds nothing: the rounds come by the API, to inspectors alone."""
        return render(
            request, "pages/field/index.html", assets=request.app.state.static_files.field, accounts=[]
        )

    @get("/manifest.json")
    async def manifest(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """A second application beside the cabinet: its own name, place of start and window."""
        files, portal = request.app.state.static_files, request.scope["auth"]
        language = request.scope["state"]["language"]
        told = msgspec.json.decode(files.files["manifest.json"])
        name = gettext(language, "Round")
        told |= {"id": "/field", "start_url": "/field", "scope": "/", "lang": language, "shortcuts": []}
        told |= {"name": f"{name} – {portal.name}", "short_name": name, "orientation": "portrait"}
        told["description"] = gettext(language, "The inspector’s round: works all day without a connection.")
        told["theme_color"] = portal.policy.look.theme
        for icon in told["icons"]:
            icon["src"] = files.url(icon["src"].removeprefix("/static/"))
        headers = {"Cache-Control": "no-cache", "Content-Language": language}
        return Response(msgspec.json.encode(told), media_type="application/manifest+json", headers=headers)
