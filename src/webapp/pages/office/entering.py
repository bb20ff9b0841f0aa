"""How the staff come in and go out: mail and password, the second factor, the link of an invitation."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import staff as colleagues
from webapp.actions import staff_sign_in as actions
from webapp.actions.staff_sign_in import Ended, Entered, TooMany, Wrong
from webapp.database.queries import staff
from webapp.database.queries.staff import Invitation
from webapp.outside import Outside
from webapp.rules import codes, devices, passwords
from webapp.web.addresses import ip_of
from webapp.web.cookies import cookie, token_hash, told
from webapp.web.forms import typed
from webapp.web.office import DOOR, HANDLERS, SECOND, SET_UP, by, colleague_of, half_in, show

HOME, FIELD = "/office", "/field"
AGAIN_AFTER = "90"
"""Seconds until one more try is given back: rules.limits.SIGN_IN_PER_LOGIN."""


class OfficeDoor(Controller):
    exception_handlers = HANDLERS

    @get(DOOR)
    async def ask(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return _door(request, "", status_code=200)

    @post(DOOR)
    async def sign_in(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields = await typed(request)
        mail, password = fields.text("mail").lower(), fields["password"]
        mistakes = [name for name in ("mail", "password") if not fields[name]]
        if mistakes:
            return _door(request, mail, mistakes=mistakes, onward=fields["next"])
        outcome = await actions.begin(
            mail, password, portal_id=request.scope["auth"].id, ip=ip_of(request), device=device_of(request),
            now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Entered() as entered:
                onward = _onward(fields["next"])
                return _in(request, entered, f"{SECOND}?next={onward}" if onward != HOME else HOME)
            case Wrong():
                return _door(request, mail, trouble="wrong", onward=fields["next"])
            case TooMany():
                busy = _door(request, mail, trouble="too_many", onward=fields["next"], status_code=429)
                busy.set_header("Retry-After", AGAIN_AFTER)
                return busy

    @get(SECOND, guards=[half_in])
    async def ask_second(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if colleague_of(request).second_factor or not colleague_of(request).has_factor:
            return Redirect("/office", status_code=303)
        return _ask_second(request, None, request.query_params.get("next", ""), status_code=200)

    @post(SECOND, guards=[half_in])
    async def second(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields = await typed(request)
        if not fields.text("code"):
            return _ask_second(request, "empty", fields["next"])
        outcome = await actions.second(
            colleague_of(request).sign_in_id, fields.text("code", 60), by=by(request), key=outside.key,
            device=device_of(request), now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Entered() as entered:
                return _in(request, entered, _onward(fields["next"]))
            case Wrong():
                return _ask_second(request, "wrong", fields["next"])
            case TooMany():
                busy = _ask_second(request, "too_many", fields["next"], status_code=429)
                busy.set_header("Retry-After", "180")
                return busy
            case Ended():
                return Redirect(DOOR, status_code=303)

    @get("/office/sign-out")
    async def ask_out(self) -> Redirect:
        return Redirect("/office", status_code=303)

    @post("/office/sign-out")
    async def sign_out(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        token, now = token_hash(told(request.cookies, request.scope["auth"], "staff")), outside.clock.now()
        if token:
            await actions.sign_out(token, now)
        return Redirect(DOOR, cookies=[cookie(request.scope["auth"], "staff", None)], status_code=303)


class OfficeInvitation(Controller):
    """The first password of a colleague; looking uses nothing up."""

    path = "/office/invitations/{link:str}"
    exception_handlers = HANDLERS

    @get()
    async def look(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        invitation, why = await _invitation(request, link, outside)
        return _no_link(request, why) if invitation is None or why else _welcome(request, link, invitation)

    @post()
    async def join(
        self, request: Request[Any, Any, Any], link: FromPath[str], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        invitation, why = await _invitation(request, link, outside)
        if invitation is None or why:
            return _no_link(request, why)
        password = (await typed(request))["password"]
        minimum = colleagues.PASSWORD_MINIMUM
        wrong = passwords.judge(password, minimum, invitation.mail) if password else "password"
        if wrong:
            return _welcome(request, link, invitation, mistake=wrong, status_code=422)
        outcome = await colleagues.join(
            invitation.id, password, portal_id=request.scope["auth"].id, ip=ip_of(request),
            device=device_of(request), now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Entered() as entered:
                return _in(request, entered, SET_UP)
            case Ended():
                return _no_link(request, "used")


def device_of(request: Request[Any, Any, Any]) -> str:
    return devices.name_of(request.headers.get("User-Agent", "")[:400])


async def _invitation(
    request: Request[Any, Any, Any], link: str, outside: Outside
) -> tuple[Invitation | None, str]:
    id = codes.invitation_in(outside.key, link)
    found = await staff.invitation(id, request.scope["auth"].id) if id else None
    return found, (found.why_gone(outside.clock.now()) or "") if found else "foreign"


def _in(request: Request[Any, Any, Any], entered: Entered, path: str) -> Response[Any]:
    """Until the browser closes, and no longer than the sign-in itself."""
    return Redirect(path, cookies=[cookie(request.scope["auth"], "staff", entered.token)], status_code=303)


def _onward(said: str) -> str:
    """An inspector who came from the round goes back there; nothing else is believed."""
    return FIELD if said == FIELD else HOME


def _ask_second(
    request: Request[Any, Any, Any], trouble: str | None, said: str, *, status_code: int = 422
) -> Response[Any]:
    onward = _onward(said)
    return show(request, "pages/office/second.html", trouble=trouble, onward=onward, status_code=status_code)


def _door(
    request: Request[Any, Any, Any],
    mail: str,
    *,
    mistakes: list[str] | None = None,
    trouble: str | None = None,
    onward: str = "",
    status_code: int = 422,
) -> Response[Any]:
    said: dict[str, Any] = {"mail": mail, "mistakes": mistakes or [], "trouble": trouble}
    said["onward"] = _onward(onward or request.query_params.get("next", ""))
    return show(request, "pages/office/sign_in.html", status_code=status_code, **said)


def _welcome(
    request: Request[Any, Any, Any],
    link: str,
    invitation: Invitation,
    *,
    mistake: str | None = None,
    status_code: int = 200,
) -> Response[Any]:
    said: dict[str, Any] = {"link": link, "invitation": invitation, "mistake": mistake}
    said["minimum"] = colleagues.PASSWORD_MINIMUM
    return show(request, "pages/office/invitation.html", status_code=status_code, **said)


def _no_link(request: Request[Any, Any, Any], why: str) -> Response[Any]:
    status = 404 if why == "foreign" else 410
    return show(request, "pages/office/no_link.html", why=why, status_code=status)
