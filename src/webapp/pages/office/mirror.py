"""What a consumer sees, to be looked at beside the phone: read-only, a row of the record for every page."""

from typing import Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import consumers as actions
from webapp.actions.consumers import BILLS, CABINET, READINGS, View
from webapp.database.queries import accounts
from webapp.outside import Outside
from webapp.pages.cabinet.routes import shown
from webapp.pages.office.consumers import DESK, asker, shut
from webapp.pages.readings.months import histories
from webapp.rules import periods
from webapp.rules.duty import duty
from webapp.rules.permissions import may
from webapp.web.mirroring import reflect
from webapp.web.office import HANDLERS, at_office, by, colleague_of, show

HERE = f"{DESK}/{{account_id}}/mirror/{{person_id}}"
MONEY = f"{HERE}/money"
Frame = dict[str, Any]
T = TypeVar("T")


class OfficeMirror(Controller):
    path = f"{DESK}/{{account_id:uuid}}/mirror/{{person_id:uuid}}"
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def cabinet(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], person_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:  # fmt: skip
        now = outside.clock.now()
        frame, found = await _look(request, account_id, person_id, CABINET, outside)
        if found is None:
            return shut(request, account_id)
        if found.account is None:
            raise NotFoundException
        account = _own(request, found.account)
        one = accounts.Cabinet([account], account)
        said = shown(one, request.scope["auth"].policy, now)
        return _show(request, "pages/cabinet/index.html", frame, said)

    @get("/readings")
    async def readings(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], person_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:  # fmt: skip
        now, policy = outside.clock.now(), request.scope["auth"].policy
        frame, found = await _look(request, account_id, person_id, READINGS, outside)
        if found is None:
            return shut(request, account_id)
        own = [_own(request, one) for one in found if one.id == account_id]
        taken = bool(policy.readings.taken_by)
        said = {
            "accounts": own, "account": own[0] if own else None, "sent": None, "photo": None, "disputed": None,
            "duty": duty(now, policy.window, (), taken=taken), "stage": periods.stage(now, policy.window),
            "histories": {one.id: histories(one, now, policy.window, taken=taken) for one in own},
        }  # fmt: skip
        return _show(request, "pages/readings/index.html", frame, said)

    @get("/money")
    async def money(
        self, request: Request[Any, Any, Any], account_id: FromPath[UUID], person_id: FromPath[UUID],
        outside: NamedDependency[Outside],
    ) -> Response[Any]:  # fmt: skip
        frame, found = await _look(request, account_id, person_id, BILLS, outside)
        if found is None:
            return shut(request, account_id)
        if found.account is None:
            raise NotFoundException
        contracts = [one for one in found.contracts if one.company == _company(request)]
        said = {
            "accounts": [found.account], "account": found.account, "contracts": contracts, "months": [],
            "month": None, "today": periods.day_of(outside.clock.now()),
        }  # fmt: skip
        return _show(request, "pages/bills/index.html", frame, said)


def _company(request: Request[Any, Any, Any]) -> str:
    own = colleague_of(request).company_id
    return next((one.name for one in request.scope["auth"].companies if one.id == own), "")


def _own(request: Request[Any, Any, Any], account: accounts.Account) -> accounts.Account:
    """With the money of the own company alone, and only where the role sees money."""
    sees, company = may(colleague_of(request).role, MONEY), _company(request)
    contracts = [one for one in account.contracts if sees and one.company == company]
    return msgspec.structs.replace(account, contracts=contracts)


async def _look(
    request: Request[Any, Any, Any], account_id: UUID, person_id: UUID, view: View[T], outside: Outside
) -> tuple[Frame, T | None]:
    """None: the reason is to be given first. NotFoundException: nobody of this portal has the account so."""
    now = outside.clock.now()
    since = asker(request, account_id, now)[3]
    seen = await actions.mirror(account_id, person_id, view, since=since, by=by(request), now=now)
    if seen is None:
        raise NotFoundException
    address = f"{DESK}/{account_id}/mirror/{person_id}"
    return {"name": seen.name, "account_id": account_id, "now": now, "address": address}, seen.found


def _show(request: Request[Any, Any, Any], page: str, frame: Frame, said: dict[str, Any]) -> Response[Any]:
    address = frame["address"]
    links = {"/cabinet": address, "/readings": f"{address}/readings"}
    if may(colleague_of(request).role, MONEY):
        links["/bills"] = f"{address}/money"
    html = reflect(request, page, links, name=frame["name"], now=frame["now"], **said)
    return show(request, "pages/office/mirror.html", section=DESK, mirrored=html, **frame)
