"""People of a portal, with a login, a password and a sign-in of their own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher

from webapp.database.tables.people import Login, Person, SignIn
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.web.cookies import new_token, token_hash

NOW = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
"""20:00 in Kyiv on the third day of the window."""
PASSWORD = "Ліхтар-над-Бугом-7"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)
KEY = b"a key of the tests alone"


@dataclass(frozen=True)
class SignedIn:
    id: UUID
    token: str
    partition: UUID
    login: str


def outside(now: datetime = NOW) -> Outside:
    return Outside(clock=StoppedClock(now), sms=EmbeddedSms(), mail=EmbeddedMail(), key=KEY)


async def person(
    portal_id: UUID, name: str, login: str, *, language: str = "uk", now: datetime = NOW
) -> SignedIn:
    someone = Person(portal_id=portal_id, name=name, language=language, password_hash=HASH, created_at=now)
    await someone.save()
    await add_login(portal_id, someone.id, login, now)
    return SignedIn(someone.id, await sign_in(portal_id, someone.id, now), someone.partition, login)


async def add_login(portal_id: UUID, person_id: UUID, contact: str, now: datetime = NOW) -> None:
    kind = "mail" if "@" in contact else "phone"
    await Login(portal_id=portal_id, person_id=person_id, kind=kind, contact=contact, verified_at=now).save()


async def sign_in(portal_id: UUID, person_id: UUID, now: datetime = NOW) -> str:
    """The token of a browser that is signed in, as if it had come through the door."""
    token = new_token()
    await SignIn(
        portal_id=portal_id, person_id=person_id, token_sha256=token_hash(token), created_at=now, seen_at=now,
        idle_expires_at=now + timedelta(days=62), expires_at=now + timedelta(days=365),
    ).save()  # fmt: skip
    return token
