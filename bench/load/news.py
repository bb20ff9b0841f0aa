"""A queue full of news: how long a one-time code waits behind it, and what five kill -9 cost.

The worker is the one that operators start; letters go to a mail server of our own, SMS to the embedded twin.
"""

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from bench import Line, line
from bench.started import free_port
from webapp.actions import proofs
from webapp.actions.proofs import Contact
from webapp.cluster import Cluster
from webapp.database.engine import DB
from webapp.database.migrate import migrate
from webapp.rules import quiet

NEWS, CODES = 100_000, 5
SENT, KILLS = 3_000, 5
PATIENCE = 300.0
"""Seconds for all letters of the second figure."""
PORTAL, COMPANY, BROADCAST = UUID(int=1), UUID(int=2), UUID(int=3)


class Post:
    """Just enough of SMTP, and how often each letter came."""

    def __init__(self) -> None:
        self.letters: Counter[str] = Counter()
        self.port = free_port()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):  # a worker was killed in the middle
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(text: str) -> None:
            writer.write(text.encode() + b"\r\n")

        say("220 bench")
        while command := (await reader.readline()).decode(errors="replace").upper().strip():
            if command.startswith("DATA"):
                say("354 go on")
                letter = await reader.readuntil(b"\r\n.\r\n")
                head = letter.partition(b"Message-ID: <")[2].partition(b"@")[0]
                self.letters[head.decode()] += 1
            say("221 bye" if command == "QUIT" else "250 ok")
            if command == "QUIT":
                break


def lines() -> Iterator[Line]:
    if quiet.is_quiet(datetime.now(UTC)):
        why = "it is night in Kyiv: news wait for the morning"
        for name, unit, limit in (
            ("code_seconds", "s", "<= 5"),
            ("lost", "letters", "== 0"),
            ("stuck", "jobs", "== 0"),
        ):
            yield line(f"talking.{name}", None, unit, limit, why)
        return
    with TemporaryDirectory(prefix="blakyt-bench-") as folder:
        cluster = Cluster(Path(folder) / "pg", durable=False)
        cluster.start()
        try:
            cluster.create_database("bench")
            url = cluster.url("bench")
            asyncio.run(migrate(url))
            waited, ahead = asyncio.run(codes(url, folder))
            yield line("talking.code_seconds", round(waited, 2), f"s behind {ahead} letters", "<= 5")
            lost, stuck, repeated = asyncio.run(kills(url, folder))
            yield line("talking.lost", lost, f"of {SENT} letters", "== 0")
            yield line("talking.stuck", stuck, "jobs", "== 0")
            yield line("talking.repeated", repeated, "letters sent twice, in flight at a kill", "<= 20")
        finally:
            cluster.stop()


async def codes(url: str, folder: str) -> tuple[float, int]:
    """The longest wait of some codes, one after the other; and how many news still waited at the last."""
    waits = []
    async with DB.opened(url, later=True), office() as post:
        await fill(NEWS)
        async with worker(url, folder, post):
            await until(partial(_has, post, 50))
            for number in range(CODES):
                to = Contact("phone", f"+38067123450{number}", can_sms=True)
                began = time.monotonic()
                async with DB.transaction():
                    id = await proofs.issue(
                        "sign_up", "code", to, portal_id=PORTAL, language="uk", now=datetime.now(UTC)
                    )
                while await DB.pool.fetchval("SELECT state FROM messages WHERE id = $1", id) != "sent":
                    await asyncio.sleep(0.02)
                waits.append(time.monotonic() - began)
        return max(waits), await DB.pool.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'news'")


async def kills(url: str, folder: str) -> tuple[int, int, int]:
    async with DB.opened(url, later=True), office() as post:
        await fill(SENT)
        for kill in range(KILLS):
            async with worker(url, folder, post) as running:
                goal = SENT * (kill + 1) // (KILLS + 1)
                await until(partial(_has, post, goal))
                running.kill()
        stuck = "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'news'"
        async with worker(url, folder, post):
            deadline = time.monotonic() + PATIENCE
            while await DB.pool.fetchval(stuck) and time.monotonic() < deadline:
                await asyncio.sleep(0.5)
        repeated = sum(1 for times in post.letters.values() if times > 1)
        return SENT - len(post.letters), await DB.pool.fetchval(stuck), repeated


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


def _has(post: Post, letters: int) -> bool:
    return len(post.letters) >= letters


@asynccontextmanager
async def office() -> AsyncIterator[Post]:
    post = Post()
    server = await asyncio.start_server(post.talk, "127.0.0.1", post.port)
    try:
        yield post
    finally:
        server.close()


@asynccontextmanager
async def worker(url: str, folder: str, post: Post) -> AsyncIterator[asyncio.subprocess.Process]:
    said = {
        "DATABASE_URL": url, "BLAKYT_DEMO": "1", "BLAKYT_DATA": folder, "BLAKYT_SECRET": "of the bench",
        "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(post.port), "SMTP_TLS": "none", "MAIL_FROM": "news@example.ua",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    command = [sys.executable, "-m", "webapp", "worker"]
    running = await asyncio.create_subprocess_exec(*command, env=os.environ | said)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def fill(count: int) -> None:
    """A broadcast that is walked already: everybody's letter waits in the queue."""
    async with DB.pool.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute(EMPTY)
        for statement in EVERYBODY:
            await connection.execute(statement.format(count=count))
        await connection.execute("ANALYZE")
        await connection.execute("RESET statement_timeout")


TABLES = "pgqueuer, messages, notifications, logins, people, broadcasts, portal_companies, portals, companies"
EMPTY = f"TRUNCATE {TABLES}"
EVERYBODY = (
    f"""INSERT INTO companies (id, role, name, short, address, phone, mail, site, edrpou, iban)
    VALUES ('{COMPANY}', 'operator', 'Bench', 'Bench', '', '', '', '', '', '')""",
    f"""INSERT INTO portals (id, host, address, brand, name, sms_name, policy)
    VALUES ('{PORTAL}', 'bench', 'http://bench', 'hub', 'Bench', 'BENCH', '{{{{}}}}')""",
    f"""INSERT INTO portal_companies (id, portal_id, company_id, position)
    VALUES (gen_random_uuid(), '{PORTAL}', '{COMPANY}', 0)""",
    f"""INSERT INTO broadcasts (id, company_id, portal_id, kind, title, text, branch, settlement, by_sms, state, told,
                                created_by, created_at)
    VALUES ('{BROADCAST}', '{COMPANY}', '{PORTAL}', 'news', 'News', 'Text', '', '', false, 'done', {{count}},
            gen_random_uuid(), now())""",
    f"""INSERT INTO people (id, portal_id, partition, name, phone, language, created_at)
    SELECT md5('p' || n)::uuid, '{PORTAL}', gen_random_uuid(), '', '', 'uk', now()
    FROM generate_series(1, {{count}}) n""",
    f"""INSERT INTO logins (id, portal_id, person_id, kind, contact, verified_at)
    SELECT gen_random_uuid(), '{PORTAL}', md5('p' || n)::uuid, 'mail', n || '@example.ua', now()
    FROM generate_series(1, {{count}}) n""",
    f"""INSERT INTO notifications (id, portal_id, person_id, kind, notice, subject, about, words, listed, created_at)
    SELECT gen_random_uuid(), '{PORTAL}', id, 'news', 'news', '{BROADCAST}', '{BROADCAST}', '{{{{}}}}', true, now()
    FROM people""",
    """INSERT INTO pgqueuer (priority, entrypoint, payload, status)
    SELECT 0, 'news', uuid_send(id), 'queued' FROM notifications""",
)
