"""What banks are asked and told later."""

from uuid import UUID

from pgqueuer.models import Job

from webapp.actions import pretending, reconciling, refunds
from webapp.outside import Outside

MINUTELY = "* * * * *"


async def give_back(job: Job, outside: Outside) -> None:
    """An approved refund. What the bank does not answer to is tried again by itself."""
    await refunds.carry_out(UUID(bytes=job.payload or b""), outside=outside, now=outside.clock.now())


async def say_late(job: Job, outside: Outside) -> None:
    """The demo's bank calls back long after it has taken the money."""
    await pretending.call_back((job.payload or b"").decode(), outside=outside, now=outside.clock.now())


async def reconcile(outside: Outside) -> None:
    await reconciling.reconcile(outside, outside.clock.now())
