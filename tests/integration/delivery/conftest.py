"""A portal, Olena who has a phone and a mailbox there, and carriers that do as they are told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.integration.delivery.post import MAIL, NOW, PHONE, SECRET
from webapp.database.engine import DB
from webapp.database.tables.people import Login, Person
from webapp.database.tables.portals import Company, Portal, PortalCompany
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.rules import delivery


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


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
        company = Company(id=uuid4(), role="supplier", name="ТОВ «Газ»", short="Газ", phone="+380800300104")
        row = Portal(
            id=uuid4(),
            host="cabinet.example.ua",
            address="https://cabinet.example.ua",
            brand="hub",
            name="Газ",
            sms_name="KGAZ",
            policy="{}",
        )
        await company.save()
        await row.save()
        await PortalCompany(id=uuid4(), portal_id=row.id, company_id=company.id).save()
        yield row.id


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
