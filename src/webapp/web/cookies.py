"""The few cookies: the sign-in, the browser that waits or is known, the language. None for visitors."""

import secrets
from hashlib import sha256

from litestar.datastructures import Cookie

from webapp.database.queries.visits import Portal

SIGN_IN_SECONDS = 365 * 24 * 3600
WAITING_SECONDS = 24 * 3600
SECOND_SECONDS = 3600
"""Longer than a second step waits: the page can say that its time is over."""
KNOWN_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie at all."""


def new_token() -> str:
    """32 random bytes, made anew at every sign-in, so that nobody can plant one beforehand."""
    return secrets.token_urlsafe(32)


def token_hash(token: str | None) -> bytes | None:
    return sha256(token.encode()).digest() if token else None


def cookie(portal: Portal, name: str, value: str | None, *, seconds: int | None = None) -> Cookie:
    """On https the name says that no sibling host can have set it; `value` None takes the cookie away."""
    return Cookie(
        key=f"__Host-{name}" if portal.secure else name,
        value=value or "",
        path="/",
        max_age=seconds if value else 0,
        httponly=True,
        secure=portal.secure,
        samesite="lax",
    )


TICKETS = "/api/v1/readings"


def ticket_cookie(portal: Portal, value: str | None) -> Cookie:
    """Sent nowhere but where readings are handed in; «__Host-» would need the path of the whole site."""
    return Cookie(
        key="__Secure-ticket" if portal.secure else "ticket",
        value=value or "",
        path=TICKETS,
        max_age=KNOWN_SECONDS if value else 0,
        httponly=True,
        secure=portal.secure,
        samesite="strict",
    )


def ticket_of(cookies: dict[str, str], portal: Portal) -> str | None:
    return cookies.get("__Secure-ticket" if portal.secure else "ticket")


def told(cookies: dict[str, str], portal: Portal, name: str) -> str | None:
    return cookies.get(f"__Host-{name}" if portal.secure else name)
