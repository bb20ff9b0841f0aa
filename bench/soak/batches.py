"""A thousand readings at once: in twenty batches over ten connections, and in one upload of one person."""

import asyncio
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from bench.soak.device import PATH
from bench.soak.town import Resident, digest, found
from bench.started import Started
from webapp.actions import readings as actions
from webapp.database.engine import DB
from webapp.database.queries.visits import Person
from webapp.outside.receipt_keys import EmbeddedKeys
from webapp.rules.periods import day_of
from webapp.rules.policy import Policy

PEOPLE, EACH, BATCH = 10, 100, 50
UPLOADED = 1000
VALUE = "00012"
MIB = 1024 * 1024


class NotTaken(Exception):
    """Some of them were not accepted: how long the others took says nothing."""


@dataclass(frozen=True)
class Taken:
    batch_seconds: float
    batch_memory: float
    """MiB that all processes of the site held more at the peak than before."""
    upload_seconds: float


async def take(site: Started, database_url: str) -> Taken:
    host = f"batches.localhost:{site.port}"
    *people, business = await found(database_url, [host], [*[EACH] * PEOPLE, UPLOADED])
    base = f"http://127.0.0.1:{site.port}"
    async with httpx.AsyncClient(base_url=base, headers={"Host": host}, timeout=30) as http:
        for _ in range(3):  # connections, to us and to the database, are there before: the site is running
            await asyncio.gather(*(_ask(http, person) for person in people))
        before = _held(site)
        with _Peak(site) as peak:
            began = time.monotonic()
            accepted = await asyncio.gather(*(_hand_in(http, person) for person in people))
            seconds = time.monotonic() - began
    if sum(accepted) != PEOPLE * EACH:
        raise NotTaken(f"{sum(accepted)} of {PEOPLE * EACH}")
    memory = max(0.0, (peak.most - before) / MIB)
    return Taken(round(seconds, 2), round(memory, 1), round(await _upload(database_url, business), 2))


async def _ask(http: httpx.AsyncClient, person: Resident) -> None:
    """What became of readings that never were."""
    body = {"ids": [str(uuid4()) for _ in range(200)]}
    (await http.post(f"{PATH}/status", json=body, headers=_signed(person))).raise_for_status()


async def _hand_in(http: httpx.AsyncClient, person: Resident) -> int:
    accepted = 0
    for start in range(0, EACH, BATCH):
        readings = [_reading(str(meter)) for meter in person.meters[start : start + BATCH]]
        body = {"protocol": 1, "device_id": str(uuid4()), "sent_at": _now(), "readings": readings}
        answer = await http.post(PATH, json=body, headers=_signed(person))
        accepted += sum(one["outcome"] == "accepted" for one in answer.raise_for_status().json()["results"])
    return accepted


async def _upload(database_url: str, by: Resident) -> float:
    """Through the action alone: reading the file is another's work."""
    now = datetime.now(UTC)
    batch = [
        actions.Submission(uuid4(), meter, VALUE, day_of(now), now, "0" * 64, sent_at=now)
        for meter in by.meters
    ]
    person = Person(by.id, by.partition, "", "uk", uuid4(), False, now)
    async with DB.opened(database_url):
        began = time.monotonic()
        decided = await actions.submit_all(batch, by=person, policy=Policy(), now=now, keys=EmbeddedKeys())
        seconds = time.monotonic() - began
    accepted = sum(isinstance(outcome, actions.Accepted) for _, outcome in decided)
    if accepted != UPLOADED:
        raise NotTaken(f"{accepted} of {UPLOADED} uploaded")
    return seconds


def _reading(meter: str) -> dict[str, Any]:
    told = {
        "v": 1, "kind": "meter_reading", "submission_id": str(uuid4()), "meter_id": meter, "value": VALUE,
        "reading_date": day_of(datetime.now(UTC)).isoformat(), "taken_at": _now(), "seq": 1, "confirmed": True,
    }  # fmt: skip
    return told | {"digest": digest(told)}


def _signed(person: Resident) -> dict[str, str]:
    return {
        "Cookie": f"sid={person.token}", "Sec-Fetch-Site": "same-origin", "X-Partition": str(person.partition)
    }  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _held(site: Started) -> int:
    """Bytes of all its processes; what they share, such as the buffers of the database, counts once."""
    return sum(process.memory_full_info().uss for process in site.left() if process.is_running())


class _Peak:
    """Looks a few times a second, from a thread of its own; more often it would be in the way."""

    def __init__(self, site: Started) -> None:
        self.most, self._site, self._over = 0, site, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.most = max(self.most, _held(self._site))

    def _look(self) -> None:
        while not self._over.wait(0.3):
            self.most = max(self.most, _held(self._site))
