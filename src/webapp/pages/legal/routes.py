"""Legal texts: each with the day of its wording, in the language of the page, good to print."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.web.rendering import render
from webapp.web.texts import text

DOCUMENTS = ("consent", "privacy", "terms")


class LegalPages(Controller):
    path = "/legal"

    @get("/{document:str}")
    async def show(self, request: Request[Any, Any, Any], document: FromPath[str]) -> Response[Any]:
        if document not in DOCUMENTS:
            raise NotFoundException
        language = request.scope["state"]["language"]
        texts = [text("legal", name, language) for name in DOCUMENTS]
        return render(request, "pages/legal/text.html", text=text("legal", document, language), texts=texts)
