"""The staff of the demo: on each portal one of every role, with a key that everybody may know; and what waits."""

from datetime import datetime, timedelta
from hashlib import sha1
from typing import Any, get_args
from uuid import UUID

import msgspec

from webapp.actions import hashing
from webapp.actions.sealing import seal
from webapp.database.engine import DB
from webapp.demo import cast, rows
from webapp.demo.cast import Account, Portal, id_of
from webapp.rules import authenticators
from webapp.rules.cases import due_on, number_of
from webapp.rules.permissions import Role

NAMES: dict[Role, str] = {
    "viewer": "Дарина Левченко",
    "clerk": "Ірина Гриценко",
    "inspector": "Степан Ковтун",
    "supervisor": "Валентин Хоменко",
    "company_admin": "Лариса Яременко",
    "platform_admin": "Гліб Остапенко",
    "auditor": "Зоя Тищенко",
}


class Colleague(msgspec.Struct, frozen=True):
    portal: Portal
    role: Role

    @property
    def mail(self) -> str:
        return f"{self.role}@{self.portal.brand}.example.com"

    @property
    def id(self) -> UUID:
        return id_of("staff", self.mail)

    @property
    def company_id(self) -> UUID | None:
        """Whoever goes along the meters, and whoever sends them there, works for the operator whose they are."""
        if self.role == "platform_admin":
            return None
        serves = "operator" if self.role in ("inspector", "supervisor") else "supplier"
        return rows.company_id(self.portal.company(serves))

    @property
    def secret(self) -> bytes:
        return sha1(f"demo {self.mail}".encode(), usedforsecurity=False).digest()


def colleagues() -> list[Colleague]:
    return [Colleague(portal, role) for portal in cast.portals() for role in get_args(Role)]


def people_json() -> list[dict[str, Any]]:
    """As cast.people_json tells of consumers."""
    return [
        {
            "portal": one.portal.name,
            "role": one.role,
            "name": NAMES[one.role],
            "login": one.mail,
            "password": cast.PASSWORD,
            "totp_secret": authenticators.written(one.secret),
        }
        for one in colleagues()
    ]


async def load(fresh: set[str], key: bytes, now: datetime) -> None:
    """Who is missing comes; keys are sealed anew at each start, since that of the installation may be another."""
    everybody = colleagues()
    known = await DB.one(KNOWN, [one.id for one in everybody], into=int)
    if known != len(everybody):
        password = await hashing.hash_of(cast.PASSWORD)
        await DB.speaker.executemany(
            ADD,
            [
                (one.id, one.company_id, one.mail, NAMES[one.role], one.role, password, now)
                for one in everybody
            ],
        )
    sealed = [
        (id_of("authenticator", one.id), one.id, seal(one.secret, one.id, key=key)) for one in everybody
    ]
    ids, owners, secrets = zip(*sealed, strict=True)
    await DB.do(SEAL, ids, secrets)
    if known != len(everybody):
        await DB.do(ADD_FACTORS, ids, owners, secrets, now)
    for portal in cast.portals():
        if portal.brand in fresh:
            await _cases(portal, now)


KNOWN = "SELECT to_json(count(*)) FROM staff WHERE id = ANY($1)"
ADD = """
INSERT INTO staff (id, company_id, mail, name, role, language, password_hash, created_at)
VALUES ($1, $2, $3, $4, $5, 'uk', $6, $7) ON CONFLICT DO NOTHING
"""
SEAL = """
UPDATE authenticators SET secret = new.secret FROM unnest($1::uuid[], $2::bytea[]) AS new (id, secret)
WHERE authenticators.id = new.id
"""
ADD_FACTORS = """
INSERT INTO authenticators (id, owner_id, secret, created_at, confirmed_at, last_step)
SELECT new.id, new.owner, new.secret, $4, $4, 0
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS new (id, owner, secret)
JOIN staff ON staff.id = new.owner ON CONFLICT DO NOTHING
"""


async def _cases(portal: Portal, now: datetime) -> None:
    """Two of each kind, one of them late: by the portal's own people, about their own accounts and free ones."""
    told = cast.people()[portal.brand]
    linked = [(person, account) for person in told.people for account in person.all_accounts]
    for n, (kind, back) in enumerate((kind, back) for kind in TYPED for back in (2, 11)):
        person, account = linked[n % len(linked)]
        if kind in ("address", "dispute"):
            account = told.unlinked[n % len(told.unlinked)]
        anonymous, at = kind == "annulment", now - timedelta(days=back, hours=n)
        id = id_of("case", portal.brand, kind, back)
        await DB.do(
            CASE, id, rows.company_id(portal.company("supplier")), portal.id, kind, number_of(id.int >> 88),
            None if anonymous else rows.person_id(portal, person),
            None if kind == "address" else rows.account_id(portal, account),
            msgspec.json.encode(typed(kind, account, at)).decode(),
            "kolyshnii@example.com" if anonymous else person.logins[0], at, due_on(at),
        )  # fmt: skip


TYPED = {
    "pin": ("number",),
    "address": ("settlement", "words"),
    "dispute": ("number", "explanation"),
    "annulment": ("number", "holder", "address", "amount"),
    "moving": ("number", "on", "readings"),
}


def typed(kind: str, account: Account, at: datetime) -> dict[str, Any]:
    """What somebody wrote about the account, in the fields of this kind of case."""
    said: dict[str, Any] = {
        "number": account.supply,
        "settlement": account.settlement,
        "words": "Нова вулиця біля школи, будинок здали навесні, у списку її немає.",
        "explanation": "Квартиру купили торік, а рахунок досі в кабінеті попереднього власника.",
        "holder": account.holder,
        "address": f"{account.settlement}, {account.address}",
        "amount": "186,40",
        "on": at.date().isoformat(),
        "readings": {"1": f"{account.last:05d}"},
    }
    return {name: said[name] for name in TYPED[kind]}


CASE = """
INSERT INTO cases (id, company_id, portal_id, kind, number, person_id, account_id, typed, contact, language, state,
                   answer, created_at, due_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, 'uk', 'open', '', $10, $11) ON CONFLICT DO NOTHING
"""
