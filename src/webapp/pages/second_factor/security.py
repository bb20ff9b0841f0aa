"""«Друга перевірка»: what it is for, what there is, and the authenticator application."""

import re
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from webapp.actions import authenticators, second_factors
from webapp.actions.second_factors import Added, Wrong
from webapp.database.queries import factors, people
from webapp.outside import Outside
from webapp.pages.second_factor.asking import HOME, ask, ask_to_confirm, by_of, is_confirmed, mistaken
from webapp.rules import authenticators as rules
from webapp.rules import recovery_codes
from webapp.rules.second_step import MOST_PASSKEYS, needs_second_factor
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

SETUP, SETUP_PANEL = "pages/second_factor/authenticator.html", "partials/security/authenticator.html"
MARGIN = 3
"""Light fields around the square, without which cameras do not find it."""
CODE = re.compile(f"(?:[{recovery_codes.ALPHABET}]{{4}}-){{2}}[{recovery_codes.ALPHABET}]{{4}}")


class SecurityPages(Controller):
    path = HOME
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any]) -> Response[Any]:
        have = await factors.of(request.scope["user"].id)
        advised = needs_second_factor(request.scope["auth"].policy)
        context: dict[str, Any] = {"have": have, "advised": advised, "most": MOST_PASSKEYS}
        context["said"] = request.query_params.get("said", "")
        return render(request, "pages/second_factor/index.html", **context)

    @post("/authenticator")
    async def begin(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        user, now = request.scope["user"], outside.clock.now()
        if not is_confirmed(request, now):
            return ask_to_confirm(request)
        await authenticators.begin(user.id, key=outside.key, now=now)
        return go(request, f"{HOME}/authenticator")

    @get("/authenticator")
    async def setup(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _setup(request, outside, status_code=200)

    @post("/authenticator/confirmation")
    async def confirm(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        user, now, code = request.scope["user"], outside.clock.now(), (await typed(request))["code"]
        if not is_confirmed(request, now):
            return ask_to_confirm(request)
        if not code.strip():
            return await _setup(request, outside, mistake="empty")
        match await second_factors.confirm_authenticator(user.id, code, key=outside.key, now=now):
            case Added(codes=codes):
                return shown_once(request, codes, said="authenticator")
            case Wrong():
                return await _setup(request, outside, mistake="wrong")

    @get("/authenticator/removal")
    async def ask_removal(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if not await authenticators.has(request.scope["user"].id):
            return Redirect(HOME, status_code=303)
        by = by_of(request.query_params.get("by", ""))
        return await ask(
            request, "remove_authenticator", action=f"{HOME}/authenticator/removal", by=by, status_code=200
        )

    @post("/authenticator/removal")
    async def remove(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        mistake = await mistaken(request, fields, outside, now)
        if mistake:
            return await ask(
                request, "remove_authenticator", action=f"{HOME}/authenticator/removal",
                by=by_of(fields["by"]), mistake=mistake,
            )  # fmt: skip
        await second_factors.remove_authenticator(request.scope["user"].id, now)
        return go(request, f"{HOME}?said=removed")

    @get("/recovery-codes")
    async def ask_codes(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if not (await factors.of(request.scope["user"].id)).any:
            return Redirect(HOME, status_code=303)
        by = by_of(request.query_params.get("by", ""))
        return await ask(request, "new_codes", action=f"{HOME}/recovery-codes", by=by, status_code=200)

    @post("/recovery-codes")
    async def renew(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, now, user = await typed(request), outside.clock.now(), request.scope["user"]
        if not (await factors.of(user.id)).any:
            return go(request, HOME)
        mistake = await mistaken(request, fields, outside, now)
        if mistake:
            action = f"{HOME}/recovery-codes"
            return await ask(request, "new_codes", action=action, by=by_of(fields["by"]), mistake=mistake)
        renewed = await second_factors.renew_codes(user.id, key=outside.key, now=now)
        return shown_once(request, renewed.codes, said="codes")

    @post("/recovery-codes/text")
    async def as_text(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The codes that the page holds, back as a file: nothing is kept here to make it from."""
        codes = CODE.findall((await typed(request)).text("codes", 400))[: recovery_codes.COUNT]
        portal = request.scope["auth"]
        text = "\r\n".join([f"{portal.name}, {portal.address}", "", *codes, ""])
        headers = {"Content-Disposition": 'attachment; filename="recovery-codes.txt"'}
        return Response(
            text.encode(), media_type="text/plain; charset=utf-8", headers=headers, status_code=200
        )


def shown_once(request: Request[Any, Any, Any], codes: list[str], *, said: str) -> Response[Any]:
    """The page with the codes is the answer itself: loaded once more, it is no longer there."""
    if not codes:
        return go(request, f"{HOME}?said={said}")
    return render(
        request,
        "pages/second_factor/codes.html",
        partial="partials/security/codes.html",
        codes=codes,
        said=said,
    )


async def _setup(
    request: Request[Any, Any, Any], outside: Outside, *, mistake: str | None = None, status_code: int = 422
) -> Response[Any]:
    user, portal = request.scope["user"], request.scope["auth"]
    secret = await authenticators.pending(user.id, key=outside.key)
    if secret is None:
        return go(request, HOME)
    logins = (await people.oneself(user.id)).logins
    uri = rules.uri(secret, login=logins[0].contact if logins else user.name, issuer=portal.name)
    context: dict[str, Any] = {"uri": uri, "square": square_of(uri), "mistake": mistake}
    context["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render(request, SETUP, partial=SETUP_PANEL, status_code=status_code, **context)


def square_of(uri: str) -> tuple[int, str]:
    """The QR code as the template draws it: how many fields a side has, and the path of the dark ones."""
    import segno  # at the first use: most processes never draw one

    rows = segno.make(uri, error="m", micro=False).matrix
    dark = (
        f"M{x + MARGIN} {y + MARGIN}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on
    )
    return len(rows) + 2 * MARGIN, "".join(dark)
