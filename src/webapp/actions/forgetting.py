"""What is not kept for ever, and for how long it is: docs/operations.md says it in words."""

from datetime import datetime, timedelta

from webapp.database.engine import DB
from webapp.rules.company_keys import ANSWERS_KEPT

UNFINISHED = timedelta(days=1)
"""After its end nothing leads to a sign-up any more; the privacy notice says that it is deleted."""
SPENT = timedelta(days=30)
"""So long a link of a letter still says why it no longer works, and a letter can be looked up that «did not come»."""
KNOWN = timedelta(days=400)
"""As long as browsers keep the cookie by which a device is known; and the trace of a sign-in that was not ours."""
DISPUTED = timedelta(days=1095)
"""Limitation of actions: three years (Civil Code, article 257)."""
APPEALED = timedelta(days=1827)
"""Letters of citizens and their answers: five years (list of standard documents, article 82)."""
AT_ONCE = 5000
"""Rows: a statement has five seconds."""


async def forget(now: datetime) -> None:
    for kept, table, key, ended in KEPT:
        statement = FORGET.format(table=table, key=key, ended=ended)
        while await DB.do(statement, now - kept, AT_ONCE) == AT_ONCE:
            pass


FORGET = "DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {ended} < $1 LIMIT $2)"
CHANGED = "coalesce(done_at, cancelled_at, CASE WHEN effective_at IS NULL THEN asked_at END)"
KEPT = (
    (UNFINISHED, "limits", "subject", "used_until"),
    (UNFINISHED, "sign_ups", "id", "expires_at"),
    (UNFINISHED, "challenges", "id", "expires_at"),
    (UNFINISHED, "tickets", "id", "expires_at"),
    (SPENT, "proofs", "id", "expires_at"),
    (SPENT, "messages", "id", "created_at"),
    (SPENT, "sending_links", "id", "coalesce(expires_at, revoked_at)"),
    (SPENT, "webhook_deliveries", "id", "created_at"),
    (ANSWERS_KEPT, "company_answers", "id", "created_at"),
    (KNOWN, "company_keys", "id", "least(revoked_at, expires_at)"),
    (KNOWN, "tokens", "id", "least(revoked_at, expires_at)"),
    (KNOWN, "reminders", "id", "created_at"),
    (KNOWN, "notifications", "id", "created_at"),
    (KNOWN, "appointments", "id", "ended_at"),
    (KNOWN, "callbacks", "id", "ended_at"),
    (SPENT, "invitations", "id", "expires_at"),
    (SPENT, "staff_invitations", "id", "expires_at"),
    (KNOWN, "alerts", "id", "told_at"),
    (KNOWN, "known_devices", "id", "created_at"),
    (KNOWN, "sign_ins", "id", "least(expires_at, idle_expires_at, revoked_at)"),
    (KNOWN, "staff_sign_ins", "id", "least(expires_at, idle_expires_at, revoked_at)"),
    (
        KNOWN,
        "contact_changes",
        "id",
        CHANGED,
    ),
    (DISPUTED, "certificates", "id", "CASE WHEN state <> 'asked' THEN ordered_at END"),
    (APPEALED, "appeals", "id", "CASE WHEN state IN ('answered', 'closed') THEN answered_at END"),
    (DISPUTED, "joinings", "id", "decided_at"),
    (DISPUTED, "cases", "id", "CASE WHEN state <> 'open' THEN coalesce(decided_at, created_at) END"),
)
"""The time from its end, the table, its key, and the moment it ended; NULL while it has not."""
