"""`blakyt demo` as people start and stop it: one command, no trace of it afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.started import Started, free_port

SRC = Path(__file__).parents[2] / "src"
BLAKYT = (sys.executable, "-m", "webapp")


@pytest.fixture
def database_url(fresh_database_url: str) -> str:
    return fresh_database_url


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """From an empty folder, as after an installation."""
    monkeypatch.setenv("PYTHONPATH", str(SRC))
    started = Started(tmp_path, (*BLAKYT, "demo"))
    yield started
    for process in started.left():
        process.kill()


def blakyt(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    ours = dict(os.environ) | {"PYTHONPATH": str(SRC)} | environ
    return subprocess.run([*BLAKYT, *arguments], env=ours, text=True, capture_output=True, timeout=60)


def test_the_demo_starts_takes_over_what_a_kill_has_left_and_stops_without_a_trace(demo: Started):
    demo.start(patience=60)
    assert demo.status("/readyz") == 200
    second = blakyt("demo", BLAKYT_DATA=str(demo.folder / "var"), PORT=str(demo.port))
    assert second.returncode == 1
    assert "is in use by process" in second.stderr
    demo.kill_supervisor()
    demo.start(patience=60)
    assert demo.says(f"http://chernihiv.localhost:{demo.port}")
    demo.stop(signal.SIGINT)
    assert demo.process.returncode == 0
    assert demo.left() == []


def test_what_the_demo_offers_can_be_read_by_programs():
    offered = json.loads(blakyt("demo", "--json", PORT="8123").stdout)
    assert [portal["url"] for portal in offered["portals"]] == [
        "http://localhost:8123",
        "http://chernihiv.localhost:8123",
        "http://kremenchuk.localhost:8123",
        "http://mygas.localhost:8123",
    ]
    assert {"portal", "role", "name", "login", "password", "totp_secret"} <= set(offered["people"][0])


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "check"])
def test_without_a_database_the_command_says_what_is_missing(command: str):
    answer = blakyt(command, DATABASE_URL="")
    assert answer.returncode == 1
    assert answer.stderr == "blakyt: DATABASE_URL is not set; `blakyt demo` brings a database of its own\n"


def test_people_of_the_demo_do_not_come_into_a_real_database_unasked():
    answer = blakyt("demo", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert "BLAKYT_DEMO=1 must be said" in answer.stderr


@pytest.mark.parametrize("command", ["migrate", "check", "demo"])
def test_a_database_that_cannot_be_reached_is_one_sentence(command: str, tmp_path: Path):
    away = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "BLAKYT_DEMO": "1"}
    answer = blakyt(command, BLAKYT_DATA=str(tmp_path), PORT=str(free_port()), **away)
    assert answer.returncode == 1
    assert answer.stderr.startswith("blakyt: the database of DATABASE_URL cannot be used")


def test_a_port_that_is_taken_is_named(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        answer = blakyt("demo", BLAKYT_DATA=str(tmp_path), PORT=str(other.getsockname()[1]))
    assert answer.returncode == 1
    assert "is taken by another program; PORT chooses another" in answer.stderr


def test_a_database_that_is_ready_passes_the_check(database_url: str):
    assert blakyt("check", DATABASE_URL=database_url, BLAKYT_DEMO="1").returncode == 0


def test_a_database_that_lacks_migrations_does_not(postgres):
    answer = blakyt("check", DATABASE_URL=postgres.url("postgres"), BLAKYT_DEMO="1")
    assert "migrations to apply: 2026-11-22" in answer.stderr
