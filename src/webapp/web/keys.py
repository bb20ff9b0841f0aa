"""Which company's billing system comes with a key. Cookies do not count, as with tokens."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from webapp.actions import company_keys
from webapp.actions.company_keys import Holder
from webapp.web.tokens import entered


async def by_key(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The first guard of the API of companies; what the key may do says its `scopes`."""
    await entered(connection, company_keys.enter, "key")


def holder_of(request: Request[Any, Any, Any]) -> Holder:
    found: Holder = request.scope["state"]["bearer"]
    return found
