"""A company's whole register and a year of its charges taken over, and half a million readings handed out.

BLAKYT_BENCH_ACCOUNTS says how many accounts; a million is what the limits are meant for.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import TextIO

import psutil

from bench import Line, line
from bench.load import client, decades
from bench.load.data import token_of
from bench.load.processes import Server, server
from bench.started import free_port
from webapp import exchanging
from webapp.cluster import Cluster
from webapp.database.engine import DB
from webapp.database.migrate import migrate

ACCOUNTS = int(os.environ.get("BLAKYT_BENCH_ACCOUNTS", "1000000"))
MONTHS = 12
TOWN = 10_000
"""Accounts of the company whose pages are asked for meanwhile."""
READINGS = 500_000
MIB = 1024 * 1024
TAKE = "from bench.exchange import take_over; take_over()"
HAND = "from bench.exchange import hand_out; hand_out()"
"""Each in a process of its own: its memory is what the deed takes."""
MOMENT = threading.Event()


def lines() -> Iterator[Line]:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="blakyt-bench-")))
        folder.chmod(0o755)
        cluster = running.enter_context(Cluster(folder / "pg"))
        cluster.create_database("bench")
        url = cluster.url("bench")
        asyncio.run(migrate(url))
        asyncio.run(_company(url))
        accounts, charges = folder / "accounts.csv", folder / "charges.csv"
        with accounts.open("w", encoding="utf-8") as file:
            write_accounts(file, ACCOUNTS)
        with charges.open("w", encoding="utf-8") as file:
            write_charges(file, ACCOUNTS, MONTHS)
        asyncio.run(decades.settle(url, TOWN))
        os.sync()  # what was written to prepare is not the import's to wait for
        with server("ours", url, free_port()) as pages, asked(pages) as waited:
            seconds, mebibytes, told = _measured(TAKE, url, str(accounts), str(charges))
        why = {"why": told} if seconds is None else {}
        limit = f"<= {max(480 * ACCOUNTS // 1_000_000, 30)}"
        yield line("exchange.import_seconds", seconds, f"s for {ACCOUNTS} accounts", limit, **why)
        slow = 1000 * statistics.quantiles(waited, n=20)[-1] if len(waited) > 20 else None
        yield line(
            "exchange.page_ms", slow and round(slow), f"95 of 100 of {len(waited)} cabinets", "<= 1000", **why
        )
        yield line("exchange.import_mib", mebibytes, "MiB of the command and its backends", "<= 400", **why)
        wrong = None if seconds is None else asyncio.run(_wrong(url))
        yield line("exchange.wrong_balances", wrong, "contracts", "== 0", **why)
        asyncio.run(_readings(url))
        _, mebibytes, told = _measured(HAND, url)
        yield line("exchange.export_mib", mebibytes, f"MiB, {READINGS} rows", "<= 200", told)


@contextmanager
def asked(pages: Server) -> Iterator[list[float]]:
    """Somebody opens a cabinet every half a second meanwhile, of the company that is served already; seconds each."""
    waited, over = list[float](), threading.Event()

    def look(person: int) -> None:
        asyncio.run(client.once(pages.port, client.asking("GET /cabinet", token_of(person))))

    def ask() -> None:
        for person in cycle(decades.measured(TOWN)):
            began = time.perf_counter()
            look(person)
            waited.append(time.perf_counter() - began)
            if over.wait(0.5):
                return

    look(next(iter(decades.measured(TOWN))))  # templates are there
    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield waited
    finally:
        over.set()
        asking.join()


def write_accounts(file: TextIO, many: int) -> None:
    file.write("number;branch;settlement;street;house;flat;holder;contract;price;year_volume\n")
    for n in range(many):
        street, house, flat = n // 4000 % 250, n // 40 % 100 + 1, n % 40 + 1
        file.write(
            f"{n:010d};Філія {n % 7};м. Місто {n % 90};вул. Вулиця {street};{house};{flat};"
            f"Споживач {n} Іванович;K{n:09d};2,388;640\n"
        )


def write_charges(file: TextIO, many: int, months: int) -> None:
    file.write("id;contract;month;kind;volume;price;amount;charged_on\n")
    for month in range(1, months + 1):
        for n in range(many):
            file.write(
                f"H{month}-{n};K{n:09d};2025-{month:02d};actual;{n % 90};7,96;{n % 900}.{n % 100:02d};"
                f"2025-{month:02d}-28\n"
            )


def take_over() -> None:
    asyncio.run(_take_over(*sys.argv[1:]))


async def _take_over(url: str, accounts: str, charges: str) -> None:
    async with DB.opened(url, patient=True):
        for kind, file in (("accounts", accounts), ("charges", charges)):
            began = time.monotonic()
            chosen = argparse.Namespace(company="Великогаз", kind=kind, file=file, dry_run=False)
            told = await exchanging.bring_file(chosen)
            print(f"{kind}: {told}; {time.monotonic() - began:.0f} s", file=sys.stderr)


def hand_out() -> None:
    asyncio.run(_hand_out(sys.argv[1]))


async def _hand_out(url: str) -> None:
    chosen = argparse.Namespace(company="Великогаз", kind="readings", after=-1)
    async with DB.opened(url, patient=True):
        with open(os.devnull, "w") as nowhere:
            await exchanging.take_to(chosen, nowhere, sys.stderr)


def _measured(code: str, *arguments: str) -> tuple[float | None, float | None, str]:
    """Seconds, and the most memory at a moment of the process and of the backends that work for it."""
    began, most = time.monotonic(), 0
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        most = max(most, _memory(process.pid))
        MOMENT.wait(1)  # looking at every process costs, and the import would pay
    told = process.stderr.read() if process.stderr else ""
    print(told.strip(), file=sys.stderr)
    if process.returncode:
        return None, None, told[-500:]
    return round(time.monotonic() - began, 1), round(most / MIB), ""


def _memory(pid: int) -> int:
    """Of parallel workers all count, of other backends the greatest: it is the one at work."""
    ours, workers, private = 0, 0, [0]
    for one in psutil.process_iter(["name", "cmdline"]):
        try:
            memory = one.memory_info()
            if one.pid == pid:
                ours = memory.rss
            elif one.info["name"] == "postgres" and "parallel worker" in " ".join(one.info["cmdline"] or ()):
                workers += memory.rss - memory.shared
            elif one.info["name"] == "postgres":
                private.append(memory.rss - memory.shared)
        except psutil.NoSuchProcess:
            continue
    return ours + workers + max(private)


async def _company(url: str) -> None:
    async with DB.opened(url, patient=True):
        await DB.do(
            "INSERT INTO companies (id, role, name, short, address, phone, mail, site, edrpou, iban)"
            " VALUES (md5('great')::uuid, 'operator', 'АТ «Великогаз»', 'Великогаз', '', '', '', '', '', '')"
        )  # fmt: skip


async def _wrong(url: str) -> int:
    async with DB.opened(url, patient=True):
        return await DB.one(
            "SELECT to_json(count(*)) FROM contracts LEFT JOIN (SELECT contract_id, sum(amount) AS by FROM charges"
            " GROUP BY 1) c ON contract_id = contracts.id WHERE (balance <> opening + coalesce(by, 0) OR by IS NULL)"
            " AND contracts.company_id = md5('great')::uuid",
            into=int,
        ) or 0  # fmt: skip


async def _readings(url: str) -> None:
    """One meter of one account has them all: how they are spread does not matter to who streams them."""
    async with DB.opened(url, patient=True):
        for statement in METER:
            await DB.do(statement)
        await DB.do(FILL, READINGS)
        await DB.do("ANALYZE readings")


METER = (
    "INSERT INTO meter_points (id, company_id, account_id, eic) SELECT id, company_id, id, 'E' FROM accounts"
    " WHERE company_id = md5('great')::uuid LIMIT 1",
    "INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, installed_on)"
    " SELECT id, company_id, account_id, id, 'S', 'M', '2020-01-01' FROM meter_points WHERE eic = 'E'",
)
FILL = """
INSERT INTO readings (id, company_id, meter_id, source, month, value, read_on, taken_at, received_at, state, digest)
SELECT gen_random_uuid(), company_id, id, 'staff', '2026-01-01', n, '2026-01-01', now(), now(), 'beside', ''
FROM meters, generate_series(1, $1) n WHERE serial = 'S'
"""
