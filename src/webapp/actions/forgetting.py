"""What is not kept for ever: shares used up long ago, sign-ups nobody finished, codes and links of last month."""

from datetime import datetime, timedelta

from webapp.database.engine import DB

UNFINISHED = timedelta(days=1)
"""After its end nothing leads to a sign-up any more; the privacy notice says that it is deleted."""
SPENT = timedelta(days=30)
"""So long a link of a letter still says why it no longer works."""
AT_ONCE = 5000
"""Rows: a statement has five seconds."""


async def forget(now: datetime) -> None:
    for statement, kept in ((LIMITS, UNFINISHED), (SIGN_UPS, UNFINISHED), (PROOFS, SPENT)):
        while await DB.do(statement, now - kept, AT_ONCE) == AT_ONCE:
            pass


LIMITS = "DELETE FROM limits WHERE subject IN (SELECT subject FROM limits WHERE used_until < $1 LIMIT $2)"
SIGN_UPS = "DELETE FROM sign_ups WHERE id IN (SELECT id FROM sign_ups WHERE expires_at < $1 LIMIT $2)"
PROOFS = "DELETE FROM proofs WHERE id IN (SELECT id FROM proofs WHERE expires_at < $1 LIMIT $2)"
