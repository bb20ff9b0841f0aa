"""What happened is told to whom it happened: by every way of a notification of actions.messages.tell."""

import msgspec
from pgqueuer.models import Job

from webapp.actions.messages import Told
from webapp.database.queries import messages as queries
from webapp.jobs import reaching
from webapp.jobs.reaching import Note
from webapp.outside import Outside
from webapp.rules import notifications


async def send(job: Job, outside: Outside) -> None:
    told = msgspec.json.decode(job.payload or b"", type=Told)
    kind = notifications.kind_of(told.notice)
    about = await queries.named(told.about) if told.about else queries.Named()
    words = {"happened_at": told.at} | msgspec.structs.asdict(about) | told.words
    page = notifications.page_of(told.notice, told.about)
    note = Note(told.id, told.notice, kind, words, page, told.login_id)
    await reaching.reach(note, await reaching.load(told.person_id, kind), job, outside)
