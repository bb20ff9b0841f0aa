"""Headers of every answer, set in one place: also of errors, files and redirects."""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
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


async def secure(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders(message)
        headers.update(HEADERS)
        portal = scope.get("auth")
        if portal and portal.secure:
            headers.update(HTTPS_ONLY)
        if scope["path"].startswith(NO_REFERRER):
            headers["Referrer-Policy"] = "no-referrer"
        # The HTTP cache keeps no personal page; only what says otherwise itself (files) is kept.
        headers.setdefault("Cache-Control", "no-store")


NO_REFERRER = ("/sign-up/link/", "/password/")
"""Pages with a token in their address tell nobody where the person comes from."""
