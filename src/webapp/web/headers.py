"""Headers of every answer, set in one place: also of errors, files and redirects."""

from collections.abc import Mapping

from litestar.types import Message, Scope

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CSP.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
NO_STORE = {"Cache-Control": "no-store"}
"""The HTTP cache keeps no personal page; only what says otherwise itself (files) is kept."""


async def secure(message: Message, scope: Scope) -> None:
    if message["type"] != "http.response.start":
        return
    told = list(message["headers"])
    portal = scope.get("auth")
    told += (
        UNTOLD if scope["path"].startswith(NO_REFERRER) else AT_DOORS if scope["path"] == "/field" else ALWAYS
    )
    if portal and portal.secure:
        told += _raw(HTTPS_ONLY)
    if not any(name == b"cache-control" for name, _ in told):
        told += _raw(NO_STORE)
    message["headers"] = told


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


NO_REFERRER = (
    "/sign-up/link/",
    "/password/",
    "/office/invitations/",
    "/invitations/",
    "/reminders/",
    "/unsubscribe/",
    "/r/",
)
"""Pages with a token in their address tell nobody where the person comes from."""
ALWAYS = _raw(HEADERS)
UNTOLD = _raw(HEADERS | {"Referrer-Policy": "no-referrer"})
PLACE_KNOWN = HEADERS["Permissions-Policy"].replace("geolocation=()", "geolocation=(self)")
AT_DOORS = _raw(HEADERS | {"Permissions-Policy": PLACE_KNOWN})
"""The inspector may add where the meter hangs; no other page may ask."""
