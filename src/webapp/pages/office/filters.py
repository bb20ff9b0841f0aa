"""Filters that a colleague comes back to, on the lists of the desks."""

from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import filters as actions
from webapp.outside import Outside
from webapp.web.forms import typed
from webapp.web.office import HANDLERS, at_office, by


class OfficeFilters(Controller):
    path = "/office/filters"
    guards = [at_office]
    exception_handlers = HANDLERS

    @post()
    async def save(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """The address of the list as it was shown; without a name there is nothing to keep."""
        fields = await typed(request)
        desk, name = fields["desk"], fields.text("name", 40)
        if desk not in actions.DESKS:
            raise NotFoundException
        query = urlsplit(fields["address"][:500]).query
        kept = bool(name) and await actions.save(
            cast(actions.Desk, desk), name, query, by=by(request), now=outside.clock.now()
        )
        there = f"/office/{desk}" + (f"?{query}" if query else "")
        return Redirect(there if kept else f"{there}{'&' if query else '?'}kept=no", status_code=303)

    @post("/{filter_id:uuid}/removal")
    async def remove(self, request: Request[Any, Any, Any], filter_id: FromPath[UUID]) -> Response[Any]:
        fields = await typed(request)
        if not await actions.remove(filter_id, by=by(request)):
            raise NotFoundException
        desk = fields["desk"] if fields["desk"] in actions.DESKS else "cases"
        return Redirect(f"/office/{desk}", status_code=303)
