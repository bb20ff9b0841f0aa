"""The door every request comes through: whose portal, who, in which language, and whether from our own page."""

from datetime import timedelta
from typing import Any

from litestar import Litestar, Request
from litestar.types import HTTPScope, Message, Receive, Send

from webapp.actions import sign_in
from webapp.database.queries import visits
from webapp.web import confirming, errors, same_origin
from webapp.web.cookies import token_hash
from webapp.web.problems import is_for_programs

OPEN = ("/static/", "/healthz", "/readyz")
"""Answered on any host, without asking the database who comes."""
LOOPBACK = {"127.0.0.1": "localhost", "[::1]": "localhost"}
SEEN_EVERY = timedelta(minutes=10)


class Front(Litestar):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
            return
        scope.setdefault("state", {})
        scope["user"] = scope["auth"] = None
        scope["state"]["language"] = "uk"
        if scope["method"] == "HEAD":
            scope["method"], send = "GET", _without_body(send)
        if scope["path"].startswith(OPEN):
            await super().__call__(scope, receive, send)
            return
        scope["app"] = scope["litestar_app"] = self
        try:
            refused = await self._meet(scope, receive)
        except Exception as error:
            refused = errors.on_surprise(Request(scope, receive), error)
        if refused is None:
            again = scope["state"].pop("body", None)
            await super().__call__(scope, receive if again is None else _replaying(again), send)
        else:
            answer = refused.to_asgi_response(app=None, request=Request(scope, receive, send))
            await answer(scope, receive, self._wrap_send(send=send, scope=scope))

    async def _meet(self, scope: HTTPScope, receive: Receive) -> Any:
        """Fills in portal, person and language; returns an answer where the request goes no further."""
        request: Request[Any, Any, Any] = Request(scope, receive)
        now = self.state.outside.clock.now()
        host = request.headers.get("host", "").lower()
        name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        if (name or host) in LOOPBACK and self.state.settings.demo:
            return confirming.elsewhere(request, f"{LOOPBACK[name or host]}{colon}{port}")
        secure, plain = (token_hash(request.cookies.get(cookie)) for cookie in ("__Host-sid", "sid"))
        visit = await visits.visit(host, secure, plain, now)
        if visit is None:
            return errors.answer(request, 404)
        scope["auth"], scope["user"] = visit.portal, visit.person
        scope["state"]["language"] = _language(request, visit)
        if scope["method"] not in same_origin.SAFE and not _exempt(scope["path"]):
            stop = await confirming.stop(request)
            if stop is not None:
                return stop
        if visit.person and now - visit.person.seen_at > SEEN_EVERY:
            await sign_in.seen(visit.person.sign_in_id, shared=visit.person.shared, now=now)
        return None


def _language(request: Request[Any, Any, Any], visit: visits.Visit) -> str:
    """The person's choice, the visitor's cookie, the portal's first; never what the browser prefers."""
    offered = visit.portal.policy.languages
    wanted = visit.person.language if visit.person else request.cookies.get("language", "")
    return wanted if wanted in offered else offered[0]


def _exempt(path: str) -> bool:
    """Machines that sign what they say instead; and what the address alone allows, whoever is signed in:
    a mail program ends the letters by one press, and sends no word of where it comes from (RFC 8058)."""
    if path.startswith("/payments/"):
        return path.endswith("/return")  # some banks send people back by a form; it changes nothing
    if is_for_programs(path):
        return True  # by a token or a key alone: web.tokens, web.keys
    return path.startswith(("/api/v1/sms/", "/api/v1/payments/", "/reminders/", "/unsubscribe/"))


def _replaying(body: bytes) -> Receive:
    """The body was looked at already; the handler gets it as if it came just now."""

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _without_body(send: Send) -> Send:
    """HEAD is GET whose body stays at home; its length is told all the same."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return told
