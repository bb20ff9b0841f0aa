"""The soak of `bin/bench offline`, in short: every reading meets a fault, the web is killed, none is lost."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bench.soak import storm, town
from bench.soak.weather import Weather
from bench.started import ROOT, Started

SUBMISSIONS = 200
PEOPLE = 4


@pytest.fixture
def database_url(fresh_database_url: str) -> str:
    return fresh_database_url


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Started]:
    surroundings = (f"PYTHONPATH={ROOT / 'src'}", f"DATABASE_URL={database_url}", "BLAKYT_DEMO=1")
    site = Started(tmp_path, ("env", *surroundings, sys.executable, "-m", "webapp", "serve"))
    yield site
    for process in site.left():
        process.kill()


async def test_no_storm_costs_or_doubles_a_reading(site: Started, database_url: str):
    luck = Random()
    with Weather(site.port, luck) as weather:
        hosts = (f"localhost:{site.port}", f"localhost:{weather.port}")
        residents = await town.found(database_url, hosts, [storm.meters_for(SUBMISSIONS // PEOPLE)] * PEOPLE)
        await asyncio.to_thread(site.start, 60)
        outcome = await storm.soak(
            site,
            weather,
            residents,
            database_url,
            submissions=SUBMISSIONS,
            most=8,
            kills=["power"],
            seconds=60,
            luck=luck,
        )
    assert outcome.submitted == len(weather.met) == SUBMISSIONS
    assert (outcome.found.lost, outcome.found.doubled, outcome.wrong) == (0, 0, []), outcome.account()
    assert set(outcome.answers) <= {"200", "503", "none"}, outcome.account()
