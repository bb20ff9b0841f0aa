"""Whatever breaks meanwhile: a carrier that is stuck, a database that goes away, a worker that is killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import SID, TOKEN, FakeTwilio
from tests.integration.delivery.post import SECRET, ask, left_over, until
from webapp.actions.proofs import Contact
from webapp.database.engine import DB
from webapp.database.tables.messages import Message
from webapp.jobs import worker
from webapp.outside import Outside
from webapp.outside.mail import Letter
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.rules import codes
from webapp.settings import Settings


class StuckMail(EmbeddedMail):
    async def send(self, letter: Letter) -> str:
        await asyncio.Event().wait()
        raise AssertionError


@asynccontextmanager
async def working(outside: Outside) -> AsyncIterator[None]:
    made = worker.queue(outside)
    running = asyncio.create_task(made.run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_a_post_office_that_is_stuck_holds_up_no_code(portal: UUID, outside: Outside, sms: EmbeddedSms):
    for number in range(60):
        await ask(portal, "sign_up", "link", Contact("mail", f"{number}@example.ua"))

    async def stuck() -> bool:
        return await Message.count().where(Message.kind == "mail") == worker.LETTERS_AT_ONCE

    async def came() -> bool:
        return len(sms.sent) == 1

    async with working(replace(outside, mail=StuckMail())):
        await until(stuck, 10)
        await ask(portal)
        await until(came, 5)


async def test_a_database_that_goes_away_is_waited_for(
    portal: UUID, database_url: str, outside: Outside, sms
):
    async def came() -> bool:
        return len(sms.sent) == 1

    running = asyncio.create_task(worker.run(Settings(database_url), outside))
    await until(is_listening)
    await DB.pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    await until(is_listening)
    await ask(portal)
    await until(came)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def is_listening() -> bool:
    return bool(await DB.pool.fetchval("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"))


@asynccontextmanager
async def process(url: str, twilio: FakeTwilio, smtp: FakeSmtp) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker of its own, as an operator starts it."""
    said = {
        "DATABASE_URL": url,
        "BLAKYT_SECRET": SECRET,
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "KGAZ",
        "TWILIO_API": twilio.url,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp.port),
        "SMTP_TLS": "none",
        "MAIL_FROM": "cabinet@example.ua",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "webapp", "worker"]
    running = await asyncio.create_subprocess_exec(*command, env=os.environ | said)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def test_a_killed_worker_loses_nothing_and_doubles_only_what_it_held(portal: UUID, database_url: str):
    """kill -9, twice: before the carrier had answered, and after it had taken the message."""
    now = datetime.now(UTC)
    asked = [
        await ask(portal, to=Contact("phone", f"+3806712345{number:02}", can_sms=True), now=now)
        for number in range(12)
    ]
    letters = [
        await ask(portal, kind="link", to=Contact("mail", f"{number}@example.ua"), now=now)
        for number in range(12)
    ]

    async def all_sent() -> bool:
        return await Message.count().where(Message.state == "sent") == len(asked) + len(letters)

    async with FakeTwilio().listening() as twilio, FakeSmtp().listening() as smtp:
        for trick, in_flight in (("hang", 3), ("taken_then_hang", 2)):
            twilio.script = [trick] * in_flight
            before = twilio.asked
            async with process(database_url, twilio, smtp) as running:
                await twilio.heard(before + in_flight)
                running.send_signal(signal.SIGKILL)
        twilio.script = []
        async with process(database_url, twilio, smtp):
            await until(all_sent)
    bodies = [form["Body"] for form in twilio.taken]
    for id in asked:
        code = codes.code_of(SECRET.encode(), id)
        assert any(code in body for body in bodies)
    assert len(bodies) <= len(asked) + 12 and len(set(bodies)) == len(asked)
    assert {str(id) for id in letters} == {one["Message-ID"][1:].split("@")[0] for one in smtp.taken}
    assert await left_over() == 0
