"""By which ways one is told of what, chosen in the profile; browsers that take pushes; old addresses of the page."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import notifications as actions
from webapp.database.queries import notifications as queries
from webapp.outside import Outside
from webapp.pages.profile.frame import show
from webapp.rules import notifications as rules
from webapp.rules import push
from webapp.rules.notifications import CHANNELS, Channels, Kind
from webapp.rules.policy import Policy
from webapp.web.entering import go
from webapp.web.forms import Typed, asked, typed
from webapp.web.guards import signed_in

ADDRESS = "/profile/notifications"
PAGE = "pages/profile/notifications.html"
SAID = ("saved", "push", "no_push")


class NotificationChoicePages(Controller):
    path = ADDRESS
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        known = await queries.choices(request.scope["user"].id)
        said = asked(request)["said"]
        return await show(
            request,
            outside,
            PAGE,
            choices=known,
            kinds=kinds_of(request.scope["auth"].policy),
            channels=[channel for channel in CHANNELS if channel in known.reach],
            grid=rules.grid(known.chosen, known.reach),
            contacts={login.kind: login.contact for login in reversed(known.logins)},
            public_key=outside.push.public_key,
            said=said if said in SAID else None,
        )

    @post()
    async def choose(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """A box of the table is `kind.channel`; what was not changed is not stored, so that defaults stay defaults."""
        person, fields = request.scope["user"], await typed(request)
        known = await queries.choices(person.id)
        choices = {
            kind: changed
            for kind in kinds_of(request.scope["auth"].policy)
            if (changed := rules.changed(kind, known.chosen.get(kind), _ticked(fields, kind), known.reach))
            is not None
        }
        await actions.choose(person.id, choices, outside.clock.now())
        return go(request, f"{ADDRESS}?said=saved")

    @post("/push")
    async def subscribe(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """What the browser says of itself is believed only where makers of browsers live; never on a shared device."""
        person, fields = request.scope["user"], await typed(request)
        endpoint, p256dh, auth = fields["endpoint"], fields["p256dh"], fields["auth"]
        good = push.is_key(p256dh, push.POINT) and push.is_key(auth, push.SECRET)
        if person.shared or not good or not outside.push.allows(endpoint):
            return Response({"code": "refused"}, status_code=422)
        await actions.subscribe(
            person.id, person.sign_in_id, endpoint=endpoint, p256dh=p256dh, auth=auth, now=outside.clock.now()
        )
        return go(request, f"{ADDRESS}?said=push")

    @post("/push/{id:uuid}/removal")
    async def unsubscribe(self, request: Request[Any, Any, Any], id: FromPath[UUID]) -> Response[Any]:
        if not await actions.unsubscribe(request.scope["user"].id, id):
            raise NotFoundException
        return go(request, f"{ADDRESS}?said=no_push")

    @post("/push/removal")
    async def unsubscribe_here(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The browser names itself; that it was gone already is as good."""
        await actions.unsubscribe_endpoint(request.scope["user"].id, (await typed(request))["endpoint"])
        return go(request, f"{ADDRESS}?said=no_push")


def kinds_of(policy: Policy) -> tuple[Kind, ...]:
    """What this portal tells of, and what can be chosen about it."""
    absent: set[Kind] = set()
    if not (policy.readings.taken_by and policy.readings.reminder_days):
        absent.add("reading_reminder")
    if policy.bills.remind_days is None:
        absent.add("bill_reminder")
    return tuple(kind for kind in rules.CHOSEN_KINDS if kind not in absent)


def _ticked(fields: Typed, kind: Kind) -> Channels:
    return frozenset(channel for channel in CHANNELS if fields[f"{kind}.{channel}"])


async def _moved(request: Request[Any, Any, Any]) -> Response[Any]:
    """Letters of before lead to these addresses; a form that was open there is asked anew."""
    return Redirect(ADDRESS, status_code=301 if request.method == "GET" else 303)


MOVED = ("/profile/reminders", "/bills/reminders")
moved = get([*MOVED], guards=[signed_in], name="moved_reminders")(_moved)
moved_forms = post([*MOVED], guards=[signed_in], name="moved_reminder_forms")(_moved)
