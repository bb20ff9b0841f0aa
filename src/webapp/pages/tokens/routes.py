"""Access for the person's own programs: tokens are listed, made and taken back."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import tokens as actions
from webapp.actions.tokens import Absent, Full, Made
from webapp.database.queries import tokens as queries
from webapp.outside import Outside
from webapp.pages.profile.frame import ask_first, profile_of, show
from webapp.pages.tokens.forms import TokenForm
from webapp.rules.scopes import LIVES, SCOPES
from webapp.web.entering import go
from webapp.web.forms import asked, typed
from webapp.web.guards import signed_in

HOME = "/profile/tokens"
SAID = ("revoked", "removed", "full")


class TokensPages(Controller):
    path = HOME
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        listed = await queries.listed(request.scope["user"].id, outside.clock.now())
        said = asked(request)["said"]
        return await show(
            request, outside, "pages/tokens/index.html", tokens=listed.tokens, webhooks=listed.webhooks,
            said=said if said in SAID else None,
        )  # fmt: skip

    @get("/new")
    async def form(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        first = ask_first(request, outside.clock.now())
        return first or await _form(request, outside, None, status_code=200)

    @post("/new")
    async def make(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """The page with the token is the answer itself: loaded once more, it is no longer there."""
        person, now = request.scope["user"], outside.clock.now()
        first = ask_first(request, now)
        if first:
            return first
        profile = await profile_of(request, outside)
        form = TokenForm.of(await typed(request), [account.id for account in profile.accounts])
        if not form.is_good():
            return await _form(request, outside, form)
        match await actions.make(
            person.id, request.scope["auth"].id, form.name, form.scopes, form.accounts, form.days, now=now
        ):
            case Made(token=token, expires_at=ends):
                said: dict[str, Any] = {"token": token, "ends": ends, "name": form.name}
                return await show(request, outside, "pages/tokens/made.html", profile, **said)
            case Full():
                return go(request, f"{HOME}?said=full")
            case Absent():  # it was taken away while the form was filled in
                return await _form(request, outside, form)

    @post("/{token_id:uuid}/removal")
    async def revoke(
        self, request: Request[Any, Any, Any], token_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """No password: whoever has lost a token is in a hurry."""
        if not await actions.revoke(request.scope["user"].id, token_id, outside.clock.now()):
            raise NotFoundException
        return go(request, f"{HOME}?said=revoked")


async def _form(
    request: Request[Any, Any, Any], outside: Outside, form: TokenForm | None, *, status_code: int = 422
) -> Response[Any]:
    profile = await profile_of(request, outside)
    filled = form or TokenForm(accounts=[account.id for account in profile.accounts])
    return await show(
        request, outside, "pages/tokens/new.html", profile, form=filled, scopes=SCOPES, lives=LIVES,
        status_code=status_code,
    )  # fmt: skip
