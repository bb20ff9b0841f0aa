"""The inspector's phone fetches its round, and hands in what was done; each entry stands alone."""

import gzip
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from tests.browser import Browser
from tests.factories import accounts, rounds, staff
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.factories.portals import APortal
from tests.factories.rounds import ARound, Phone, entry
from tests.factories.staff import AColleague
from webapp.actions.messages import Told
from webapp.database.engine import DB
from webapp.outside import Outside


@pytest.fixture
async def taras(portal: APortal) -> AColleague:
    """The inspector."""
    return await staff.colleague(portal, "inspector")


@pytest.fixture
async def walk(portal: APortal, taras: AColleague, flat: AnAccount, other_flat: AnAccount) -> ARound:
    return await rounds.round_of(portal, taras, flat, other_flat)


@pytest.fixture
def phone(http: httpx.AsyncClient, taras: AColleague) -> Phone:
    return Phone(http, taras.token)


async def stored(id: str) -> dict[str, Any]:
    row = await DB.pool.fetchrow(
        "SELECT v.*, r.state, r.source, r.value AS shown, r.receipt, r.reason_said FROM visits v"
        " LEFT JOIN readings r ON r.id = v.id WHERE v.id = $1",
        id,
    )
    return dict(row)


async def told() -> list[Told]:
    rows = await DB.pool.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'notice' ORDER BY id")
    return [msgspec.json.decode(row["payload"], type=Told) for row in rows]


async def test_a_round_comes_whole_and_says_no_name(phone: Phone, walk: ARound, flat: AnAccount):
    found = await phone.fetch()
    (one,) = found["rounds"]
    assert (one["id"], one["day"], one["ends_at"]) == (
        str(walk.id),
        "2026-11-03",
        "2026-11-04T00:00:00+02:00",
    )
    door = one["stops"][0]
    assert (door["street"], door["house"], door["flat"], door["seq"]) == ("вул. Садова", "18", "42", 1)
    (meter,) = door["meters"]
    assert (meter["id"], meter["digits"], meter["last"]) == (
        str(flat.meter_id),
        5,
        [{"value": 4127, "on": "2026-10-01"}],
    )
    assert 0 < meter["usual"]["low"] < meter["usual"]["high"] < meter["capacity"]
    assert "Коваленко" not in str(found) and "0910204517" not in str(found) and "71.68" not in str(found)
    assert found["reasons"]["no_access"][0] == "closed" and found["inspector"]["initials"] == "ПI"


async def test_the_day_decides_which_rounds_come(
    phone: Phone, portal: APortal, taras, flat, other_flat, outside: Outside
):
    for day in (2, 4, 5):
        await rounds.round_of(portal, taras, flat, day=date(2026, 11, day))
    assert [one["day"] for one in (await phone.fetch())["rounds"]] == ["2026-11-04"]


async def test_readings_are_taken_by_the_same_rules_and_with_a_receipt(
    phone: Phone, walk: ARound, flat: AnAccount
):
    item = entry(walk, flat.meter_id, "04152")
    (answer,) = await phone.results(item)
    assert (answer["outcome"], answer["standing"], answer["doubts"], answer["digest"]) == (
        "accepted",
        True,
        [],
        item["digest"],
    )
    row = await stored(item["id"])
    assert (row["source"], row["state"], row["shown"]) == ("inspector", "accepted", 4152) and row["receipt"]
    again = await phone.results(item)
    assert again == [answer] and await DB.pool.fetchval("SELECT count(*) FROM visits") == 1


async def test_below_the_last_is_taken_with_a_reason_and_waits_for_the_supervisor(phone, walk, flat):
    item = entry(walk, flat.meter_id, "03900", reason="repair", has_photo=False)
    (answer,) = await phone.results(item)
    assert answer["outcome"] == "accepted" and "below_last" in answer["doubts"] and answer["photo_missing"]
    assert (await stored(item["id"]))["reason_said"] == "repair"


async def test_what_the_consumer_sent_stays_beside_and_she_is_told(
    phone: Phone, walk: ARound, flat: AnAccount, olena: SignedIn
):
    await accounts.reading(flat.meter_id, flat.company_id, 4150, date(2026, 11, 2))
    await DB.do("UPDATE readings SET person_id = $1 WHERE value = 4150", olena.id)
    (answer,) = await phone.results(entry(walk, flat.meter_id, "04152"))
    assert answer["standing"] is True
    states = await DB.pool.fetch(
        "SELECT value, state FROM readings WHERE month = '2026-10-01' ORDER BY value"
    )
    assert [tuple(row) for row in states] == [(4150, "beside"), (4152, "accepted")]
    assert [one.notice for one in await told()] == ["reading-replaced"]


async def test_of_a_batch_one_that_is_bad_does_not_stop_the_others(phone, walk, flat, other_flat):
    good = [entry(walk, flat.meter_id, f"0415{n % 10}") for n in range(50)]
    good[17] |= {"stop_id": "nonsense"}
    results = await phone.results(*good)
    found = {one["id"]: one["outcome"] for one in results}
    assert found[good[17]["id"]] == "rejected" and list(found.values()).count("accepted") == 49


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"value": "04 1a2"}, "not_a_reading"),
        ({"value": "٠٤١٥٢"}, "not_a_reading"),
        ({"value": "12345678901234567890"}, "beyond_dial"),
        ({"value": "-4152"}, "not_a_reading"),
        ({"value": "4152,5"}, "not_a_reading"),
        ({"read_on": "2026-11-09"}, "from_the_future"),
        ({"reason": "because"}, "not_a_visit"),
        ({"meter_id": None}, "not_a_visit"),
        ({"digest": "0" * 64}, "digest_mismatch"),
        ({"kind": "party"}, "not_a_visit"),
        ({"kind": "no_access"}, "no_reason"),
        ({"kind": "note", "words": "  "}, "no_words"),
        ({"taken_at": "1850-01-01T00:00:00Z"}, "not_a_visit"),
        ({"taken_at": "yesterday"}, "not_a_visit"),
        ({"words": "\0"}, "not_a_visit"),
    ],
)
async def test_bad_input_is_refused_with_a_reason_and_nothing_counts(phone, walk, flat, said, reason):
    (answer,) = await phone.results(entry(walk, **({"meter_id": flat.meter_id, "value": "04152"} | said)))
    assert (answer["outcome"], answer["reason"]) == ("rejected", reason)
    assert (
        await DB.pool.fetchval(
            "SELECT count(*) FROM readings WHERE source = 'inspector' AND state <> 'refused'"
        )
        == 0
    )


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"visits": []}', b'{"visits": 1}', b"\xff"])
async def test_a_body_that_is_none_is_malformed(http, phone: Phone, walk, body: bytes):
    answer = await http.post(f"{rounds.API}/visits", content=body, headers=phone.headers())
    assert (answer.status_code, answer.json()) == (400, {"code": "malformed"})


async def test_a_position_that_says_nothing_stops_nothing(phone: Phone, walk: ARound, flat: AnAccount):
    places = [None, "here", {"lat": 91, "lon": 0}, {"lat": "x"}, {"lat": 46.97, "lon": 31.99, "accuracy": 12}]
    items = [entry(walk, flat.meter_id, "04152", position=place) for place in places]
    assert {one["outcome"] for one in await phone.results(*items)} == {"accepted"}
    rows = await DB.pool.fetch("SELECT latitude, longitude, accuracy FROM visits WHERE latitude IS NOT NULL")
    assert [tuple(row) for row in rows] == [(46.97, 31.99, 12.0)]


async def test_no_access_leaves_a_card_and_the_consumer_hears_once(
    phone: Phone, walk: ARound, olena: SignedIn, flat: AnAccount
):
    items = [entry(walk, kind="no_access", reason=reason) for reason in ("closed", "dog")]
    results = await phone.results(*items, entry(walk, kind="no_access", reason="demolished", stop=1))
    assert [one["outcome"] for one in results] == ["accepted"] * 3
    assert [(one.notice, one.person_id, one.about) for one in await told()] == [
        ("no-access", olena.id, flat.id)
    ]
    cards = await DB.pool.fetchval("SELECT count(*) FROM visits WHERE card_left")
    assert cards == 2
    assert await phone.results(items[0]) == [one for one in results if one["id"] == items[0]["id"]]
    assert len(await told()) == 1


async def test_the_same_id_with_another_payload_is_told_apart(phone: Phone, walk: ARound, flat: AnAccount):
    item = entry(walk, flat.meter_id, "04152")
    await phone.results(item)
    (answer,) = await phone.results(entry(walk, flat.meter_id, "04153", id=item["id"]))
    assert answer["outcome"] == "key_reused" and (await stored(item["id"]))["value"] == "04152"


async def test_another_inspector_s_round_is_nobody_s(
    http: httpx.AsyncClient, portal: APortal, walk: ARound, flat: AnAccount, phone: Phone
):
    other = Phone(http, (await staff.colleague(portal, "inspector", "second@example.com")).token)
    item = entry(walk, flat.meter_id, "04152")
    assert [one["outcome"] for one in await other.results(item)] == ["owner_mismatch"]
    assert [one["outcome"] for one in await phone.results(item)] == ["accepted"]
    assert [one["outcome"] for one in await other.results(item)] == ["owner_mismatch"]
    assert (await other.status(item["id"])).json()["results"] == []
    assert len((await phone.status(item["id"], str(uuid4()))).json()["results"]) == 1


async def test_a_consumer_s_id_is_not_taken_over(phone: Phone, walk: ARound, flat: AnAccount):
    taken = await DB.pool.fetchval("SELECT id FROM readings LIMIT 1")
    (answer,) = await phone.results(entry(walk, flat.meter_id, "04152", id=str(taken)))
    assert answer["outcome"] == "owner_mismatch"
    assert await DB.pool.fetchval("SELECT count(*) FROM visits") == 0


async def test_a_meter_of_another_door_and_one_that_was_taken_down(phone, walk, flat, other_flat):
    elsewhere = entry(walk, other_flat.meter_id, "04152")
    await DB.do("UPDATE meters SET removed_on = '2026-10-20' WHERE id = $1", flat.meter_id)
    gone = entry(walk, flat.meter_id, "04152")
    reasons = {one["id"]: one["reason"] for one in await phone.results(elsewhere, gone)}
    assert reasons == {elsewhere["id"]: "meter_gone", gone["id"]: "meter_removed"}


async def test_a_later_entry_corrects_the_earlier_one(phone: Phone, walk: ARound, flat: AnAccount):
    first = entry(walk, flat.meter_id, "04512")
    second = entry(walk, flat.meter_id, "04152", taken_at=(NOW + timedelta(minutes=1)).isoformat())
    results = {one["id"]: one for one in await phone.results(second, first)}
    assert results[second["id"]]["standing"] is True
    assert (await stored(first["id"]))["state"] == "beside"


async def test_a_photo_comes_apart_and_is_the_phone_s_own(http, portal, phone, walk, flat, stranger):
    picture = msgspec.json.encode("no photo")
    item = entry(walk, flat.meter_id, "04152", has_photo=True)
    early = await phone.photo(item["id"], picture)
    assert (early.status_code, early.json()["outcome"]) == (409, "not_yet")
    await phone.results(item)
    assert (await phone.photo(item["id"], picture)).json()["reason"] == "not_a_photo"
    assert (await phone.photo("nonsense", picture)).status_code == 400
    other = Phone(http, (await staff.colleague(portal, "inspector", "second@example.com")).token)
    assert (await other.photo(item["id"], picture)).status_code == 403


async def test_a_round_of_300_stops_is_light(phone: Phone, portal: APortal, taras, flat, other_flat):
    """The figure of the bench is taken from the demo; this one guards it."""
    at = await rounds.round_of(portal, taras)
    await DB.do(MANY, portal.operator, at.id)
    answer = await phone.get("/rounds")
    assert len(answer.json()["rounds"][0]["stops"]) == 300
    assert len(gzip.compress(answer.content, 4)) < 100_000


MANY = """
WITH a AS (
    INSERT INTO accounts (id, company_id, number, settlement, address, street, house, flat, holder, kind, branch,
                          address_key)
    SELECT gen_random_uuid(), $1, 'R' || n, 'м. Миколаїв', 'вул. Довга, ' || n, 'вул. Довга', n, '', '', 'household',
           '', '' FROM generate_series(1, 300) n RETURNING id, number
), p AS (
    INSERT INTO meter_points (id, company_id, account_id, eic, profile)
    SELECT gen_random_uuid(), $1, id, 'P' || number, 'stove' FROM a RETURNING id, account_id
), m AS (
    INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, digits, max_hourly_litres,
                        installed_on)
    SELECT gen_random_uuid(), $1, account_id, id, left(id::text, 8), 'Самгаз G4', 5, 6000, '2020-01-01' FROM p
    RETURNING id
), r AS (
    INSERT INTO readings (id, company_id, meter_id, source, month, value, read_on, taken_at, received_at, state,
                          digest, skew_seconds, late, doubts, version)
    SELECT gen_random_uuid(), $1, m.id, 'consumer', months.month, 1000 + extract(month FROM months.month)::int,
           months.month + 32, now(), now(), 'accepted', '', 0, false, '{}', 1
    FROM m, (VALUES ('2026-07-01'::date), ('2026-08-01'), ('2026-09-01')) months (month)
)
INSERT INTO stops (id, company_id, round_id, account_id, day, seq, note, is_open)
SELECT gen_random_uuid(), $1, $2, id, '2026-11-03', substr(number, 2)::int, '', true FROM a
"""


async def test_no_page_of_the_office_opens_for_the_inspector_s_round(http, taras, walk):
    browser = Browser(http)
    browser.cookies = {"staff": taras.token}
    assert (await browser.get("/office/rounds")).status == 403
