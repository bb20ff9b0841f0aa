"""The Company's billing system brings items and takes what is new by its key, as often as it likes to ask."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from tests.factories import people
from tests.factories.accounts import AnAccount
from tests.factories.billing import CHARGE, NOW, PAYMENT, System, all_have_ended, by, key_of
from tests.factories.portals import APortal
from tests.integration.test_imports import balances, counts
from tests.integration.test_ledger_actions import adds_up
from tests.integration.test_personal_api import code
from webapp.actions import forgetting
from webapp.actions.importing import batches, items
from webapp.api.company.examples import EXAMPLES
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.rules.company_keys import BRINGS

OPERATORS = ("accounts", "holders", "addresses", "meters", "readings")
SUPPLIERS = ("contracts", "charges", "payments", "tariffs", "subsidies")


@pytest.fixture
async def outside() -> Outside:
    return people.outside(NOW)


@pytest.fixture
async def operator(http: httpx.AsyncClient, portal: APortal) -> System:
    return System(http, await key_of(portal, portal.operator))


@pytest.fixture
async def supplier(http: httpx.AsyncClient, portal: APortal) -> System:
    return System(http, await key_of(portal, portal.supplier))


@pytest.fixture
async def filled(operator: System, supplier: System) -> None:
    for who, kinds in ((operator, OPERATORS), (supplier, SUPPLIERS)):
        for kind in kinds:
            assert await who.told(kind, EXAMPLES[kind]) in (["new"], ["changed"], ["unchanged"])  # type: ignore[index]


async def test_the_examples_of_the_schema_fill_an_empty_company(filled: None, supplier: System):
    tables = (
        "accounts",
        "contracts",
        "meter_points",
        "meters",
        "readings",
        "charges",
        "payments",
        "subsidies",
    )
    assert await counts(*tables) == [1, 2, 1, 1, 1, 1, 1, 1] and set(EXAMPLES) == set(BRINGS)
    assert await adds_up()
    kept = await DB.pool.fetch("SELECT DISTINCT source, state, name, wrong FROM import_batches")
    assert [tuple(row) for row in kept] == [("api", "applied", "Білінг", 0)]
    left = "SELECT count(*) FROM pg_tables, import_batches WHERE tablename LIKE '%' || replace(id::text, '-', '')"
    assert await DB.pool.fetchval(left) == 0, "nothing of a batch is left lying"
    assert await supplier.told("charges", EXAMPLES["charges"], CHARGE) == ["unchanged", "new"]
    assert await DB.pool.fetchval("SELECT count(*) FROM audit WHERE deed = 'import_applied'") == 11


async def test_a_good_item_is_taken_although_others_are_refused(filled: None, supplier: System):
    before = await balances()
    told = await supplier.told(
        "charges",
        CHARGE,
        CHARGE | {"id": "H2", "contract": "9999"},
        {},
        CHARGE | {"id": "H3", "amount": "=1+1", "month": "2026-13"},
        CHARGE | {"id": "H4", "amount": 7.25, "volume": 3, "month": "09.2026"},
        CHARGE | {"id": "H1"},
        CHARGE | {"id": "H5", "color": "red", "meter": {"a": 1}, "price": True},
        CHARGE | {"id": "H\x006", "contract": None},
        EXAMPLES["charges"] | {"amount": "1.00"},
    )
    assert told == [
        "new", {"contract": "unknown_contract"},
        dict.fromkeys(("amount", "charged_on", "contract", "id", "month"), "empty"),
        {"amount": "formula", "month": "not_a_month"}, "new", {"id": "twice"},
        {"color": "extra_column", "meter": "not_plain", "price": "not_plain"},
        {"id": "control", "contract": "empty"}, {"id": "known_otherwise"},
    ]  # fmt: skip
    after = await balances()
    assert str(after["0920209901"] - before["0920209901"]) == "17.25" and await adds_up()
    refused = await supplier.told(
        "payments",
        PAYMENT | {"id": "P1", "paid_on": "2027-01-01"},
        PAYMENT | {"id": "R1", "kind": "refund", "refund_of": "P1"},
    )  # fmt: skip
    assert refused == [{"paid_on": "in_the_future"}, {"refund_of": "unknown_payment"}], "and what leans on it"
    assert await balances() == after
    state = (
        "SELECT state, wrong FROM import_batches WHERE kind = 'payments' ORDER BY created_at DESC, state DESC"
    )
    assert tuple(await DB.pool.fetchrow(state)) == ("wrong", 2), "nothing came, nothing is fresher"


async def test_what_an_item_leaves_out_stays_whatever_the_others_say(filled: None, operator: System):
    other = EXAMPLES["accounts"] | {"number": "0910209902", "contract": "0930209902", "eic": None}
    assert await operator.told("accounts", other, EXAMPLES["accounts"]) == ["new", "unchanged"]
    bare = {name: EXAMPLES["accounts"][name] for name in ("number", "settlement", "house", "holder")}
    assert await operator.told("accounts", bare, other | {"street": None, "kind": "business"}) == [
        "unchanged",
        "changed",
    ]
    found = await DB.pool.fetch("SELECT kind, street, flat, address FROM accounts ORDER BY number")
    assert [tuple(row) for row in found] == [
        ("household", "вул. Садова", "42", "вул. Садова, 18, кв. 42"), ("business", "", "42", "18, кв. 42"),
    ]  # fmt: skip
    meter = {name: EXAMPLES["meters"][name] for name in ("account", "eic", "serial", "model", "installed_on")}
    six = {"account": "0910209902", "eic": "56XM091020990021", "serial": "7", "model": "G6", "digits": 6}
    six["installed_on"] = "2020-01-01"
    assert (await operator.told("meters", meter, six))[0] == "unchanged", "its digits and its verification"
    assert await operator.told("addresses", {"account": "0910209901", "settlement": "м. Миколаїв", "house": "20"}) == [
        "changed"
    ]  # fmt: skip
    assert await DB.pool.fetchval("SELECT address FROM accounts WHERE number = '0910209901'") == (
        "вул. Садова, 20, кв. 42"
    )


async def test_a_dry_run_says_the_same_and_changes_nothing(filled: None, supplier: System):
    before = await counts("charges", "import_batches", "import_mistakes", "company_answers", "audit")
    sent = (CHARGE, CHARGE | {"id": "H2", "contract": "1"})
    dry = await supplier.bring("charges", *sent, once="one", dry_run=True)
    assert before == await counts("charges", "import_batches", "import_mistakes", "company_answers", "audit")
    assert (await supplier.bring("charges", *sent, once="one")).content == dry.content


async def test_a_repeated_request_is_one_and_another_under_its_key_is_refused(
    filled: None, supplier: System, portal: APortal
):
    answers = await asyncio.gather(*[supplier.bring("charges", CHARGE, once="7") for _ in range(6)])
    assert {answer.status_code for answer in answers} <= {200, 503} and await counts("charges") == [2]
    again = await supplier.bring("charges", CHARGE, once="7")
    assert again.json()["results"][0]["outcome"] == "new", "as the first time"
    renewed = System(supplier.http, await key_of(portal, portal.supplier))
    assert (await renewed.bring("charges", CHARGE, once="7")).content == again.content, "whatever key it is"
    other = await supplier.bring("charges", CHARGE | {"id": "H2"}, once="7")
    assert other.status_code == 422 and code(other) == "idempotency_reused"
    assert code(await supplier.bring("payments", CHARGE, once="7")) == "idempotency_reused"
    assert await counts("charges") == [2]
    await forgetting.forget(NOW + timedelta(days=8))
    assert await counts("company_answers") == [0]
    assert await supplier.told("charges", CHARGE, once="7") == ["unchanged"]


async def test_two_batches_of_a_company_do_not_overlap(filled: None, supplier: System, portal: APortal):
    """The same new account in both: the second finds what the first has made, or is told to come again."""
    sent = [CHARGE | {"id": f"C{n}"} for n in range(40)]
    answers = await asyncio.gather(*[supplier.bring("charges", *sent) for _ in range(3)])
    told = [[one["outcome"] for one in answer.json()["results"]] for answer in answers if answer.is_success]
    assert sum(one == ["new"] * 40 for one in told) == 1 and await adds_up()
    assert all(one in (["new"] * 40, ["unchanged"] * 40) for one in told)
    holder = await DB.pool.acquire()
    await holder.execute("BEGIN")
    await holder.execute(items.ALONE, portal.supplier)
    busy = await supplier.bring("charges", CHARGE, once="8")
    assert busy.status_code == 503 and code(busy) == "import_under_way" and busy.headers["retry-after"] == "5"
    assert await supplier.told("charges", CHARGE, dry_run=True) == ["new"], "looking waits for nobody"
    await holder.execute("ROLLBACK")
    await DB.pool.release(holder)
    assert await supplier.told("charges", CHARGE, once="8") == ["new"]


async def test_a_batch_is_taken_back_as_a_file_is(filled: None, supplier: System, portal: APortal):
    before = await balances()
    assert await supplier.told("charges", CHARGE, CHARGE | {"id": "H2", "contract": "1"}) == [
        "new",
        {"contract": "unknown_contract"},
    ]
    price = {"account": "0910209901", "number": "0920209901", "price": "9.1"}
    assert await supplier.told("contracts", price) == ["changed"]
    found = await DB.pool.fetch(
        "SELECT id, kind FROM import_batches WHERE kind IN ('charges', 'contracts')"
        " ORDER BY transaction DESC LIMIT 2"
    )
    assert [row["kind"] for row in found] == ["contracts", "charges"]
    for row in found:
        await batches.decide(row["id"], frm="applied", to="unwanted", by=by(portal, portal.supplier), now=NOW)
        assert await batches.work(row["id"], NOW) == batches.Done("undone")
    assert await balances() == before and await adds_up()
    known = await DB.pool.fetchval(
        "SELECT id FROM import_batches WHERE kind = 'contracts' AND state = 'applied'"
    )
    await batches.decide(known, frm="applied", to="unwanted", by=by(portal, portal.supplier), now=NOW)
    assert await batches.work(known, NOW) == batches.Done("applied"), "charges hang on this contract"
    batches_of = [row["id"].hex for row in found] + [known.hex]
    left = "SELECT count(*) FROM pg_tables WHERE schemaname = 'staging' AND right(tablename, 32) = ANY($1)"
    assert await DB.pool.fetchval(left, batches_of) == 0


async def test_what_is_new_comes_page_by_page_and_nothing_is_left_out(
    http: httpx.AsyncClient, operator: System, supplier: System, portal: APortal, flat: AnAccount, other_flat: AnAccount
):  # fmt: skip
    await all_have_ended()
    first = (await operator.take("readings", limit=1)).json()
    rest = (await operator.take("readings", after=first["next"])).json()
    assert [one["account"] for one in first["items"] + rest["items"]] == ["0910204517", "0910204518"]
    assert first["more"] and not rest["more"]
    slow = await DB.pool.acquire()
    await slow.execute("BEGIN")
    await slow.execute(WRITE, flat.meter_id, portal.operator, 4141, "2026-08-01")
    await DB.pool.execute(WRITE, flat.meter_id, portal.operator, 4142, "2026-07-01")
    during = (await operator.take("readings", after=rest["next"])).json()
    assert during["items"] == [] and during["next"] == rest["next"], "the later one waits for the earlier one"
    await slow.execute("COMMIT")
    await DB.pool.release(slow)
    await all_have_ended()
    after = (await operator.take("readings", after=during["next"])).json()
    assert sorted(one["value"] for one in after["items"]) == [4141, 4142]
    assert after["items"][0]["received_at"].endswith("Z")
    links = (await operator.take("links")).json()
    assert [one["role"] for one in links["items"]] == ["owner", "owner"]
    assert len((await supplier.take("payments")).json()["items"]) == 4
    for wrong in (links["next"], "nonsense", "WzFd", "x" * 199, first["next"][:-3]):
        assert code(await operator.take("readings", after=wrong)) == "bad_cursor", wrong
    assert code(await supplier.take("readings", after=first["next"])) == "bad_cursor", "another company's"
    taken = await DB.pool.fetchval("SELECT count(*) FROM export_batches WHERE source = 'api'")
    assert taken == 5, "what was taken away is written down, empty answers are not"
    assert (
        await DB.pool.fetchval("SELECT changed ->> 'program' FROM audit WHERE deed = 'exported' LIMIT 1")
        == "Білінг"
    )


WRITE = """
INSERT INTO readings (id, company_id, meter_id, source, month, value, read_on, taken_at, received_at, state, digest)
VALUES (gen_random_uuid(), $2, $1, 'consumer', $4::text::date, $3, $4::text::date, now(), now(), 'accepted', '')
"""
