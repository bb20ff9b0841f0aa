"""The Clerk and colleagues of every role, signed in with a second factor; cases that wait for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast, get_args
from uuid import UUID

from tests.factories.people import HASH, KEY, NOW
from tests.factories.portals import APortal
from webapp.actions import cases
from webapp.actions.sealing import seal
from webapp.database.engine import DB
from webapp.database.tables.factors import Authenticator
from webapp.database.tables.staff import Colleague, StaffSignIn
from webapp.rules import authenticators
from webapp.rules.permissions import Role
from webapp.web.cookies import new_token, token_hash

ROLES: tuple[str, ...] = get_args(Role)
SECRET = b"twenty bytes exactly"


@dataclass(frozen=True)
class AColleague:
    id: UUID
    mail: str
    token: str
    role: str


async def colleague(
    portal: APortal,
    role: str = "clerk",
    mail: str = "",
    *,
    company_id: UUID | None = None,
    factor: bool = True,
    joined: bool = True,
    now: datetime = NOW,
) -> AColleague:
    """Of the operator, unless another company is named."""
    company = None if role == "platform_admin" else company_id or portal.operator
    row = Colleague(
        company_id=company, mail=mail or f"{role}@example.com", name=f"Працівник {role}", role=role,
        password_hash=HASH if joined else None, created_at=now,
    )  # fmt: skip
    await row.save()
    if factor:
        await Authenticator(
            owner_id=row.id, secret=seal(SECRET, row.id, key=KEY), created_at=now, confirmed_at=now
        ).save()
    return AColleague(row.id, row.mail, await sign_in(portal, row.id, now=now), role)


async def sign_in(portal: APortal, colleague_id: UUID, *, now: datetime = NOW, whole: bool = True) -> str:
    token = new_token()
    await StaffSignIn(
        portal_id=portal.id, colleague_id=colleague_id, token_sha256=token_hash(token), second_factor=whole,
        created_at=now, seen_at=now, idle_expires_at=now + timedelta(minutes=30),
        expires_at=now + timedelta(hours=12),
    ).save()  # fmt: skip
    return token


def code(now: datetime = NOW) -> str:
    """What the application of every colleague shows at that moment."""
    return authenticators.code_at(SECRET, authenticators.step_of(now))


async def case(portal: APortal, kind: str = "pin", typed: dict[str, Any] | None = None, **told: Any) -> UUID:
    """An open case of the operator's; of the supplier's with `company_id`."""
    company = told.pop("company_id", portal.operator)
    now = told.pop("now", NOW)
    async with DB.transaction():
        number = await cases.open(
            cast(Any, kind), company_id=company, portal_id=portal.id, typed=typed or {"number": "0910204517"},
            now=now, **told,
        )  # fmt: skip
    return UUID(str(await DB.pool.fetchval("SELECT id FROM cases WHERE number = $1", number)))
