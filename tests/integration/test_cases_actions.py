"""A case is opened once, whoever presses how often; its number is what it is followed by."""

import asyncio
from typing import Any

import pytest

from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from webapp.actions import cases
from webapp.database.engine import DB
from webapp.database.tables.cases import Case
from webapp.rules.cases import read_number


@pytest.fixture
def typed() -> dict[str, Any]:
    return {"street": "вул. Садова", "house": "18"}


async def leave(portal: APortal, typed: dict[str, Any], **values: Any) -> str:
    async with DB.transaction():
        return await cases.open(
            values.pop("kind", "address"), company_id=portal.operator, portal_id=portal.id, typed=typed, now=NOW,
            **values,
        )  # fmt: skip


async def test_a_case_has_a_number_a_term_and_what_was_typed(portal: APortal, olena: SignedIn, typed):
    number = await leave(portal, typed, person_id=olena.id, contact=olena.login, days=10)
    kept = await Case.objects().first()
    assert kept.number == number == read_number(number.lower().replace("-", " "))
    assert (kept.kind, kept.state, kept.person_id, kept.contact) == ("address", "open", olena.id, olena.login)
    assert str(kept.due_on) == "2026-11-13" and "вул. Садова" in kept.typed


async def test_twenty_presses_at_once_open_one_case(portal: APortal, olena: SignedIn, flat: AnAccount, typed):
    for about in (
        {"person_id": olena.id, "account_id": flat.id},
        {"person_id": olena.id},
        {"contact": "a@b.ua"},
    ):
        numbers = await asyncio.gather(*(leave(portal, typed, **about) for _ in range(20)))
        assert len(set(numbers)) == 1
    assert await Case.count() == 3


async def test_about_one_account_a_person_has_one_open_case_of_a_kind(
    portal: APortal, olena: SignedIn, flat: AnAccount, typed
):
    about = {"person_id": olena.id, "account_id": flat.id}
    first = await leave(portal, typed, kind="pin", **about)
    assert await leave(portal, {"other": "words"}, kind="pin", browser=b"1" * 32, **about) == first
    assert await leave(portal, typed, kind="moving", **about) != first
    await DB.do("UPDATE cases SET state = 'refused'")
    assert await leave(portal, typed, kind="pin", **about) != first, "decided: it may be asked again"


async def test_another_address_is_another_case(portal: APortal, olena: SignedIn, other: SignedIn, typed):
    first = await leave(portal, typed, person_id=olena.id)
    assert await leave(portal, typed | {"house": "20"}, person_id=olena.id) != first
    assert await leave(portal, typed, person_id=other.id) != first


async def test_a_case_leaves_with_its_transaction(portal: APortal, olena: SignedIn, typed):
    with pytest.raises(RuntimeError):
        async with DB.transaction():
            await cases.open(
                "address",
                company_id=portal.operator,
                portal_id=portal.id,
                typed=typed,
                person_id=olena.id,
                now=NOW,
            )
            raise RuntimeError
    assert await Case.count() == 0
