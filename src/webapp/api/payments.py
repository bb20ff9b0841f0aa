"""Banks call back here. They sign what they say; all the same it is only a hint, and the bank is asked."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from webapp.actions import paying
from webapp.outside import Outside

LONGEST = 16 * 1024
"""Bytes; theirs have one or two thousand."""


@post("/api/v1/payments/{checkout_id:uuid}/callback", status_code=200)
async def payment_callback(
    request: Request[Any, Any, Any], checkout_id: FromPath[UUID], outside: NamedDependency[Outside]
) -> Response[Any]:
    """200 also where the payment is none of ours: a bank would only say it again."""
    body = await request.body()
    if len(body) > LONGEST:
        return Response({"code": "too_large"}, status_code=413)
    now = outside.clock.now()
    match await paying.hinted(checkout_id, body, dict(request.headers), outside=outside, now=now):
        case "forged":
            return Response({"code": "bad_signature"}, status_code=400)
        case "silent":
            return Response({"code": "unavailable"}, status_code=503, headers={"Retry-After": "60"})
    return Response({"code": "heard"})
