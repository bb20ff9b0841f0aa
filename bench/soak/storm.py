"""The soak: devices that type and send while network and server fail, and the account of it afterwards."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from random import Random

import httpx

from bench.soak import ledger
from bench.soak.blows import ALIVE, BLOWS
from bench.soak.device import Device, kept
from bench.soak.town import Resident
from bench.soak.weather import Weather
from bench.started import Started

RIVALS = 10
"""Of so many readings one is the second of its meter, one cannot be a reading, and the rest are good."""


@dataclass(frozen=True)
class Outcome:
    submitted: int
    """Readings typed; each met at least one fault."""
    found: ledger.Found
    kills: Counter[str]
    faults: Counter[str]
    answers: Counter[str]
    """Of the server, by status."""
    statuses: Counter[int | str]
    """As the devices saw it."""
    wrong: list[str]
    """Answers that contradict each other, or that no server may give."""
    seconds: float

    def account(self) -> str:
        told = {
            "kills": self.kills,
            "faults": self.faults,
            "answers": self.answers,
            "devices saw": self.statuses,
        }
        counts = [f"{name}: {dict(counted)}" for name, counted in told.items()]
        return "\n".join(
            [f"{self.submitted} readings in {self.seconds:.0f} s", *counts, *self.found.why, *self.wrong]
        )


def meters_for(submissions: int) -> int:
    return submissions - submissions // RIVALS


def plan(residents: Sequence[Resident], submissions: int, luck: Random) -> list[list[tuple[str, str]]]:
    """For two devices of each person: what is typed on them, in this order."""
    each = submissions // len(residents)
    planned = []
    for resident in residents:
        meters = [str(meter) for meter in resident.meters]
        readings = [(meter, f"{luck.randrange(10**5):05}") for meter in meters]
        readings += [
            (meter, f"{luck.randrange(10**5):05}") for meter in luck.sample(meters, each - len(meters))
        ]
        for place in luck.sample(range(each), each // RIVALS):
            readings[place] = (readings[place][0], luck.choice(["4l52", "041523", "", "41.5"]))
        luck.shuffle(readings)
        planned += [readings[0::2], readings[1::2]]
    return planned


async def soak(
    site: Started,
    weather: Weather,
    residents: Sequence[Resident],
    database_url: str,
    *,
    submissions: int,
    most: int,
    kills: Sequence[str],
    seconds: float,
    luck: Random,
) -> Outcome:
    """`most` go in one request. Raises TimeoutError where not everything is answered for after so many `seconds`."""
    began = time.monotonic()
    async with devices_of(residents, weather, submissions, most, luck) as devices:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as living:
            weather.storm = True
            over = asyncio.Event()
            living.create_task(close_the_door(weather, luck, over))
            for device in devices:
                living.create_task(device.live())
            await strike(site, weather, devices, submissions, kills, luck)
            while len(weather.met) < submissions:
                await asyncio.sleep(0.05)
            weather.storm = False
            over.set()
        found = ledger.compare(
            [entry for device in devices for entry in device.entries.values()],
            await ledger.rows(database_url, devices),
        )
        wrong = [word for device in devices for word in [*device.wrong, *await contradictions(device)]]
    return Outcome(
        submissions, found, Counter(kills), weather.blows, weather.answers,
        sum((device.statuses for device in devices), Counter()), wrong, time.monotonic() - began,
    )  # fmt: skip


@asynccontextmanager
async def devices_of(
    residents: Sequence[Resident], weather: Weather, submissions: int, most: int, luck: Random
) -> AsyncIterator[list[Device]]:
    async with AsyncExitStack() as stack:
        devices = []
        for number, planned in enumerate(plan(residents, submissions, luck)):
            address, host = f"http://127.0.0.1:{weather.port}", f"localhost:{weather.port}"
            client = httpx.AsyncClient(base_url=address, headers={"Host": host}, timeout=20)
            http = await stack.enter_async_context(client)
            devices.append(Device(residents[number // 2], http, Random(luck.random()), planned, most))
        yield devices


async def strike(
    site: Started,
    weather: Weather,
    devices: Sequence[Device],
    submissions: int,
    kills: Sequence[str],
    luck: Random,
) -> None:
    """One kill after another, evenly over what is acknowledged, each while the server has a request at hand."""
    for number, kind in enumerate(kills, 1):
        started = time.monotonic()
        due = number * submissions / (len(kills) + 1)
        while sum(len(device.entries) - len(device.waiting()) for device in devices) < due:
            await asyncio.sleep(0.01)
        await asyncio.sleep(max(0.0, started + ALIVE - time.monotonic()) if kind == "web" else 0)
        await asyncio.to_thread(weather.next_request, 5)
        await asyncio.sleep(luck.uniform(0, 0.1))
        await asyncio.to_thread(BLOWS[kind], site)


async def close_the_door(weather: Weather, luck: Random, over: asyncio.Event) -> None:
    """From time to time nobody is at home at all: open connections are cut, new ones refused."""
    while not over.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), luck.uniform(1, 3))
        await asyncio.to_thread(weather.stop)
        await asyncio.sleep(luck.uniform(0.1, 0.4))
        await asyncio.to_thread(weather.clear)


async def contradictions(device: Device) -> list[str]:
    """Asked what became of its readings, the server says what it said before."""
    wrong, ids = [], list(device.entries)
    for start in range(0, len(ids), 200):
        for told in await device.statuses_of(ids[start : start + 200]):
            answer = device.entries[told["submission_id"]].answer
            if answer is None or kept(answer) != kept(told):
                wrong.append(f"answered {answer}, asked again {told}")
    return wrong
