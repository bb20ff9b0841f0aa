"""Bills by a token: the list, and each as data."""

import re
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get
from litestar.params import FromPath, QueryParameter

from webapp.api.personal.frame import AT_ONCE, COMMON, chosen, cursor_of, needs, problems, read_cursor
from webapp.database.queries import bill as bill_queries
from webapp.database.queries import personal as queries
from webapp.database.queries.personal import Bill
from webapp.web.bills import as_json
from webapp.web.problems import PERSONAL
from webapp.web.tokens import Refused, allows, bearer_of

MONTH = re.compile("[12][0-9]{3}-(0[1-9]|1[0-2])")


class Bills(msgspec.Struct):
    bills: list[Bill]
    """Newest first."""
    next: str | None
    """The cursor of what follows; None: that was all."""


class BillsApi(Controller):
    path = f"{PERSONAL}/bills"
    tags = ["bills"]
    guards = [*COMMON["guards"], allows("bills:read")]
    exception_handlers = COMMON["exception_handlers"]

    @get(
        operation_id="bills",
        summary="Bills, newest first",
        security=needs("bills:read"),
        responses=problems(404),
    )
    async def list(
        self,
        request: Request[Any, Any, Any],
        account: Annotated[UUID | None, QueryParameter(name="account")] = None,
        cursor: Annotated[str | None, QueryParameter(name="cursor")] = None,
        limit: Annotated[int, QueryParameter(name="limit", ge=1, le=AT_ONCE)] = 24,
    ) -> Bills:
        bearer, ids = chosen(request, account)
        before = read_cursor(cursor, queries.Before)
        if before and not MONTH.fullmatch(before[0]):
            raise Refused("bad_cursor")
        found = await queries.bills(bearer.person.id, ids, before, limit + 1)
        page = found[:limit]
        more = len(found) > limit
        return Bills(page, cursor_of((page[-1].month, page[-1].id)) if more else None)

    @get(
        "/{bill_id:uuid}",
        operation_id="bill",
        summary="One bill with every line",
        description="The same as /bills/{id}.json of the cabinet: blakyt-bill-1.",
        security=needs("bills:read"),
        responses=problems(404),
    )
    async def one(self, request: Request[Any, Any, Any], bill_id: FromPath[UUID]) -> dict[str, Any]:
        bearer = bearer_of(request)
        found = await bill_queries.bill(bearer.person.id, bill_id)
        if found is None or found.account.id not in bearer.account_ids:
            raise Refused("not_found")
        return as_json(found)
