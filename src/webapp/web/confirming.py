"""What happens to a form that does not say where it comes from, or comes from elsewhere."""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.exceptions import ClientException
from litestar.response import Redirect

from webapp.actions import limiting
from webapp.web import errors, same_origin
from webapp.web.forms import MOST_BYTES, Typed, read
from webapp.web.rendering import render

LIFE = timedelta(minutes=15)
FIELD = "confirmation"
SIGN_INS = ("__Host-sid", "sid", "__Host-staff", "staff")


async def stop(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """None for a form of our own. A stranger's is refused; from a browser too old to tell, the person is asked."""
    verdict = same_origin.verdict(request.scope, request.scope["auth"].address)
    if verdict is True:
        return None
    if verdict is False or request.scope["path"].startswith("/api/"):
        return errors.answer(request, 403)
    body = await _body(request)
    if body is None:
        return errors.answer(request, 413)
    try:
        fields = read(body)
    except ClientException:
        return errors.answer(request, 400)
    given = fields.pop(FIELD, "")
    now = request.app.state.outside.clock.now()
    if given and await _fits(request, given, fields, now):
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    again: dict[str, Any] = {"action": request.scope["path"] + query, "fields": list(fields.items())}
    again["token"] = _token(request, fields, now)
    return render(request, "pages/errors/confirm.html", status_code=200, **again)


async def _body(request: Request[Any, Any, Any]) -> bytes | None:
    """All of a small body; it is kept for the handler, who reads it once more."""
    body, more = b"", True
    while more:
        message: Any = await request.receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            return None
    request.scope["state"]["body"] = body
    return body


def elsewhere(request: Request[Any, Any, Any], host: str) -> Response[Any]:
    """The demo under a number has no portal; under its name it has."""
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"http://{host}{request.url.path}{query}", status_code=307)


def _token(request: Request[Any, Any, Any], fields: Typed, now: datetime) -> str:
    """Good once, for this page, this person and these very fields."""
    said = f"{secrets.token_urlsafe(16)}.{int((now + LIFE).timestamp())}"
    return f"{said}.{_mac(request, said, fields)}"


async def _fits(request: Request[Any, Any, Any], token: str, fields: Typed, now: datetime) -> bool:
    said, _, mac = token.rpartition(".")
    nonce, _, until = said.partition(".")
    if not until.isdigit() or not hmac.compare_digest(mac.encode(), _mac(request, said, fields).encode()):
        return False
    expires = datetime.fromtimestamp(int(until), UTC)
    return expires > now and await limiting.once(f"confirmed:{nonce}", until=expires)


def _mac(request: Request[Any, Any, Any], said: str, fields: Typed) -> str:
    cookies = "".join(request.cookies.get(name, "") for name in SIGN_INS)
    bound = "\n".join([said, request.scope["auth"].host, request.scope["path"], cookies, urlencode(fields)])
    return hmac.new(request.app.state.outside.key, bound.encode(), sha256).hexdigest()
