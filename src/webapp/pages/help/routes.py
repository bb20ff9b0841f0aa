"""Help for everybody, signed in or not; also under /ru and /en, where address and text agree (B27)."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.database.queries import companies
from webapp.pages.help import reading
from webapp.rules import help_search
from webapp.web.forms import asked
from webapp.web.rendering import render
from webapp.web.texts import text

TEXTS = ("guide", "questions", "sign-up", "rules", "browsers", "accessibility")
PREFIXES = ("", "/ru", "/en")
FOUND = "partials/help/found.html"


class HelpPages(Controller):
    @get([f"{prefix}/help" for prefix in PREFIXES])
    async def guide(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await _show(request, "guide")

    @get([f"{prefix}/help/{{name:str}}" for prefix in PREFIXES])
    async def show(self, request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
        return await _show(request, name)


async def _show(request: Request[Any, Any, Any], name: str) -> Response[Any]:
    language = _speak_as_addressed(request)
    texts = [text("help", each, language) for each in TEXTS]
    base = "" if request.scope["path"].startswith("/help") else f"/{language}"
    said: dict[str, Any] = {"texts": texts, "base": base, "sought": "", "found": None}
    match name:
        case "search":
            sought = asked(request)["q"].strip()[: help_search.LONGEST]
            said |= {"sought": sought, "found": help_search.search(reading.parts(request, texts), sought)}
            return render(request, "pages/help/search.html", partial=FOUND, **said)
        case "contacts":
            return render(request, "pages/help/contacts.html", **said)
        case "companies":
            return render(request, "pages/help/companies.html", **said, cabinets=await companies.connected())
        case _ if name in TEXTS:
            return render(request, "pages/help/text.html", **said, text=text("help", name, language))
    raise NotFoundException


def _speak_as_addressed(request: Request[Any, Any, Any]) -> str:
    """The language that the address names, where the portal speaks it; without one, the person's own."""
    named = request.scope["path"].split("/")[1]
    if named != "help":
        if named not in request.scope["auth"].policy.languages:
            raise NotFoundException
        request.scope["state"]["language"] = named
    return str(request.scope["state"]["language"])
