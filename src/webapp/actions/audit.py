"""The record of the staff: who looked at whose card, or did what, and why. The database lets nobody change it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import msgspec

from webapp.database.engine import DB

Deed = Literal[
    "signed_in", "factor_set", "joined", "looked", "granted", "refused", "invited", "blocked", "unblocked",
    "role_changed", "access_renewed", "refund_asked", "refund_approved", "refund_refused", "round_planned",
    "round_assigned", "round_cancelled", "phone_lost", "visit_reviewed",
    "appointment_called", "appointment_ended", "callback_made", "hours_changed", "day_closed", "day_opened",
    "appeal_taken", "appeal_answered", "appeal_asked", "appeal_forwarded", "appeal_closed",
    "news_published", "news_withdrawn", "broadcast_sent", "broadcast_cancelled", "budget_set",
    "import_brought", "import_applied", "import_undone", "import_cancelled", "exported",
    "mirrored", "reading_taken", "not_identified", "pin_told", "policy_changed", "policy_withdrawn",
    "key_made", "key_revoked", "volumes_accepted", "volumes_returned", "accounts_handed_over",
]  # fmt: skip
LOOK_LASTS_MINUTES = 30
"""So long a card stays open after its reason was given; then it is asked again."""


class By(msgspec.Struct, frozen=True):
    """Whose deed it is, and from where."""

    id: UUID | None
    """None: the command line, for whoever keeps the server."""
    company_id: UUID | None
    role: str
    portal_id: UUID
    ip: str
    program: str = ""
    """The name of its key, where no person did it."""


async def write(
    deed: Deed,
    by: By,
    *,
    now: datetime,
    company_id: UUID | None = None,
    person_id: UUID | None = None,
    account_id: UUID | None = None,
    case_id: UUID | None = None,
    reason: str = "",
    changed: dict[str, Any] | None = None,
) -> None:
    """Inside the transaction of the deed: neither is there without the other."""
    told = (changed or {}) | ({"program": by.program} if by.program else {})
    text = msgspec.json.encode(told).decode()
    await DB.do(
        WRITE, uuid4(), company_id or by.company_id, by.id, deed, person_id, account_id, case_id, reason[:200],
        text, by.ip, now,
    )  # fmt: skip


WRITE = """
INSERT INTO audit (id, company_id, colleague_id, deed, person_id, account_id, case_id, reason, changed, ip, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11)
"""


async def look(case_id: UUID, reason: str, *, by: By, now: datetime) -> bool:
    """The card of a case or an appeal opens for this colleague, for a while. False: the company has none."""
    async with DB.transaction():
        of = await DB.one(OF, case_id, by.company_id, into=Of)
        if of is None:
            return False
        await write(
            "looked", by, now=now, person_id=of.person_id, account_id=of.account_id, case_id=case_id,
            reason=reason,
        )  # fmt: skip
    return True


class Of(msgspec.Struct, frozen=True):
    person_id: UUID | None
    account_id: UUID | None


OF = """
SELECT to_json(x) FROM (
    SELECT person_id, account_id FROM cases WHERE id = $1 AND company_id = $2
    UNION ALL SELECT person_id, account_id FROM appeals WHERE id = $1 AND company_id = $2
) x
"""
