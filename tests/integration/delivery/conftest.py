"""A portal, Olena who has a phone and a mailbox there, and carriers that do as they are told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.factories import portals
from tests.integration.delivery.post import ADDRESS, MAIL, NOW, PHONE, SECRET
from webapp.database.engine import DB
from webapp.database.tables.people import Login, Person
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.rules import delivery


@pytest.fixture
def database_url(fresh_database_url: str) -> str:
    return fresh_database_url


@pytest.fixture
def sms() -> EmbeddedSms:
    return EmbeddedSms()


@pytest.fixture
def mail() -> EmbeddedMail:
    return EmbeddedMail()


@pytest.fixture
def outside(sms: EmbeddedSms, mail: EmbeddedMail) -> Outside:
    return Outside(StoppedClock(NOW), sms, mail, SECRET.encode())


@pytest.fixture
async def portal(database_url: str) -> AsyncIterator[UUID]:
    async with DB.opened(database_url):
        yield (await portals.portal("cabinet.example.ua", address=ADDRESS)).id


@pytest.fixture
async def olena(portal: UUID) -> Person:
    person = Person(id=uuid4(), portal_id=portal, partition=uuid4(), name="Олена", created_at=NOW)
    await person.save()
    for contact in (PHONE, MAIL):
        await Login(
            id=uuid4(),
            portal_id=portal,
            person_id=person.id,
            kind=contact.kind,
            contact=contact.value,
            verified_at=NOW,
        ).save()
    return person


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FIRST_PAUSE", timedelta(0))
