"""Protection against requests made by other sites in a person's name, with no token in any page."""

from litestar.types import Scope

SAFE = {"GET", "HEAD", "OPTIONS"}


def header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def verdict(scope: Scope, own_origin: str) -> bool | None:
    """True: from our own page. False: from elsewhere. None: an old browser says nothing, the person is asked.

    `same-site` is not enough: portals are siblings.
    """
    site, origin = header(scope, b"sec-fetch-site"), header(scope, b"origin")
    if site is not None:
        return site == "same-origin"
    if origin is not None:
        return origin == own_origin
    return None
