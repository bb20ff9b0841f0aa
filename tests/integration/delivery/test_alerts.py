"""What is told unasked reaches phone and mailbox, with the dates and numbers that matter."""

from datetime import timedelta
from uuid import UUID

from tests.factories import accounts
from tests.factories.portals import APortal
from tests.integration.delivery.post import ADDRESS, NOW, work_off
from webapp.actions import alerts
from webapp.database.engine import DB
from webapp.database.tables.people import Person
from webapp.database.tables.portals import Company
from webapp.outside import Outside
from webapp.outside.mail.embedded import EmbeddedMail


async def test_a_letter_names_the_meter_and_the_day(
    portal: UUID, olena: Person, outside: Outside, mail: EmbeddedMail
):
    operator, supplier = [
        (await Company.select(Company.id).where(Company.role == role).first())["id"]
        for role in ("operator", "supplier")
    ]
    home = await accounts.account(
        APortal(portal, ADDRESS, operator, supplier), "0910204517", "вул. Садова, 18"
    )
    await accounts.link(olena.id, home.id)
    await DB.do("UPDATE meters SET verified_until = $1", NOW.date() + timedelta(days=30))
    await DB.do("UPDATE links SET balance_limit = 50")
    assert await alerts.look(NOW) == 2
    await work_off(outside)
    letters = {
        row["notice"]: row["text"]
        for row in await DB.pool.fetch("SELECT * FROM messages WHERE kind = 'mail'")
    }
    assert set(letters) == {"verification-due", "balance-above"}
    due = letters["verification-due"]
    assert "№ 0204517" in due and "0910204517" in due and str((NOW + timedelta(days=30)).year) in due
    assert "0910204517" in letters["balance-above"] and f"{ADDRESS}/statistics" in letters["balance-above"]
    assert not await DB.pool.fetch("SELECT FROM messages WHERE kind = 'sms'"), "who has a mailbox gets no SMS"
