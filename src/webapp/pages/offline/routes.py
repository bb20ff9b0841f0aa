"""What the device installs and keeps: the worker, the manifest, the shell for a start without network."""

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get

from webapp.web.rendering import render
from webapp.web.translations import gettext


class OfflinePages(Controller):
    @get("/offline")
    async def shell(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Nothing personal in it: the device fills it from its own storage."""
        return render(request, "pages/offline/index.html")

    @get("/sw.js")
    async def worker(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        files = request.app.state.static_files
        told = {"BUILD": files.build, "ASSETS": files.shell, "SHELL": ["/offline", "/check"]}
        head = "".join(
            f"const {name}={msgspec.json.encode(value).decode()};\n" for name, value in told.items()
        )
        headers = {"Cache-Control": "no-cache"}
        name = "sw.js" if request.app.state.settings.service_worker else "sw-off.js"
        body = head.encode() + files.files[name]
        return Response(body, media_type="text/javascript", headers=headers)

    @get("/manifest.json")
    async def manifest(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The same for everybody but for name, colours, icons and language, which are the portal's."""
        files, portal = request.app.state.static_files, request.scope["auth"]
        language = request.scope["state"]["language"]
        base = msgspec.json.decode(files.files["manifest.json"])
        base |= {"name": portal.name, "short_name": portal.name[:12], "lang": language}
        base["description"] = gettext(language, "Personal cabinet of gas consumers")
        base["theme_color"] = portal.policy.look.theme
        for icon in base.get("icons", []) + [
            i for s in base.get("shortcuts", []) for i in s.get("icons", [])
        ]:
            icon["src"] = files.url(icon["src"].removeprefix("/static/"))
        for shortcut in base.get("shortcuts", []):
            shortcut["name"] = gettext(language, "Send a reading")
        headers = {"Cache-Control": "no-cache", "Content-Language": language}
        return Response(msgspec.json.encode(base), media_type="application/manifest+json", headers=headers)
