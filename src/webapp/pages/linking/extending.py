"""From the basic level to the extended one: the control question, now or later (R14..R19)."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import linking as actions
from webapp.actions.identifying import NotIdentified, TooManyTries
from webapp.actions.linking import Linked, Taken
from webapp.database.queries import people
from webapp.database.queries.shown import AccountName
from webapp.outside import Outside
from webapp.pages.linking.forms import ControlForm
from webapp.rules import account_numbers, answers
from webapp.rules.account_numbers import Number
from webapp.web import forms
from webapp.web.addresses import ip_of
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.guards import signed_in
from webapp.web.rendering import render

PAGE, PANEL = "pages/linking/extend.html", "partials/linking/extend.html"


class ExtendingPages(Controller):
    path = "/linking/{account:uuid}"
    guards = [signed_in]

    @get("/extend")
    async def show(self, request: Request[Any, Any, Any], account: FromPath[UUID]) -> Response[Any]:
        accounts, mine = await _mine(request, account)
        if mine.level == "extended":
            return go(request, f"/cabinet?account={account}")
        form = ControlForm.of(forms.asked(request), request.scope["auth"])
        return _form(request, accounts, mine, form, added=_number(request, "added"), status_code=200)

    @post("/extend")
    async def extend(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside], account: FromPath[UUID]
    ) -> Response[Any]:
        accounts, mine = await _mine(request, account)
        if mine.level == "extended":
            return go(request, f"/cabinet?account={account}")
        form = ControlForm.of(await typed(request), request.scope["auth"])
        answer = form.read(request.scope["auth"])
        if answer is None:
            return _form(request, accounts, mine, form)
        portal = request.scope["auth"]
        outcome = await actions.extend(
            account, answer, by=request.scope["user"].id, portal_id=portal.id, policy=portal.policy.accounts,
            ip=ip_of(request), key=outside.key, now=outside.clock.now(),
        )  # fmt: skip
        match outcome:
            case Linked():
                return go(request, f"/cabinet?account={account}")
            case Taken():
                return _form(request, accounts, mine, form, trouble="taken")
            case NotIdentified():
                return _form(request, accounts, mine, form, trouble="not_identified")
            case TooManyTries(locked=locked):
                trouble = "locked" if locked else "too_many"
                return _form(request, accounts, mine, form, trouble=trouble, status_code=429)
            case None:
                raise NotFoundException

    @get("/added")
    async def added(self, request: Request[Any, Any, Any], account: FromPath[UUID]) -> Response[Any]:
        accounts, mine = await _mine(request, account)
        understood = _number(request, "number") or mine.number
        return render(
            request, "pages/linking/added.html", accounts=accounts, account=mine, understood=understood
        )


async def _mine(request: Request[Any, Any, Any], account: UUID) -> tuple[list[AccountName], AccountName]:
    oneself = await people.oneself(request.scope["user"].id)
    mine = next((one for one in oneself.accounts if one.id == account), None)
    if mine is None:
        raise NotFoundException
    return oneself.accounts, mine


def _number(request: Request[Any, Any, Any], name: str) -> str:
    """What was understood a page before; whatever is no number is not repeated."""
    read = account_numbers.read(forms.asked(request).text(name), request.scope["auth"].policy.numbers)
    return read.canonical if isinstance(read, Number) else ""


def _form(
    request: Request[Any, Any, Any],
    accounts: list[AccountName],
    mine: AccountName,
    form: ControlForm,
    *,
    trouble: str | None = None,
    added: str = "",
    status_code: int = 422,
) -> Response[Any]:
    proofs = request.scope["auth"].policy.proofs
    return render(
        request, PAGE, partial=PANEL, status_code=status_code, accounts=accounts, account=mine, form=form,
        trouble=trouble, added=added, questions=answers.control(proofs),
        second=answers.second(proofs, form.kind)[0],
    )  # fmt: skip
