"""The first page: what the cabinet gives, and three ways in."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.response import Redirect

from webapp.web.rendering import render


class LandingPages(Controller):
    @get("/")
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if request.scope["user"]:
            return Redirect("/cabinet", status_code=303)
        return render(request, "pages/entry/landing.html")
