"""Olena's program reads and hands in by its token; somebody else's sees nothing, and nonsense gets a typed answer."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.factories import accounts, bills
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal, change_policy
from webapp.actions import tokens
from webapp.database.engine import DB
from webapp.rules.limits import API_PER_TOKEN
from webapp.rules.scopes import SCOPES

ME = "/api/v1/me"


class Program:
    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http, self.headers = http, {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.http.get(ME + path, params=query or None, headers=self.headers)

    async def hand_in(self, *readings: dict[str, Any], **headers: str) -> httpx.Response:
        body = {"readings": list(readings)}
        return await self.http.post(f"{ME}/readings", json=body, headers=self.headers | headers)


async def let_in(http, portal: APortal, who: SignedIn, *ids, scopes=SCOPES) -> Program:
    made = await tokens.make(who.id, portal.id, "Дім", scopes, list(ids), 30, now=NOW)
    assert isinstance(made, tokens.Made)
    return Program(http, made.token)


@pytest.fixture
async def program(http, portal: APortal, olena: SignedIn, flat: AnAccount) -> Program:
    return await let_in(http, portal, olena, flat.id)


def reading(flat: AnAccount, value: str = "04152", **more: Any) -> dict[str, Any]:
    return {"meter_id": str(flat.meter_id), "value": value, "read_on": "2026-11-03"} | more


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    told = answer.json()
    assert told["status"] == answer.status_code and told["type"] == f"/api#{told['code']}"
    return str(told["code"])


async def test_a_program_reads_what_its_token_lets_it(
    program: Program, http, portal: APortal, olena: SignedIn, flat: AnAccount, outside
):
    known = (await program.get("/accounts")).json()
    (account,) = known["accounts"]
    assert account["number"] == "0910204517" and account["meters"][0]["last"]["value"] == "04127"
    assert [one["balance"] for one in account["contracts"]] == ["71.68", "-4.20"]
    assert known["window"] == {
        "month": "2026-10", "opens_on": "2026-10-28", "closes_on": "2026-11-05", "is_open": True
    }  # fmt: skip
    used = (await program.get("/usage", **{"from": "2026-08", "to": "2026-09"})).json()
    supply = next(one for one in used["accounts"][0]["contracts"] if one["service"] == "supply")
    assert [one["month"] for one in supply["months"]] == ["2026-08", "2026-09"]
    assert supply["months"][0]["charged"].count(".") == 1 and supply["months"][0]["volume"] > 0

    await bills.afresh(flat.supply_id)
    for month in (7, 8, 9):
        await bills.charged(flat.supply_id, date(2026, month, 1), "222.88", volume=28)
    await bills.issued(flat.supply_id, outside)
    first = (await program.get("/bills", limit=2)).json()
    rest = (await program.get("/bills", limit=2, cursor=first["next"])).json()
    assert [one["month"] for one in first["bills"] + rest["bills"]] == ["2026-09", "2026-08", "2026-07"]
    assert rest["next"] is None
    whole = (await program.get(f"/bills/{first['bills'][0]['id']}")).json()
    assert whole["form"] == "blakyt-bill-1" and whole["charged"] == "222.88"

    volumes = await let_in(http, portal, olena, flat.id, scopes=["usage:read"])
    told = (await volumes.get("/usage")).json()["accounts"][0]["contracts"][0]["months"][0]
    assert told["volume"] > 0 and told["charged"] is None, "no sums without bills:read"
    assert (await volumes.get("/accounts")).json()["accounts"][0]["contracts"] == []
    for answer in (await volumes.get("/bills"), await volumes.hand_in(reading(flat))):
        assert answer.status_code == 403 and code(answer) == "insufficient_scope"


async def test_a_reading_is_handed_in_once_however_often_it_comes(
    program: Program, flat: AnAccount, other_flat: AnAccount
):
    assert code(await program.hand_in(reading(flat))) == "idempotency_required"
    sent = reading(flat, submission_id=str(uuid4()))
    first, again = await program.hand_in(sent), await program.hand_in(sent)
    (told,) = first.json()["results"]
    assert first.json() == again.json() and told["outcome"] == "accepted" and told["month"] == "2026-10"
    (changed,) = (await program.hand_in(sent | {"value": "04153"})).json()["results"]
    assert changed["code"] == "key_reused"
    corrected = reading(flat, "04150", corrects=sent["submission_id"])
    answers = [
        await program.hand_in(corrected, **{"Idempotency-Key": "листопад-1".encode().hex()}) for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json() and answers[0].json()["results"][0]["value"] == 4150
    several = await program.hand_in(
        reading(flat, "04160"), {"meter_id": str(other_flat.meter_id), "value": "1"}, reading(flat, "12.5 м"),
        **{"Idempotency-Key": "k2"},
    )  # fmt: skip
    assert [one["code"] for one in several.json()["results"]] == [
        "duplicate_reading",
        "no_counter",
        "not_a_reading",
    ]
    listed = (await program.get("/readings", limit=1)).json()
    assert listed["readings"][0]["by_token"] and listed["next"]
    pages, cursor = [], None
    while True:
        page = (await program.get("/readings", limit=1, **({"cursor": cursor} if cursor else {}))).json()
        pages += [one["number"] for one in page["readings"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert pages == sorted(set(pages), reverse=True)
    source = "SELECT source FROM readings WHERE device_id = (SELECT id FROM tokens)"
    assert await DB.pool.fetchval(source) == "consumer", "who gave it is the consumer; the program is the way"


async def test_a_token_never_outlives_the_access(
    program: Program, http, portal: APortal, other: SignedIn, flat: AnAccount, outside
):
    """Taras pays for his mother; when she takes it back, his program sees nothing more, at the same moment."""
    await accounts.link(other.id, flat.id, role="payer")
    taras = await let_in(http, portal, other, flat.id)
    assert (await taras.get("/bills")).status_code == 200
    (account,) = (await taras.get("/accounts")).json()["accounts"]
    assert account["meters"] == [] and account["contracts"], "a payer sees money, and no meter"
    (told,) = (await taras.hand_in(reading(flat, submission_id=str(uuid4())))).json()["results"]
    assert told["code"] == "no_counter"
    await DB.do("DELETE FROM links WHERE person_id = $1", other.id)
    assert (await taras.get("/accounts")).json()["accounts"] == []
    assert code(await taras.get("/bills", account=str(flat.id))) == "not_found"
    assert (await taras.get("/usage")).json()["accounts"] == []
    outside.clock.moment = NOW + timedelta(days=32)
    assert code(await program.get("/accounts")) == "unknown_token"


async def test_somebody_elses_things_are_absent(
    program: Program, http, portal: APortal, other: SignedIn, flat: AnAccount, other_flat: AnAccount, outside
):
    await bills.afresh(other_flat.supply_id)
    await bills.charged(other_flat.supply_id, date(2026, 9, 1), "10.00", volume=1)
    await bills.issued(other_flat.supply_id, outside)
    theirs = await bills.bill_id(other_flat.supply_id, date(2026, 9, 1))
    for path in (f"/bills/{theirs}", f"/bills?account={other_flat.id}", f"/usage?account={other_flat.id}",
                 f"/readings?account={other_flat.id}"):  # fmt: skip
        assert code(await program.get(path)) == "not_found", path
    await accounts.link((await DB.pool.fetchval("SELECT person_id FROM tokens")), other_flat.id, position=1)
    assert code(await program.get(f"/bills/{theirs}")) == "not_found", (
        "hers now, and not chosen for this token"
    )


async def test_only_a_token_counts(http, portal: APortal, olena: SignedIn, flat: AnAccount, program: Program):
    for headers in ({}, {"Cookie": f"sid={olena.token}"}, {"Authorization": "Basic b2xlbmE6MQ=="}):
        answer = await http.get(f"{ME}/accounts", headers=headers)
        assert code(answer) == "needs_token" and answer.headers["www-authenticate"].startswith("Bearer")
    for token in ("blk_x", "blk_" + "1" * 40, "blk_" + "ї" * 40, "x" * 9000):
        answer = await http.get(f"{ME}/accounts", headers={"Authorization": f"Bearer {token}".encode()})
        assert code(answer) == "unknown_token"
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    answer = await program.hand_in(reading(flat, submission_id=str(uuid4())), **elsewhere)
    assert answer.status_code == 200 and "access-control-allow-origin" not in answer.headers
    asked = await http.options(
        f"{ME}/readings", headers=elsewhere | {"Access-Control-Request-Method": "POST"}
    )
    assert not [name for name in asked.headers if name.startswith("access-control")]
    await change_policy(portal.id, {"readings": {"taken_by": []}})
    assert (await program.get("/accounts")).json()["window"] is None
    (told,) = (await program.hand_in(reading(flat, submission_id=str(uuid4())))).json()["results"]
    assert told["code"] == "readings_not_taken"


def body_of(many: int = 1, **more: Any) -> bytes:
    return json.dumps({"readings": [{"meter_id": str(uuid4()), "value": "1"} | more] * many}).encode()


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b"[" * 50_000, 400, "malformed"),
        (b'{"readings":' + b"[" * 50_000, 400, "malformed"),
        (b'{"readings": {}}', 400, "malformed"),
        (b'{"readings": []}', 400, "malformed"),
        (b'{"readings": [{"meter_id": 5, "value": 1}]}', 400, "malformed"),
        (body_of(taken_at="9999-12-31T23:59:59Z"), 400, "idempotency_required"),
        (body_of(submission_id=str(uuid4()), taken_at="0001-01-01T00:00:00Z"), 400, "malformed"),
        (body_of(51), 413, "too_many_records"),
        (b" " * 10_000_000, 413, "too_large"),
    ],
    ids=["empty", "bytes", "deep", "deeper", "object", "none", "types", "no id", "year 1", "fifty-one", "10 MB"],
)  # fmt: skip
async def test_nonsense_gets_a_typed_answer(program: Program, http, body: bytes, status: int, said: str):
    headers = program.headers | {"Content-Type": "application/json"}
    answer = await http.post(f"{ME}/readings", content=body, headers=headers)
    assert answer.status_code == status and code(answer) == said


async def test_odd_questions_and_too_many_of_them(program: Program, outside):
    asked = ["limit=0", "limit=x", "limit=101", "account=x"]
    dates = ["from=x", "from=2026-09&to=2026-01", "from=" + "9" * 500]
    for path in [f"/bills?{query}" for query in asked] + [f"/usage?{query}" for query in dates]:
        assert code(await program.get(path)) == "malformed", path
    for cursor in ("x", "////", "WyJ4Il0", "WzFlMzBd", "Wy0xXQ", "ї", "W" * 5000):
        for path in ("/bills", "/readings"):
            assert code(await program.get(path, cursor=cursor)) == "bad_cursor", cursor
    assert code(await program.get("/anything")) == "not_found"
    assert code(await program.http.delete(f"{ME}/bills", headers=program.headers)) == "method_not_allowed"
    await DB.do("UPDATE limits SET used_until = $1", NOW + API_PER_TOKEN.per)
    answer = await program.get("/accounts")
    assert code(answer) == "too_many" and 0 < int(answer.headers["retry-after"]) <= 60
    outside.clock.moment = NOW + timedelta(seconds=int(answer.headers["retry-after"]))
    assert (await program.get("/accounts")).status_code == 200


async def test_three_round_trips_a_question(program: Program, monkeypatch):
    asked: list[str] = []
    one, do = DB.one, DB.do

    async def count_one(sql: str, *values: Any, into: Any) -> Any:
        asked.append(sql)
        return await one(sql, *values, into=into)

    async def count_do(sql: str, *values: Any) -> int:
        asked.append(sql)
        return await do(sql, *values)

    monkeypatch.setattr(DB, "one", count_one)
    monkeypatch.setattr(DB, "do", count_do)
    for path in ("/accounts", "/readings", "/bills", "/usage"):
        asked.clear()
        assert (await program.get(path)).status_code == 200
        assert len(asked) == 3, path
