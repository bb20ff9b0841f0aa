"""The one page of whoever has no second factor yet: an application that counts codes, then codes for a bad day."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from webapp.actions import authenticators, staff_sign_in
from webapp.actions.staff_sign_in import Ended, Entered, Wrong
from webapp.outside import Outside
from webapp.pages.office.entering import device_of
from webapp.rules import authenticators as rules
from webapp.web.cookies import cookie
from webapp.web.forms import typed
from webapp.web.office import DOOR, HANDLERS, SET_UP, by, colleague_of, half_in, show


class OfficeSecondFactor(Controller):
    path = SET_UP
    guards = [half_in]
    exception_handlers = HANDLERS

    @get()
    async def look(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        if colleague_of(request).has_factor:
            return Redirect("/office", status_code=303)
        return await _page(request, outside)

    @post("/key")
    async def begin(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        colleague = colleague_of(request)
        if not colleague.has_factor:
            await authenticators.begin(colleague.id, key=outside.key, now=outside.clock.now())
        return Redirect(SET_UP, status_code=303)

    @post()
    async def confirm(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The recovery codes stand in the answer itself: they are seen this once."""
        code = (await typed(request)).text("code", 60)
        if not code:
            return await _page(request, outside, trouble="empty", status_code=422)
        outcome = await staff_sign_in.set_up(
            colleague_of(request).sign_in_id, code, by=by(request), key=outside.key, device=device_of(request),
            now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Entered(token=token, codes=codes):
                cookies = [cookie(request.scope["auth"], "staff", token)]
                return show(request, "pages/office/recovery_codes.html", codes=codes, cookies=cookies)
            case Wrong():
                return await _page(request, outside, trouble="wrong", status_code=422)
            case Ended():
                return Redirect(DOOR, status_code=303)


async def _page(
    request: Request[Any, Any, Any],
    outside: Outside,
    *,
    trouble: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    colleague, portal = colleague_of(request), request.scope["auth"]
    secret = await authenticators.pending(colleague.id, key=outside.key)
    picture = _picture(rules.uri(secret, login=colleague.mail, issuer=portal.name)) if secret else None
    said: dict[str, Any] = {"secret": secret, "picture": picture, "trouble": trouble}
    return show(request, "pages/office/second_factor.html", status_code=status_code, **said)


def _picture(text: str) -> str:
    """As a data address: nothing inline has to be allowed for it."""
    import segno  # at the first use: most processes never draw one

    return segno.make(text, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff")
