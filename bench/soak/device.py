"""A device that speaks the protocol of static/js/drain.js; its outbox, kept in memory, is what must not be lost."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from bench.soak.town import Resident, digest
from webapp.rules.periods import day_of

PATH = "/api/v1/readings"
FINAL = ("accepted", "rejected")
TOLD = ("outcome", "number", "value", "month", "reason", "standing")
"""What an answer for good says; it says the same whenever it is repeated."""
FIRST, LONGEST = 0.02, 0.3
"""Seconds between two tries: a thousandth of a real device's, whose soak would take a day."""


@dataclass
class Entry:
    """A reading as it lies in the outbox; nothing of `told` ever changes."""

    seq: int
    told: dict[str, Any]
    attempts: int = 0
    next_try: float = 0.0
    answer: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        return str(self.told["submission_id"])


@dataclass
class Device:
    resident: Resident
    http: httpx.AsyncClient
    luck: Random
    planned: list[tuple[str, str]]
    """Meter and value, not typed yet."""
    most: int
    """Readings in a request; the server takes 50."""
    id: str = field(default_factory=lambda: str(uuid4()))
    entries: dict[str, Entry] = field(default_factory=dict)
    statuses: Counter[int | str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """What no server may answer."""

    async def live(self) -> None:
        """Types in lumps, as where there is no network, and tries until all is answered for."""
        fails = 0
        while self.planned or self.waiting():
            self.type(self.luck.randint(1, self.most))
            wait = await self.drain()
            fails = 0 if wait is None else fails + 1
            await asyncio.sleep(max(wait or 0, self.backoff(fails)))

    def type(self, count: int) -> None:
        now = datetime.now(UTC)
        for meter, value in self.planned[:count]:
            told = {
                "v": 1, "kind": "meter_reading", "submission_id": str(uuid4()), "meter_id": meter, "value": value,
                "reading_date": day_of(now).isoformat(), "taken_at": now.isoformat(timespec="milliseconds"),
                "tz": "Europe/Kyiv", "seq": len(self.entries) + 1, "confirmed": True,
            }  # fmt: skip
            entry = Entry(len(self.entries) + 1, told | {"digest": digest(told)})
            self.entries[entry.id] = entry
        del self.planned[:count]

    def waiting(self) -> list[Entry]:
        return [entry for entry in self.entries.values() if entry.answer is None]

    def due(self, tried: set[str]) -> list[Entry]:
        """In the order typed; a meter's later reading never passes its earlier one."""
        closed, going = set(), []
        for entry in self.waiting():
            meter = entry.told["meter_id"]
            if meter in closed or entry.id in tried or entry.next_try > time.monotonic():
                closed.add(meter)
            else:
                going.append(entry)
        return going[: self.luck.randint(1, self.most)]

    async def drain(self) -> float | None:
        """None when all that is due was sent, else the seconds that the server wants to be left alone (0: any)."""
        tried: set[str] = set()
        while batch := self.due(tried):
            tried |= {entry.id for entry in batch}
            for entry in batch:
                entry.attempts += 1
            stop = await self.send(batch)
            for entry in batch:
                if entry.answer is None and stop is None:
                    entry.next_try = time.monotonic() + self.backoff(entry.attempts)
            if stop is not None:
                return stop
        return None

    async def send(self, batch: list[Entry]) -> float | None:
        """Mostly once; sometimes from two tabs at once, sometimes the page is left in the middle."""
        sent_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        readings = [entry.told for entry in batch]
        body = {"protocol": 1, "device_id": self.id, "sent_at": sent_at, "readings": readings}
        chance = self.luck.random()
        if chance < 0.1:
            stops = await asyncio.gather(self.ask(body, batch), self.ask(body, batch))
            return None if None in stops else stops[0]
        try:
            async with asyncio.timeout(self.luck.uniform(0, 0.1) if chance > 0.9 else None):
                return await self.ask(body, batch)
        except TimeoutError:
            self.statuses["left"] += 1
            return 0.0

    async def ask(self, body: dict[str, Any], asked: Iterable[Entry]) -> float | None:
        try:
            response = await self.http.post(PATH, json=body, headers=self.headers())
        except httpx.HTTPError as error:
            self.statuses[type(error).__name__] += 1
            return 0.0
        self.statuses[response.status_code] += 1
        answer = read(response)
        if (
            response.status_code == 200
            and answer.get("protocol") == 1
            and isinstance(answer.get("results"), list)
        ):
            self.accept(answer["results"], asked)
            return None
        if answer and response.status_code < 500 and response.status_code != 429:
            self.wrong.append(f"{response.status_code} {answer}")
        after = response.headers.get("Retry-After", "")
        return float(after) if after.isdigit() else 0.0

    def accept(self, results: list[Any], asked: Iterable[Entry]) -> None:
        """Only what names an entry's id and digest, and is an answer for good, is one."""
        by_id = {one.get("submission_id"): one for one in results}
        for entry in asked:
            one = by_id.get(entry.id)
            if one is None:
                continue
            if one["digest"] != entry.told["digest"] or one["outcome"] not in FINAL:
                self.wrong.append(str(one))
                continue
            if entry.answer is not None and kept(entry.answer) != kept(one):
                self.wrong.append(f"first {entry.answer}, then {one}")
            entry.answer = one

    async def statuses_of(self, ids: list[str]) -> list[dict[str, Any]]:
        """What the server says became of them. Not for a storm."""
        response = await self.http.post(f"{PATH}/status", json={"ids": ids}, headers=self.headers())
        return list(response.raise_for_status().json()["results"])

    def headers(self) -> dict[str, str]:
        return {
            "Cookie": f"sid={self.resident.token}", "Sec-Fetch-Site": "same-origin", "X-Client-Protocol": "1",
            "X-Partition": str(self.resident.partition), "X-Outbox-Depth": str(len(self.waiting())),
        }  # fmt: skip

    def backoff(self, tries: int) -> float:
        return max(FIRST / 2, self.luck.random() * min(LONGEST, FIRST * 2.0 ** min(tries, 20)))


def kept(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer.get(name) for name in TOLD}


def read(response: httpx.Response) -> dict[str, Any]:
    """A typed answer; empty for what a network says instead."""
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        return {}
    try:
        return dict(response.json())
    except ValueError:
        return {}
