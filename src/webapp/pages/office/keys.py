"""Keys by which the company's billing system comes in: made, shown once, taken back."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import company_keys as actions
from webapp.actions.company_keys import Again
from webapp.actions.tokens import Absent, Full, Made
from webapp.database.queries import company_keys as queries
from webapp.outside import Outside
from webapp.rules import scopes
from webapp.rules.company_keys import LIVES, SCOPES, KeyScope
from webapp.web.forms import Typed, asked, typed
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

DESK = "/office/keys"


class OfficeKeys(Controller):
    path = DESK
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def index(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        return await _desk(request, outside, Typed({"days": str(LIVES[1])}), said=asked(request)["said"])

    @post()
    async def make(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """The page with the key is the answer itself: loaded once more, it is no longer there."""
        fields = await typed(request)
        name, chosen, days = _chosen(fields)
        mistakes = _mistakes(name, chosen, days)
        if mistakes:
            return await _desk(request, outside, fields, mistakes, status_code=422)
        id, now = fields.uuid("id"), outside.clock.now()
        match await actions.make(id, name, chosen, days, by=by(request), now=now):
            case Made(token=key, expires_at=ends):
                return show(request, "pages/office/key.html", key=key, ends=ends, name=name, section=DESK)
            case Again(name=name, prefix=prefix, expires_at=ends):
                told = {"key": None, "prefix": prefix, "ends": ends, "name": name}
                return show(request, "pages/office/key.html", **told, section=DESK)
            case Full():
                return await _desk(request, outside, fields, {"name": "full"}, status_code=422)
            case Absent():
                raise NotFoundException

    @post("/{key_id:uuid}/removal")
    async def revoke(
        self, request: Request[Any, Any, Any], key_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        if not await actions.revoke(key_id, by=by(request), now=outside.clock.now()):
            raise NotFoundException
        return Redirect(f"{DESK}?said=revoked", status_code=303)


def _chosen(fields: Typed) -> tuple[str, list[KeyScope], int]:
    days = fields["days"]
    name = " ".join(fields.text("name", 200).split())
    return name, [scope for scope in SCOPES if fields[scope]], int(days) if days in map(str, LIVES) else 0


def _mistakes(name: str, chosen: list[KeyScope], days: int) -> dict[str, str]:
    wrong = {"name": "no_name" if not name else "odd_name" if not scopes.is_name(name) else ""}
    wrong |= {"scopes": "" if chosen else "no_scope", "days": "" if days else "no_life"}
    return {field: code for field, code in wrong.items() if code}


async def _desk(
    request: Request[Any, Any, Any],
    outside: Outside,
    fields: Typed,
    mistakes: dict[str, str] | None = None,
    *,
    said: str = "",
    status_code: int = 200,
) -> Response[Any]:
    company = colleague_of(request).company_id
    if company is None:
        raise NotFoundException
    told: dict[str, Any] = {"keys": await queries.listed(company, outside.clock.now()), "fields": fields}
    told |= {
        "id": fields["id"] or uuid4(),
        "mistakes": mistakes or {},
        "scopes": SCOPES,
        "lives": LIVES,
        "revoked": said == "revoked",
    }
    return show(request, "pages/office/keys.html", section=DESK, status_code=status_code, **told)
