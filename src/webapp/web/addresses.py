"""From where a request came, as far as limits need it."""

from typing import Any

from litestar import Request


def ip_of(request: Request[Any, Any, Any]) -> str:
    """The peer that the server names; behind a proxy the server takes it from the proxy, nobody else's word."""
    client = request.scope.get("client")
    return client[0] if client and client[0] else "127.0.0.1"
