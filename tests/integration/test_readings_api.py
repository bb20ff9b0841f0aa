"""The device's queue at the door: each reading stands alone, nothing is guessed."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.browser import Browser
from tests.factories.accounts import AnAccount
from webapp.rules import limits
from webapp.rules.limits import Limit
from webapp.rules.readings import digest_of

API = "/api/v1/readings"


def queued(flat: AnAccount, value: str, **said: Any) -> dict[str, Any]:
    item = {
        "v": 1,
        "kind": "meter_reading",
        "submission_id": str(uuid4()),
        "meter_id": str(flat.meter_id),
        "value": value,
        "reading_date": "2026-11-03",
        "taken_at": "2026-11-03T18:00:00.000Z",
        "seq": 1,
    } | said
    parts = (item[name] for name in ("submission_id", "meter_id", "value", "reading_date", "taken_at"))
    return {"digest": digest_of(*parts)} | item


async def answers(
    browser: Browser, *items: dict[str, Any], sent_at: str = "2026-11-03T18:00:00Z"
) -> list[Any]:
    body = {"protocol": 1, "device_id": str(uuid4()), "sent_at": sent_at, "readings": list(items)}
    response = await browser.send_json(API, body)
    assert response.status_code == 200, response.text
    by_id = {answer["submission_id"]: answer for answer in response.json()["results"]}
    return [by_id[item["submission_id"]] for item in items]


async def test_a_batch_is_answered_one_by_one(browser: Browser, flat: AnAccount):
    first, rival = queued(flat, "04152"), queued(flat, "04160")
    foreign = queued(flat, "1", meter_id=str(uuid4()))
    early = queued(flat, "04155", reading_date="2026-12-04")
    letters, long = queued(flat, "4l52"), queued(flat, "041523")
    damaged = queued(flat, "04152", digest="0" * 64)
    said = await answers(browser, first, rival, foreign, early, letters, long, damaged)
    assert [(one["outcome"], one.get("reason")) for one in said] == [
        ("accepted", None),
        ("rejected", "already_sent"),
        ("owner_mismatch", None),
        ("rejected", "from_the_future"),
        ("rejected", "not_a_reading"),
        ("rejected", "beyond_dial"),
        ("rejected", "digest_mismatch"),
    ]
    assert [one["digest"] for one in said] == [
        item["digest"] for item in (first, rival, foreign, early, letters, long, damaged)
    ]
    assert said[0]["month"] == "2026-10-01" and said[1]["standing"]["value"] == 4152


async def test_a_replay_gets_the_stored_answer_and_a_changed_one_is_told_apart(
    browser: Browser, flat: AnAccount
):
    item = queued(flat, "04152")
    first, again = await answers(browser, item), await answers(browser, item)
    assert first == again and first[0]["outcome"] == "accepted"
    changed = queued(flat, "04153", submission_id=item["submission_id"])
    assert (await answers(browser, changed))[0]["outcome"] == "key_reused"


async def test_nobody_learns_whose_id_it_is(browser: Browser, stranger: Browser, flat, other_flat):
    item = queued(flat, "04152")
    await answers(browser, item)
    (told,) = await answers(stranger, queued(other_flat, "04152", submission_id=item["submission_id"]))
    assert told.keys() == {"submission_id", "digest", "outcome"} and told["outcome"] == "owner_mismatch"


async def test_a_doubtful_reading_of_a_queue_is_accepted_with_its_doubts(browser: Browser, flat: AnAccount):
    (said,) = await answers(browser, queued(flat, "04512"))
    assert (said["outcome"], said["doubts"][0]) == ("accepted", "swapped_digits")


async def test_a_reading_taken_in_time_and_received_later_counts_for_its_month(browser, flat, outside):
    item = queued(flat, "04152", taken_at="2026-11-05T21:59:59Z", reading_date="2026-11-05")
    outside.clock.moment = datetime(2026, 11, 8, 18, tzinfo=UTC)
    (said,) = await answers(browser, item, sent_at="2026-11-08T18:00:00Z")
    assert (said["month"], said["late"]) == ("2026-10-01", False)
    shown = (await browser.get("/readings")).words
    assert "Записано 5 листопада, 23:59, надійшло 8 листопада, 20:00" in shown


async def test_a_clock_that_runs_ahead_costs_nobody_their_reading(browser: Browser, flat: AnAccount):
    item = queued(flat, "04152", taken_at="2026-11-22T07:00:00.000Z", reading_date="2026-11-22")
    (said,) = await answers(browser, item, sent_at="2026-11-22T07:00:30.000Z")
    assert (said["outcome"], said["month"]) == ("accepted", "2026-10-01")


async def test_the_device_asks_what_became_of_its_readings(browser: Browser, stranger: Browser, flat):
    item, never = queued(flat, "04152"), str(uuid4())
    await answers(browser, item)
    ids = {"ids": [item["submission_id"], never]}
    said = (await browser.send_json(f"{API}/status", ids)).json()["results"]
    assert [one["outcome"] for one in said] == ["accepted", "unknown"]
    told = (await stranger.send_json(f"{API}/status", ids)).json()["results"]
    assert [one["outcome"] for one in told] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    "body", [{}, {"protocol": 1, "readings": []}, [], "x", {"protocol": 1, "readings": [1]}, None]
)
async def test_what_is_no_batch_is_refused_as_a_whole(browser: Browser, body):
    response = await browser.send_json(API, body)
    assert (response.status_code, response.json()) == (400, {"code": "malformed"})


async def test_an_unreadable_item_does_not_stop_the_others(browser: Browser, flat: AnAccount):
    broken = queued(flat, "04152") | {"taken_at": "yesterday"}
    said = await answers(browser, broken, queued(flat, "04152"))
    assert [one["outcome"] for one in said] == ["rejected", "accepted"]


async def test_a_device_that_writes_dates_in_its_own_way_loses_no_reading(browser: Browser, flat: AnAccount):
    (said,) = await answers(browser, queued(flat, "04152", reading_date="11/3/2026"))
    assert (said["outcome"], said["month"]) == ("accepted", "2026-10-01")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_a_day_nobody_can_mean_blocks_no_meter(browser: Browser, flat: AnAccount, day: str):
    """PostgreSQL keeps the first and the last day of Python's calendar as infinity, which no page can show."""
    (told,) = await answers(browser, queued(flat, "04152", reading_date=day))
    assert told["outcome"] == "accepted"
    (again,) = await answers(browser, queued(flat, "04153"))
    assert again["reason"] == "already_sent"
    assert (await browser.get("/cabinet")).status == (await browser.get("/readings")).status == 200


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("day", ["2026-11-03", "a day"])
async def test_a_moment_nobody_can_mean_is_refused_alone(browser: Browser, flat: AnAccount, moment, day):
    odd, good = queued(flat, "04152", taken_at=moment, reading_date=day), queued(flat, "04152")
    said = await answers(browser, odd, good)
    assert [one["outcome"] for one in said] == ["rejected", "accepted"]
    unsent = {"protocol": 1, "sent_at": moment, "readings": [queued(flat, "04152")]}
    assert (await browser.send_json(API, unsent)).status_code == 400


async def test_the_queue_of_another_person_on_the_device_is_not_booked_as_mine(
    http, browser: Browser, flat: AnAccount
):
    body = {"protocol": 1, "readings": [queued(flat, "04152")]}
    headers = {
        "Cookie": f"sid={browser.cookies['sid']}",
        "X-Partition": str(uuid4()),
        "Sec-Fetch-Site": "same-origin",
    }
    said = (await http.post(API, json=body, headers=headers)).json()["results"]
    assert [one["outcome"] for one in said] == ["owner_mismatch"]


async def test_a_newer_protocol_is_told_to_wait_for_us(browser: Browser, flat: AnAccount):
    response = await browser.send_json(API, {"protocol": 2, "readings": [queued(flat, "04152")]})
    assert (response.status_code, response.json()["code"]) == (426, "upgrade")


async def test_fifty_one_readings_are_too_many_at_once(browser: Browser, flat: AnAccount):
    items = [queued(flat, "04152") for _ in range(51)]
    assert (await browser.send_json(API, {"protocol": 1, "readings": items})).status_code == 400


@pytest.mark.parametrize("protocol", [0, -1, "1", 1.5, True, None])
async def test_a_protocol_that_never_was_is_no_batch(browser: Browser, flat: AnAccount, protocol: Any):
    answer = await browser.send_json(API, {"protocol": protocol, "readings": [queued(flat, "04152")]})
    assert (answer.status_code, answer.json()) == (400, {"code": "malformed"})


async def test_a_newer_protocol_may_look_quite_different(browser: Browser):
    answer = await browser.send_json(API, {"protocol": 2, "parcels": []})
    assert (answer.status_code, answer.json()["code"]) == (426, "upgrade")


async def test_a_queue_of_a_thousand_passes(browser: Browser, flat: AnAccount):
    """In twenty batches, after three hundred in six: as a phone that was away for long sends them."""
    for _ in range(26):
        told = await answers(browser, *[queued(flat, "no figures") for _ in range(50)])
        assert {one["outcome"] for one in told} == {"rejected"}


async def test_whoever_sends_without_end_is_told_how_long_to_wait_and_nobody_else_is(
    browser: Browser, stranger: Browser, flat: AnAccount, other_flat, outside, monkeypatch
):
    monkeypatch.setattr(limits, "READINGS_PER_PERSON", Limit("few", 100, timedelta(hours=1)))
    batch = {"protocol": 1, "readings": [queued(flat, "04152") for _ in range(50)]}
    told = [await browser.send_json(API, batch) for _ in range(3)]
    assert [one.status_code for one in told] == [200, 200, 429]
    assert (told[2].json(), told[2].headers["retry-after"]) == ({"code": "too_many"}, "1800")
    assert (await answers(stranger, queued(other_flat, "04152")))[0]["outcome"] == "accepted"
    outside.clock.moment += timedelta(seconds=1799)
    assert (await browser.send_json(API, batch)).status_code == 429
    outside.clock.moment += timedelta(seconds=1)
    assert (await browser.send_json(API, batch)).status_code == 200


async def test_questions_are_counted_with_the_readings(browser: Browser, flat: AnAccount, monkeypatch):
    monkeypatch.setattr(limits, "READING_REQUESTS_PER_PERSON", Limit("few", 2, timedelta(minutes=1)))
    ids = {"ids": [str(uuid4())]}
    told = [await browser.send_json(f"{API}/status", ids) for _ in range(2)]
    told.append(await browser.send_json(API, {"protocol": 1, "readings": [queued(flat, "04152")]}))
    told.append(await browser.send_json(f"{API}/status", ids))
    assert [one.status_code for one in told] == [200, 200, 429, 429]
    assert told[2].headers["retry-after"] == "30"


async def test_of_forty_requests_at_once_no_more_pass_than_the_limit(
    browser: Browser, flat: AnAccount, monkeypatch
):
    monkeypatch.setattr(limits, "READING_REQUESTS_PER_PERSON", Limit("few", 5, timedelta(minutes=1)))
    ids = {"ids": [str(uuid4())]}
    told = await asyncio.gather(*(browser.send_json(f"{API}/status", ids) for _ in range(40)))
    assert sorted(one.status_code for one in told) == [200] * 5 + [429] * 35


async def test_a_day_before_the_last_reading_is_for_the_operator_to_look_at(browser: Browser, flat):
    (said,) = await answers(browser, queued(flat, "41523", reading_date="2025-10-01"))
    assert (said["outcome"], said["doubts"]) == ("accepted", ["before_last", "beyond_capacity"])


async def test_a_visitor_is_told_to_sign_in_by_a_code(visitor: Browser):
    answer = await visitor.send_json(API, {"readings": []})
    assert (answer.status_code, answer.json()) == (401, {"code": "needs_login"})


async def test_another_site_cannot_hand_in_anything(http, browser: Browser, flat: AnAccount):
    body = {"protocol": 1, "readings": [queued(flat, "04152")]}
    for said in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {}):
        answer = await http.post(API, json=body, headers={"Cookie": f"sid={browser.cookies['sid']}"} | said)
        assert (answer.status_code, answer.json()) == (403, {"code": "not_same_origin"})


def signed(flat: AnAccount, value: str, **said: Any) -> dict[str, Any]:
    """As devices sign it since they know corrections and reasons."""
    item = queued(flat, value, v=2) | {"corrects": None, "reason": None} | said
    parts = (item[name] for name in ("submission_id", "meter_id", "value", "reading_date", "taken_at"))
    return item | {"digest": digest_of(*parts, said.get("corrects", ""), said.get("reason", ""))}


async def test_a_correction_comes_through_the_queue(browser: Browser, flat: AnAccount):
    first = queued(flat, "04152")
    second = signed(flat, "04155", corrects=first["submission_id"])
    rival = signed(flat, "04156", corrects=first["submission_id"])
    said = await answers(browser, first, second, rival)
    assert [(one["outcome"], one.get("reason")) for one in said] == [
        ("accepted", None), ("accepted", None), ("rejected", "already_corrected"),
    ]  # fmt: skip
    assert said[1]["replaces"] == first["submission_id"] and said[1]["beside"] is None
    assert await answers(browser, second) == [said[1]]


async def test_a_reason_is_signed_and_an_unknown_one_is_another(browser: Browser, flat: AnAccount):
    unsigned = queued(flat, "04152", v=2) | {"corrects": None, "reason": "heating"}
    newer = signed(flat, "04152", reason="aliens")
    said = await answers(browser, unsigned, newer)
    assert [one.get("reason") for one in said] == ["digest_mismatch", None]
    assert (await answers(browser, newer | {"corrects": "none"}))[0]["reason"] == "not_a_reading"


async def test_a_device_that_does_not_know_corrections_stays_understood(browser: Browser, flat: AnAccount):
    (said,) = await answers(browser, queued(flat, "04152") | {"corrects": None, "reason": None})
    assert said["outcome"] == "accepted"
