"""Help for everybody, signed in or not; also under /ru and /en, where address and text agree (B27)."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.web.rendering import render
from webapp.web.texts import text

TEXTS = ("guide", "sign-up", "rules", "browsers", "accessibility")
PREFIXES = ("", "/ru", "/en")


class HelpPages(Controller):
    @get([f"{prefix}/help" for prefix in PREFIXES])
    async def guide(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return _show(request, "guide")

    @get([f"{prefix}/help/{{name:str}}" for prefix in PREFIXES])
    async def show(self, request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
        return _show(request, name)


def _show(request: Request[Any, Any, Any], name: str) -> Response[Any]:
    language = _speak_as_addressed(request)
    texts = [text("help", each, language) for each in TEXTS]
    base = "" if request.scope["path"].startswith("/help") else f"/{language}"
    if name == "contacts":
        return render(request, "pages/help/contacts.html", texts=texts, base=base)
    if name not in TEXTS:
        raise NotFoundException
    return render(request, "pages/help/text.html", text=text("help", name, language), texts=texts, base=base)


def _speak_as_addressed(request: Request[Any, Any, Any]) -> str:
    """The language that the address names, where the portal speaks it; without one, the person's own."""
    named = request.scope["path"].split("/")[1]
    if named != "help":
        if named not in request.scope["auth"].policy.languages:
            raise NotFoundException
        request.scope["state"]["language"] = named
    return str(request.scope["state"]["language"])
