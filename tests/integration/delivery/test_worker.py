"""Whatever breaks meanwhile: a carrier that is stuck, a database that goes away, a worker that is killed."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.fakes.smtp import FakeSmtp
from tests.fakes.twilio import SID, TOKEN, FakeTwilio
from tests.integration.delivery.post import SECRET, ask, left_over, stored, until
from webapp.actions.proofs import Contact
from webapp.database.engine import DB
from webapp.database.tables.messages import Message
from webapp.jobs import worker
from webapp.outside import Outside
from webapp.outside.mail import Letter
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.rules import codes


@dataclass
class StuckMail(EmbeddedMail):
    """Takes letters and says nothing until it is let go."""

    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, letter: Letter) -> str:
        await self.free.wait()
        return await super().send(letter)


async def test_a_post_office_that_is_stuck_holds_up_no_code(portal: UUID, outside: Outside, sms: EmbeddedSms):
    mail = StuckMail()
    for number in range(60):
        await ask(portal, kind="link", to=Contact("mail", f"{number}@example.ua"))

    async def is_stuck() -> bool:
        return await Message.count().where(Message.kind == "mail") == worker.LETTERS_AT_ONCE

    async def came() -> bool:
        return len(sms.sent) == 1

    made = worker.queue(replace(outside, mail=mail))
    running = asyncio.create_task(made.run())
    await until(is_stuck)
    await ask(portal)
    await until(came, 5)
    assert mail.sent == []
    mail.free.set()
    made.shutdown.set()
    await running


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio().listening() as twilio:
        yield twilio


@pytest.fixture
async def smtp() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp().listening() as smtp:
        yield smtp


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


async def ask_now(portal: UUID, count: int) -> list[UUID]:
    """Codes that are in time by the clock of the other process."""
    phones = [Contact("phone", f"+3806712345{number:02}", can_sms=True) for number in range(count)]
    return [await ask(portal, to=phone, now=datetime.now(UTC)) for phone in phones]


async def test_a_worker_that_is_told_to_stop_ends_what_it_began(portal, database_url, twilio, smtp):
    twilio.script = ["wait"]
    (id,) = await ask_now(portal, 1)
    async with process(database_url, twilio, smtp) as running:
        await twilio.heard(1)
        running.terminate()
        twilio.patience.set()
        assert await running.wait() == 0
    assert (await stored(id))["state"] == "sent" and await left_over() == 0


async def test_a_database_that_goes_away_is_waited_for(portal, database_url, twilio, smtp):
    """All its connections are cut; what is asked for afterwards leaves all the same."""
    async with process(database_url, twilio, smtp):
        await until(is_listening)
        assert await DB.pool.fetchval(CUT) > 0
        await ask_now(portal, 1)
        async with asyncio.timeout(15):
            await twilio.heard(1)
    assert len(twilio.taken) == 1


LISTENING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
)
CUT = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


async def is_listening() -> bool:
    return bool(await DB.pool.fetchval(LISTENING))


async def test_a_killed_worker_loses_nothing_and_doubles_only_what_it_held(
    portal, database_url, twilio, smtp
):
    """kill -9 with two messages under way: the carrier has taken one of them, and answered neither."""
    count = 12
    asked = await ask_now(portal, count)
    mailboxes = [Contact("mail", f"{number}@example.ua") for number in range(count)]
    letters = [await ask(portal, kind="link", to=to, now=datetime.now(UTC)) for to in mailboxes]
    twilio.script = ["hang", "taken_then_hang"]

    async def all_but_two() -> bool:
        return await Message.count().where(Message.kind == "sms", Message.state == "sent") == count - 2

    async def nothing_left() -> bool:
        return await left_over() == 0

    async with process(database_url, twilio, smtp) as running:
        await until(all_but_two)
        running.kill()
    async with process(database_url, twilio, smtp):
        await until(nothing_left)

    texts = [form["Body"] for form in twilio.taken]
    expected = [codes.code_of(SECRET.encode(), id) for id in asked]
    assert sorted(sum(code in text for text in texts) for code in expected) == [1] * (count - 1) + [2]
    assert {str(id) for id in letters} == {one["Message-ID"][1:].split("@")[0] for one in smtp.taken}
    assert await Message.count().where(Message.state == "sent") == 2 * count
