"""Whom a company's key lets in, and what nonsense is told: a typed answer, never a surprise."""

import json

import httpx

from tests.factories import people
from tests.factories.billing import CHARGE, NOW, System, key_of
from tests.factories.portals import APortal
from tests.integration.test_company_api import filled, operator, outside, supplier
from tests.integration.test_personal_api import code
from webapp.api.company.examples import EXAMPLES
from webapp.database.engine import DB
from webapp.rules.limits import API_PER_KEY

__all__ = ["filled", "operator", "outside", "supplier"]


async def test_a_key_opens_what_its_scopes_say_on_its_portal_until_it_ends(
    http: httpx.AsyncClient, filled: None, portal: APortal, operator: System, supplier: System, olena: people.SignedIn
):  # fmt: skip
    some = System(http, await key_of(portal, portal.supplier, ["money:write", "links:read"]))
    assert await some.told("charges", CHARGE) == ["new"] and (await some.take("links")).status_code == 200
    for answer in (await some.bring("contracts", {}), await some.take("readings")):
        assert answer.status_code == 403 and code(answer) == "insufficient_scope"
    assert code(await supplier.bring("accounts", EXAMPLES["accounts"])) == "operators_only"
    foreign = await operator.told("charges", CHARGE | {"id": "O1"})
    assert foreign == [{"contract": "unknown_contract"}], "of another company"
    for kind in ("people", "import", "%00", "accounts/1"):
        assert (await supplier.bring(kind, CHARGE)).status_code == 404
    assert code(await supplier.take("accounts")) == "not_found"
    assert code(await System(http, "blk_" + "a" * 40).take("links")) == "unknown_key"
    bare = await http.get("/api/v1/company/links", headers={"Cookie": f"sid={olena.token}"})
    assert (
        bare.status_code == 401 and code(bare) == "needs_key" and "Bearer" in bare.headers["www-authenticate"]
    )
    me = await http.get("/api/v1/me/accounts", headers=some.headers)
    assert code(me) == "unknown_token", "a key is no token"
    for change in (
        "UPDATE company_keys SET portal_id = gen_random_uuid()",
        "UPDATE company_keys SET portal_id = $1, expires_at = created_at",
        "UPDATE company_keys SET portal_id = $1, expires_at = created_at + interval '1 day', revoked_at = created_at",
    ):
        await DB.pool.execute(change, *([portal.id] if "$1" in change else []))
        answer = await some.take("links")
        assert answer.status_code == 401 and code(answer) == "unknown_key", change
    await DB.pool.execute("UPDATE company_keys SET revoked_at = NULL")
    assert (await some.take("links")).status_code == 200
    await DB.pool.execute("DELETE FROM portal_companies WHERE company_id = $1", portal.supplier)
    assert (await some.take("links")).status_code == 401, "the company has left the portal"


async def test_a_key_has_its_share_of_requests_and_nothing_more(http: httpx.AsyncClient, supplier: System):
    await supplier.take("links")
    await DB.do("UPDATE limits SET used_until = $1 WHERE subject LIKE 'company_key:%'", NOW + API_PER_KEY.per)
    answer = await supplier.take("links")
    assert (
        answer.status_code == 429 and code(answer) == "too_many" and int(answer.headers["retry-after"]) >= 1
    )


DEEP = '{"items": [' + '{"id":' * 5000 + "1" + "}" * 5000 + "]}"
BODIES: list[tuple[bytes, int, str]] = [
    (b"", 400, "malformed"),
    (b"{", 400, "malformed"),
    (b"[]", 400, "malformed"),
    (b'{"items": []}', 400, "malformed"),
    (b'{"items": {}}', 400, "malformed"),
    (b'{"items": [1]}', 400, "malformed"),
    (b'{"items": [null]}', 400, "malformed"),
    (b'{"items": [{"id": "\xff"}]}', 400, "malformed"),
    (DEEP.encode(), 400, "malformed"),
    (b'{"items": [' + b"[" * 100_000, 400, "malformed"),
    (json.dumps({"items": [{}] * 1001}).encode(), 413, "too_many_records"),
    (b'{"items": [{"id": "' + b"x" * 5_000_000 + b'"}]}', 413, "too_large"),
]


async def test_nonsense_gets_a_typed_answer_and_never_a_surprise(http: httpx.AsyncClient, supplier: System):
    headers = supplier.headers | {"Content-Type": "application/json", "Idempotency-Key": "1"}
    for body, status, expected in BODIES:
        answer = await http.post("/api/v1/company/tariffs", content=body, headers=headers)
        assert (answer.status_code, code(answer)) == (status, expected), body[:40]
    for said, expected in (("", "idempotency_required"), ("x" * 101, "malformed"), ("\t1\x7f", "malformed")):
        changed = headers | {"Idempotency-Key": said}
        assert (
            code(await http.post("/api/v1/company/tariffs", json={"items": [{}]}, headers=changed))
            == expected
        )
    plain = headers | {"Content-Type": "text/plain"}
    answer = await http.post("/api/v1/company/tariffs", content=b"{}", headers=plain)
    assert answer.status_code == 415 and code(answer) == "unsupported_media_type"
    odd = '{"items": [{"starts_on": "\\ud800", "price": 1e400}, {"starts_on": 99999999999999999999999, "\\u0000": 1}]}'
    answer = await http.post("/api/v1/company/tariffs", content=odd, headers=headers)
    assert answer.status_code in (200, 400), answer.text
    for query in ("limit=0", "limit=x", "limit=1001", "after=" + "x" * 300):
        assert (await http.get(f"/api/v1/company/links?{query}", headers=headers)).status_code == 400, query
    assert (await http.delete("/api/v1/company/links", headers=headers)).status_code == 405
    for wrong in ("dry_run=perhaps", "dry_run=%00"):
        answer = await http.post(f"/api/v1/company/tariffs?{wrong}", json={"items": [{}]}, headers=headers)
        assert answer.status_code == 400, wrong
