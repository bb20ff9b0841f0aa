"""«Для розробників»: the personal API as a page, drawn from its own schema; and that of companies, of its forms."""

import asyncio
from typing import Any

from litestar import Controller, Request, Response, get

from webapp.database.queries.exchange import COLUMNS
from webapp.pages.developers.operations import operations
from webapp.rules.company_keys import BRINGS, TAKES
from webapp.rules.exchange.forms import FORMS
from webapp.rules.problems import PROBLEMS, SENTENCES
from webapp.rules.scopes import SCOPES
from webapp.rules.webhooks import EVENTS, PAUSES
from webapp.web.rendering import render

OF_DEVICES = ("needs_login", "signed_out", "not_same_origin", "upgrade")
"""Codes of the queue of a device: no program gets them."""


class DeveloperPages(Controller):
    path = "/api"

    @get()
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        document = await asyncio.to_thread(request.app.state.schema)
        problems = {code: told for code, told in PROBLEMS.items() if code not in OF_DEVICES}
        return render(
            request, "pages/developers/index.html", operations=operations(document), problems=problems,
            refusals=SENTENCES, events=EVENTS, pauses=PAUSES, scopes=SCOPES, brings=BRINGS, takes=TAKES, forms=FORMS,
            gives=COLUMNS,
        )  # fmt: skip
