"""Files of a billing system: the next step of one, whatever it is. A file that waits for another one comes again."""

from datetime import timedelta
from uuid import UUID

from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from webapp.actions.importing import batches
from webapp.outside import Outside

WAIT = timedelta(seconds=5)


async def work(job: Job, outside: Outside) -> None:
    done = await batches.work(UUID(bytes=job.payload or b""), outside.clock.now())
    if isinstance(done, batches.Busy):
        raise RetryRequested(WAIT, "another import of the company")
