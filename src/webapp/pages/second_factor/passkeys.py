"""Passkeys of the signed-in person: adding one, taking one away. Making one needs the browser's own dialog."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import passkeys, second_factors, second_step
from webapp.actions.second_factors import Added, Gone, Wrong
from webapp.database.queries import factors, people
from webapp.outside import Outside
from webapp.pages.second_factor.asking import HOME, ask, ask_to_confirm, by_of, is_confirmed, json, mistaken
from webapp.pages.second_factor.security import shown_once
from webapp.rules import devices
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in


class PasskeyPages(Controller):
    path = f"{HOME}/passkeys"
    guards = [signed_in]

    @post("/options")
    async def creation_options(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        user, portal, now = request.scope["user"], request.scope["auth"], outside.clock.now()
        if not is_confirmed(request, now):
            return json(b'{"code": "confirm", "go": "/profile/confirm?next=/profile/security"}', 403)
        browser = second_step.browser_of(user.sign_in_id)
        question = await second_step.begin(
            "register", portal_id=portal.id, browser=browser, owner_id=user.id, now=now
        )
        logins = (await people.oneself(user.id)).logins
        login = logins[0].contact if logins else portal.name
        return json(await passkeys.creation_options(portal, user.id, login, question))

    @post()
    async def add(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        user, portal, now = request.scope["user"], request.scope["auth"], outside.clock.now()
        if not is_confirmed(request, now):
            return ask_to_confirm(request)
        fields = await typed(request)
        step = await second_step.waiting(portal.id, "register", second_step.browser_of(user.sign_in_id))
        name = fields.text("name", 60) or devices.name_of(request.headers.get("User-Agent", "")[:400])[:60]
        outcome = await second_factors.add_passkey(
            portal, user.id, step, fields["credential"], name=name, key=outside.key, now=now
        )
        match outcome:
            case Added(codes=codes):
                return shown_once(request, codes, said="passkey")
            case Wrong():
                return go(request, f"{HOME}?said=not_added")

    @post("/question")
    async def request_options(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Before something is turned off: a passkey answers as well as a code."""
        user, portal = request.scope["user"], request.scope["auth"]
        browser = second_step.browser_of(user.sign_in_id)
        question = await second_step.begin(
            "confirm", portal_id=portal.id, browser=browser, owner_id=user.id, now=outside.clock.now()
        )
        return json(await passkeys.request_options(portal, user.id, question))

    @get("/{passkey_id:uuid}/removal")
    async def ask_removal(self, request: Request[Any, Any, Any], passkey_id: FromPath[UUID]) -> Response[Any]:
        by = by_of(request.query_params.get("by", ""))
        return await _ask(request, passkey_id, by=by, status_code=200)

    @post("/{passkey_id:uuid}/removal")
    async def remove(
        self, request: Request[Any, Any, Any], passkey_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        fields, now = await typed(request), outside.clock.now()
        await _own(request, passkey_id)
        mistake = await mistaken(request, fields, outside, now)
        if mistake:
            return await _ask(request, passkey_id, by=by_of(fields["by"]), mistake=mistake)
        match await second_factors.remove_passkey(request.scope["user"].id, passkey_id, now):
            case Gone():
                raise NotFoundException
            case None:
                return go(request, f"{HOME}?said=removed")


async def _own(request: Request[Any, Any, Any], passkey_id: UUID) -> factors.Passkey:
    """Raises NotFoundException for somebody else's, and for one that is gone."""
    for passkey in (await factors.of(request.scope["user"].id)).passkeys:
        if passkey.id == passkey_id:
            return passkey
    raise NotFoundException


async def _ask(request: Request[Any, Any, Any], passkey_id: UUID, **said: Any) -> Response[Any]:
    passkey = await _own(request, passkey_id)
    action = f"{HOME}/passkeys/{passkey_id}/removal"
    return await ask(request, "remove_passkey", action=action, name=passkey.name, **said)
