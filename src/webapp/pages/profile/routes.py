"""The person's own page: logins, language, the way out."""

from typing import Any

from litestar import Controller, Request, Response, get

from webapp.database.queries import people
from webapp.web.guards import signed_in
from webapp.web.rendering import render


class ProfilePages(Controller):
    path = "/profile"
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        oneself = await people.oneself(request.scope["user"].id)
        account = oneself.accounts[0] if oneself.accounts else None
        context: dict[str, Any] = {"logins": oneself.logins, "accounts": oneself.accounts, "account": account}
        return render(request, "pages/profile/index.html", **context)
