"""The person's own page: who one is, what one signs in with, language, password, the way out."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency

from webapp.actions import profile as actions
from webapp.actions.profile import Changed, Confirmed, TooMany, WrongCode
from webapp.database.queries import notifications
from webapp.outside import Outside
from webapp.pages.profile.forms import DetailsForm, PasswordForm, Wrong
from webapp.pages.profile.frame import profile_of, show
from webapp.rules.second_step import needs_second_factor
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import own_path, signed_in

INDEX, DETAILS = "pages/profile/index.html", "pages/profile/details.html"
PASSWORD, CONFIRM = "pages/profile/password.html", "pages/profile/confirm.html"
SAID = ("saved", "password", "added", "removed", "replaced", "cancelled")


class ProfilePages(Controller):
    path = "/profile"
    guards = [signed_in]

    @get()
    async def show(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        said = request.query_params.get("said")
        returned = await notifications.returned(request.scope["user"].id)
        return await show(request, outside, INDEX, said=said if said in SAID else None, returned=returned)

    @get("/details")
    async def details(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        profile = await profile_of(request, outside)
        form = DetailsForm(request.scope["user"].name, profile.phone)
        return await show(request, outside, DETAILS, profile, form=form)

    @post("/details")
    async def describe(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        form = DetailsForm.of(await typed(request))
        read = form.read()
        if read is None:
            return await show(request, outside, DETAILS, form=form, status_code=422)
        await actions.describe(request.scope["user"].id, name=read[0], phone=read[1])
        return go(request, "/profile?said=saved")

    @get("/password")
    async def password(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await show(request, outside, PASSWORD, form=PasswordForm(), too_many=False)

    @post("/password")
    async def change_password(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Old and new; other devices are out, and the person is told."""
        person, portal, now = request.scope["user"], request.scope["auth"], outside.clock.now()
        profile, form = await profile_of(request, outside), PasswordForm()
        logins = [login.contact for login in profile.logins]
        read = form.read(await typed(request), portal.policy.passwords.minimum, logins)
        if read is None:
            return await show(request, outside, PASSWORD, profile, form=form, too_many=False, status_code=422)
        outcome = await actions.change_password(
            person.id, person.sign_in_id, old=read[0], new=read[1], now=now
        )
        match outcome:
            case Changed():
                return go(request, "/profile?said=password")
            case TooMany():
                said: dict[str, Any] = {"form": form, "too_many": True, "status_code": 429}
                return await show(request, outside, PASSWORD, profile, **said)
            case actions.Wrong():
                form.mistakes["old"] = Wrong.NOT_THIS
                said = {"form": form, "too_many": False, "status_code": 422}
                return await show(request, outside, PASSWORD, profile, **said)

    @get("/confirm")
    async def ask(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        return await _confirm(
            request, outside, own_path(request.query_params.get("next", "")), status_code=200
        )

    @post("/confirm")
    async def confirm(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The password once more before contacts and data; then back to where the person was."""
        person, fields, now = request.scope["user"], await typed(request), outside.clock.now()
        there = own_path(fields["next"])
        if not fields["password"]:
            return await _confirm(request, outside, there, mistake=Wrong.PASSWORD)
        has_factor = (await profile_of(request, outside)).has_factor
        outcome = await actions.confirm(
            person.id, person.sign_in_id, fields["password"], fields["code"] if has_factor else None,
            key=outside.key, now=now,
        )  # fmt: skip
        match outcome:
            case Confirmed():
                return go(request, there)
            case WrongCode():
                return await _confirm(request, outside, there, code_mistake="wrong")
            case TooMany():
                return await _confirm(request, outside, there, too_many=True, status_code=429)
            case actions.Wrong():
                return await _confirm(request, outside, there, mistake=Wrong.NOT_THIS)


async def _confirm(
    request: Request[Any, Any, Any],
    outside: Outside,
    there: str,
    *,
    mistake: Wrong | None = None,
    code_mistake: str | None = None,
    too_many: bool = False,
    status_code: int = 422,
) -> Response[Any]:
    said: dict[str, Any] = {"there": there, "mistake": mistake, "code_mistake": code_mistake}
    said |= {"too_many": too_many, "advised": needs_second_factor(request.scope["auth"].policy)}
    return await show(request, outside, CONFIRM, status_code=status_code, **said)
