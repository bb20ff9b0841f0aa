"""Reminders by the real worker: behind codes and letters, each once, also when it is killed in the middle."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.factories import accounts
from tests.factories.portals import APortal
from tests.integration.delivery.post import ADDRESS, MAIL, NOW, ask, left_over, work_off
from webapp.actions import reminders
from webapp.database.engine import DB
from webapp.database.queries import visits
from webapp.database.tables.people import Person
from webapp.database.tables.portals import Company
from webapp.jobs import reminding, worker
from webapp.outside import Outside
from webapp.outside.mail import MailError, MailTrouble
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.mail.smtp import SmtpMail, SmtpServer

MORNING = NOW.replace(day=1, hour=8)


@pytest.fixture
async def reminded(portal: UUID, olena: Person, outside: Outside) -> None:
    """Olena has not sent; it is ten o'clock of the first."""
    operator, supplier = [
        (await Company.select(Company.id).where(Company.role == role).first())["id"]
        for role in ("operator", "supplier")
    ]
    whose = APortal(portal, ADDRESS, operator, supplier)
    home = await accounts.account(whose, "0910204517", "вул. Садова, 18, кв. 42")
    await accounts.link(olena.id, home.id)
    outside.clock.moment = MORNING  # type: ignore[attr-defined]
    await reminding.remind(MORNING)


async def test_a_reminder_leaves_once_however_often_it_is_asked_for(
    reminded: None, portal: UUID, outside: Outside, mail: EmbeddedMail
):
    found = await visits.portal(portal)
    assert found and await reminders.remind(portal, found.policy, MORNING + timedelta(hours=1)) == 0
    mail.troubles = [MailError(MailTrouble.TRY_LATER, permanent=False)]
    id = await DB.pool.fetchval("SELECT id FROM reminders")
    async with DB.transaction():
        await DB.enqueue("reminder", id.bytes, "bulk")
    with pytest.MonkeyPatch.context() as at_once:
        at_once.setattr("webapp.rules.delivery.FIRST_PAUSE", timedelta(0))
        await work_off(outside)
    (letter,) = mail.sent
    assert (letter.to, await left_over()) == (MAIL.value, 0)


async def test_codes_go_first(reminded: None, portal: UUID, outside: Outside):
    await ask(portal, now=MORNING)
    order = "SELECT entrypoint FROM pgqueuer ORDER BY priority DESC"
    assert [row["entrypoint"] for row in await DB.pool.fetch(order)] == ["code", "reminder"]


async def test_the_worker_looks_every_hour(portal: UUID, outside: Outside):
    schedules = {key.entrypoint: key.expression for key in worker.queue(outside).sm.registry}
    assert schedules["remind"] == "0 * * * *"


async def test_mail_programs_are_told_how_to_end_them(reminded: None, outside: Outside, mail: EmbeddedMail):
    await work_off(outside)
    composed = SmtpMail(SmtpServer("127.0.0.1", 25, "cabinet@example.ua")).compose(mail.sent[0])
    assert composed["List-Unsubscribe"].startswith(f"<{ADDRESS}/unsubscribe/")
    assert composed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
