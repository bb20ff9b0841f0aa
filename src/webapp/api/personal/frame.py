"""What the addresses of the personal API share: how errors look in the schema, and how lists are paged."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.openapi import ResponseSpec

from webapp.actions.tokens import Bearer
from webapp.rules.problems import MEDIA_TYPE
from webapp.rules.scopes import Scope
from webapp.web.tokens import Refused, bearer_of, by_token, on_refused

AT_ONCE = 100
"""Rows of an answer."""


class Problem(msgspec.Struct):
    """RFC 9457. Programs look at `code`; `title` and `detail` are for the people who write them."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""


def needs(*scopes: Scope) -> list[dict[str, list[str]]]:
    """For the schema: one of these scopes is enough; none: any token."""
    return [{"token": [scope]} for scope in scopes] or [{"token": []}]


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """Those of the address itself, and those that any of them may have."""
    every = {400, 401, 403, 429, 503, *statuses}
    return {
        status: ResponseSpec(
            Problem, generate_examples=False, description=HTTPStatus(status).phrase, media_type=MEDIA_TYPE
        )
        for status in sorted(every)
    }


COMMON: dict[str, Any] = {
    "guards": [by_token],
    "exception_handlers": {Refused: on_refused},
}


def chosen(request: Request[Any, Any, Any], account: UUID | None) -> tuple[Bearer, list[UUID]]:
    """The accounts that are asked for: one of the token's, or all of them."""
    bearer = bearer_of(request)
    if account is None:
        return bearer, bearer.account_ids
    if account not in bearer.account_ids:
        raise Refused("not_found")
    return bearer, [account]


def cursor_of(parts: Sequence[object]) -> str:
    """Where the next page begins. What it says is nobody's business and may change."""
    return urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def read_cursor(text: str | None, shape: Any) -> Any:
    """None for the first page."""
    if not text:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(text[:200] + "=" * (-len(text) % 4)), type=shape)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise Refused("bad_cursor") from None
