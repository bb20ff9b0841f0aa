"""Broadcasts: walked in portions, and told to each person behind all that is more urgent."""

from uuid import UUID

from pgqueuer.models import Job

from webapp.actions import broadcasts as actions
from webapp.database.queries import broadcasts as queries
from webapp.jobs import reaching
from webapp.jobs.reaching import Note
from webapp.outside import Outside


async def walk(job: Job, outside: Outside) -> None:
    """One portion; the job of the next one stands in the queue behind its messages."""
    await actions.portion(UUID(bytes=job.payload or b""), outside.clock.now())


async def send(job: Job, outside: Outside) -> None:
    """One person; nothing after it was called off."""
    due = await queries.due(UUID(bytes=job.payload or b""))
    if due is None:
        return
    of = due.broadcast
    note = Note(
        due.id, "news", of.kind, {"title": of.title, "text": of.text}, company_id=of.company_id,
        broadcast_id=of.id, without=frozenset() if of.by_sms else frozenset({"sms"}),
    )  # fmt: skip
    await reaching.reach(note, await reaching.load(due.person_id, of.kind), job, outside)
