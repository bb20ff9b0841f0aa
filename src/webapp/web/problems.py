"""Answers of RFC 9457: what is wrong, for programs."""

from typing import Any

import msgspec
from litestar import Response

from webapp.rules import problems

PERSONAL = "/api/v1/me"
"""Where tokens are asked for: no cookie counts there, and every error is a problem."""


COMPANY = "/api/v1/company"
"""Where keys of companies are asked for, in the same way."""


def is_for_programs(path: str) -> bool:
    return path in (PERSONAL, COMPANY) or path.startswith((f"{PERSONAL}/", f"{COMPANY}/"))


def problem(code: str, detail: str = "", headers: dict[str, str] | None = None, **more: Any) -> Response[Any]:
    told = problems.body_of(code, detail) | more
    return Response(
        msgspec.json.encode(told), status_code=problems.PROBLEMS[code].status, media_type=problems.MEDIA_TYPE,
        headers=headers or {},
    )  # fmt: skip
