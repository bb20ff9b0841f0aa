"""What the pages of the profile share: what they know of the person, and the question who holds the device."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from webapp.actions.contacts import Asker
from webapp.database.queries import people
from webapp.database.queries.people import Profile
from webapp.outside import Outside
from webapp.rules import logins
from webapp.web.addresses import ip_of
from webapp.web.entering import go
from webapp.web.rendering import render


async def profile_of(request: Request[Any, Any, Any], outside: Outside) -> Profile:
    return await people.profile(request.scope["user"].id, outside.clock.now())


async def show(
    request: Request[Any, Any, Any], outside: Outside, page: str, known: Profile | None = None, **context: Any
) -> Response[Any]:
    """With the switcher of accounts, which every page of the cabinet has."""
    profile = known or await profile_of(request, outside)
    account = profile.accounts[0] if profile.accounts else None
    said: dict[str, Any] = {"profile": profile, "accounts": profile.accounts, "account": account, **context}
    return render(request, page, **said)


def asker(request: Request[Any, Any, Any]) -> Asker:
    person = request.scope["user"]
    language = request.scope["state"]["language"]
    return Asker(person.id, person.sign_in_id, request.scope["auth"].id, language, ip_of(request))


def ask_first(request: Request[Any, Any, Any], now: datetime, back: str = "") -> Response[Any] | None:
    """None while the person has proved just now to be there; else the way to the page of the password and back."""
    if logins.is_fresh(request.scope["user"].confirmed_at, now):
        return None
    return go(request, f"/profile/confirm?next={quote(back or request.scope['path'], safe='/')}")
