"""Webhooks: where the person's program is called, what for, and what became of the last calls."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import webhooks as actions
from webapp.actions.webhooks import Absent, Full, Made, TooMany
from webapp.database.queries import webhooks as queries
from webapp.outside import Outside
from webapp.pages.profile.frame import ask_first, show
from webapp.pages.tokens.forms import WebhookForm
from webapp.pages.tokens.routes import HOME
from webapp.rules.webhooks import BOTH_SECRETS, EVENTS, Wrong
from webapp.web.entering import go
from webapp.web.forms import Typed, asked, typed
from webapp.web.guards import signed_in

HOOKS = "/profile/webhooks"
SAID = ("on", "off", "again", "too_many")


class WebhookPages(Controller):
    path = HOOKS
    guards = [signed_in]

    @get("/new")
    async def form(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        first = ask_first(request, outside.clock.now())
        return first or await _form(request, outside, WebhookForm(), status_code=200)

    @post("/new")
    async def add(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        person, now, portal = request.scope["user"], outside.clock.now(), request.scope["auth"]
        first = ask_first(request, now)
        if first:
            return first
        form = WebhookForm.of(await typed(request))
        if not form.is_good():
            return await _form(request, outside, form)
        outcome = await actions.add(
            person.id, portal.id, form.address, form.events, hooks=outside.hooks, key=outside.key, now=now
        )
        match outcome:
            case Made():
                return await _secret(request, outside, outcome, new=True)
            case Wrong():
                form.mistakes["address"] = outcome
            case Full():
                form.mistakes["address"] = "full"
            case TooMany():
                form.mistakes["address"] = "too_many"
                return await _form(request, outside, form, status_code=429)
            case Absent():
                raise NotFoundException
        return await _form(request, outside, form)

    @get("/{webhook_id:uuid}")
    async def show(
        self, request: Request[Any, Any, Any], webhook_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        found = await queries.webhook(request.scope["user"].id, webhook_id)
        if found is None:
            raise NotFoundException
        said, now = asked(request)["said"], outside.clock.now()
        rotated = found.rotated_at
        return await show(
            request, outside, "pages/tokens/webhook.html", webhook=found, said=said if said in SAID else None,
            both_until=rotated + BOTH_SECRETS if rotated and now - rotated < BOTH_SECRETS else None,
        )  # fmt: skip

    @post("/{webhook_id:uuid}/removal")
    async def remove(self, request: Request[Any, Any, Any], webhook_id: FromPath[UUID]) -> Response[Any]:
        if not await actions.remove(request.scope["user"].id, webhook_id):
            raise NotFoundException
        return go(request, f"{HOME}?said=removed")

    @post("/{webhook_id:uuid}/state")
    async def switch(self, request: Request[Any, Any, Any], webhook_id: FromPath[UUID]) -> Response[Any]:
        """What is so already stays so."""
        on, person = (await typed(request))["state"] == "on", request.scope["user"]
        if not await actions.switch(person.id, webhook_id, on):
            if await queries.webhook(person.id, webhook_id) is None:
                raise NotFoundException
        return go(request, f"{HOOKS}/{webhook_id}?said={'on' if on else 'off'}")

    @post("/{webhook_id:uuid}/secret")
    async def rotate(
        self, request: Request[Any, Any, Any], webhook_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        person, now, fields = request.scope["user"], outside.clock.now(), await typed(request)
        first = ask_first(request, now, f"{HOOKS}/{webhook_id}")
        if first:
            return first
        found = await actions.rotate(
            person.id, webhook_id, _generation(fields), key=outside.key, now=now
        )  # fmt: skip
        match found:
            case Made():
                return await _secret(request, outside, found, new=False)
            case Absent():
                raise NotFoundException

    @post("/{webhook_id:uuid}/deliveries/{delivery_id:uuid}/replay")
    async def replay(
        self,
        request: Request[Any, Any, Any],
        webhook_id: FromPath[UUID],
        delivery_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:
        person = request.scope["user"]
        match await actions.replay(person.id, webhook_id, delivery_id, outside.clock.now()):
            case Absent():
                raise NotFoundException
            case TooMany():
                return go(request, f"{HOOKS}/{webhook_id}?said=too_many")
            case None:
                return go(request, f"{HOOKS}/{webhook_id}?said=again")


def _generation(fields: Typed) -> int:
    said = fields["generation"]
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else 0


async def _secret(
    request: Request[Any, Any, Any], outside: Outside, made: Made, *, new: bool
) -> Response[Any]:
    said: dict[str, Any] = {"id": made.id, "secret": made.secret, "new": new}
    return await show(request, outside, "pages/tokens/secret.html", **said)


async def _form(
    request: Request[Any, Any, Any], outside: Outside, form: WebhookForm, *, status_code: int = 422
) -> Response[Any]:
    page = "pages/tokens/new_webhook.html"
    return await show(request, outside, page, form=form, events=EVENTS, status_code=status_code)
