"""Bills as time goes by: issued when charges have come."""

from datetime import datetime, timedelta

from webapp.actions import bills
from webapp.database.queries import bill_reminders as queries
from webapp.database.queries import visits
from webapp.outside import Outside

AT_ONCE = 500
"""Contracts of a round."""
LONGEST = timedelta(minutes=50)
"""Rounds follow each other while there is something to issue; the next hour goes on."""


async def issue(outside: Outside) -> int:
    """For all that was charged; returns how many contracts got a bill."""
    now, issued = outside.clock.now(), 0
    while (done := await _round(outside, now)) and outside.clock.now() - now < LONGEST:
        issued += done
    return issued + done


async def _round(outside: Outside, now: datetime) -> int:
    waiting, issued = await queries.unbilled(now, AT_ONCE), 0
    known = {id: await visits.portal(id, now) for id in {portal for _, portal in waiting}}
    for contract, portal_id in waiting:
        portal = known[portal_id]
        if portal:
            done = await bills.issue(contract, policy=portal.policy, key=outside.key, now=now)
            issued += isinstance(done, bills.Issued) and bool(done.months)
    return issued
