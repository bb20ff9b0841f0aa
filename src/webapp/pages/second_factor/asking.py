"""Asking for the second factor: the same panel at the door and before something is turned off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType

from webapp.actions import passkeys, second_step
from webapp.database.queries import factors
from webapp.outside import Outside
from webapp.rules import logins
from webapp.web.entering import go
from webapp.web.forms import Typed
from webapp.web.rendering import render

HOME = "/profile/security"
PANEL = "partials/security/ask.html"
Mistake = Literal["empty", "wrong", "too_many"]


def by_of(text: str) -> str:
    """Which field stands on the page; the other ways are links."""
    return "recovery" if text == "recovery" else "code"


def json(body: bytes, status_code: int = 200, cookies: Sequence[Cookie] = ()) -> Response[bytes]:
    return Response(body, media_type=MediaType.JSON, status_code=status_code, cookies=list(cookies))


def is_confirmed(request: Request[Any, Any, Any], now: datetime) -> bool:
    """Nothing is added from a device that somebody has left signed in: the password was typed just now."""
    return logins.is_fresh(request.scope["user"].confirmed_at, now)


def ask_to_confirm(request: Request[Any, Any, Any]) -> Response[Any]:
    return go(request, f"/profile/confirm?next={HOME}")


async def mistaken(
    request: Request[Any, Any, Any], fields: Typed, outside: Outside, now: datetime
) -> Mistake | None:
    """None where the signed-in person has answered with a factor of theirs."""
    user, portal = request.scope["user"], request.scope["auth"]
    if fields["credential"]:
        browser = second_step.browser_of(user.sign_in_id)
        step = await second_step.waiting(portal.id, "confirm", browser)
        if step is None or not await second_step.use(step, now):
            return "wrong"
        who = await passkeys.owner(portal, fields["credential"], step.question, of=user.id, now=now)
        return None if who else "wrong"
    if not fields["code"].strip():
        return "empty"
    said = await second_step.confirmed(user.sign_in_id, user.id, fields["code"], key=outside.key, now=now)
    return None if said == "fits" else said


async def ask(
    request: Request[Any, Any, Any],
    deed: str,
    *,
    action: str,
    by: str = "code",
    mistake: Mistake | None = None,
    name: str = "",
    status_code: int = 422,
) -> Response[Any]:
    """deed: remove_authenticator, remove_passkey (of this name) or new_codes."""
    said: dict[str, Any] = {"by": by, "mistake": mistake, "left": None, "action": action, "name": name}
    said |= {"have": await factors.of(request.scope["user"].id), "deed": deed, "back": HOME}
    code = 429 if mistake == "too_many" else status_code
    return render(request, "pages/second_factor/ask.html", partial=PANEL, status_code=code, **said)
