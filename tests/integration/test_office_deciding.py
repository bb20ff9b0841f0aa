"""A case is decided once, however many clerks decide it at the same moment."""

import asyncio
from typing import Any
from uuid import UUID

from tests.browser import Browser
from tests.factories import staff
from tests.factories.people import KEY, NOW
from tests.factories.portals import APortal
from tests.factories.staff import AColleague
from tests.integration.test_office_desks import clerk, desk, letters, look, pin_case, state
from webapp.actions import deciding
from webapp.actions.audit import By
from webapp.actions.deciding import AlreadyDecided, Decided, Decision
from webapp.database.engine import DB
from webapp.outside.receipt_keys import EmbeddedKeys

__all__ = ["clerk", "desk", "pin_case"]


def at_once(portal: APortal, case: UUID, colleagues: list[AColleague]) -> Any:
    decision = Decision(grant=False, answer="Ні.")
    return asyncio.gather(
        *(
            deciding.decide(
                case,
                decision,
                by=By(one.id, portal.operator, one.role, portal.id, "10.0.0.1"),
                key=KEY,
                keys=EmbeddedKeys(),
                now=NOW,
            )
            for one in colleagues
        )
    )


async def test_of_two_clerks_at_once_the_second_learns_who_decided(
    desk: Browser, portal: APortal, clerk: AColleague, pin_case: UUID
):
    page = await look(desk, pin_case)
    second = await staff.colleague(portal, "supervisor")
    outcomes = await at_once(portal, pin_case, [second, second, second])
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyDecided", "AlreadyDecided", "Decided"]
    assert len(await letters()) == 1
    late = await desk.submit(page.form(f"/office/cases/{pin_case}/decision"), decision="grant", way="bill")
    assert (
        late.status == 409 and "Колега вирішив раніше" in late.words and "Працівник supervisor" in late.words
    )
    assert await state(pin_case) == "refused" and len(await letters()) == 1


async def test_without_the_lock_both_would_decide(monkeypatch, portal: APortal, pin_case, clerk):
    monkeypatch.setattr(deciding, "HOLD", deciding.HOLD.replace("FOR UPDATE", ""))
    held, both = DB.one, asyncio.Barrier(2)

    async def read(sql: str, *values: object, **told: Any) -> Any:
        found = await held(sql, *values, **told)
        if sql == deciding.HOLD:
            await both.wait()
        return found

    monkeypatch.setattr(DB, "one", read)
    outcomes = await at_once(portal, pin_case, [clerk, await staff.colleague(portal, "supervisor")])
    assert [type(one) for one in outcomes] == [Decided, Decided]


async def test_the_same_colleague_twice_is_one_decision(portal: APortal, pin_case, clerk):
    first, second = [await at_once(portal, pin_case, [clerk]) for _ in range(2)]
    assert isinstance(first[0], Decided) and second == [AlreadyDecided(mine=True)]
