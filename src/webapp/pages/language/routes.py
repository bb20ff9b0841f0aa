"""The choice of a language: a plain link. Visitors keep it in a cookie, the signed-in with themselves."""

import re
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import profile
from webapp.web.guards import own_path

YEAR_SECONDS = 365 * 24 * 3600
NAMED = re.compile("^/(?:ru|en)(?=/help)")
"""Help whose address names a language: the way back goes to the page that follows the choice."""


class LanguagePages(Controller):
    @get("/language/{code:str}")
    async def choose(self, request: Request[Any, Any, Any], code: FromPath[str]) -> Response[Any]:
        portal, person = request.scope["auth"], request.scope["user"]
        if code not in portal.policy.languages:
            raise NotFoundException
        wanted = request.query_params.get("next", "")
        there = NAMED.sub("", own_path(wanted)) if wanted else "/cabinet" if person else "/"
        if person:
            await profile.change_language(person.id, code)
            return Redirect(there, status_code=303)
        kept = Cookie(
            "language", path="/", value=code, max_age=YEAR_SECONDS, secure=portal.secure, samesite="lax"
        )
        return Redirect(there, cookies=[kept], status_code=303)
