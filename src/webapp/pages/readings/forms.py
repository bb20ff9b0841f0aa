"""What the form sends: strings as they were typed, so that a refused form comes back as it was."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from webapp.actions.readings import Submission
from webapp.rules import periods
from webapp.rules.readings import Mistake, digest_of, parse
from webapp.web.forms import Typed


def _bare(drums: str) -> str:
    return "".join(drums.split()).lstrip("0")


@dataclass(frozen=True)
class ReadingForm:
    meter_id: UUID
    submission_id: UUID
    value: str = ""
    confirmed: str = ""
    """The value that was doubted and is meant all the same; another value is asked about again."""

    @classmethod
    def empty(cls, meter_id: UUID) -> "ReadingForm":
        return cls(meter_id, uuid4())

    @classmethod
    def of(cls, typed: Typed) -> "ReadingForm":
        """Raises NotFoundException where the ids that the page carried are missing."""
        ids = typed.uuid("meter_id"), typed.uuid("submission_id")
        return cls(*ids, typed.text("fix", 64) or typed.text("value", 64), typed.text("confirmed", 64))

    def again(self) -> "ReadingForm":
        """The same words as a new submission, after the old one has got its final answer."""
        return replace(self, submission_id=uuid4())

    @property
    def is_confirmed(self) -> bool:
        return bool(self.confirmed) and _bare(self.confirmed) == _bare(self.value)

    def read(self, digits: int, now: datetime) -> Submission | Mistake:
        value = parse(self.value, digits)
        if isinstance(value, Mistake):
            return value
        # A page says nothing of time and means now: a repeated form is the same one, whenever it comes.
        digest = digest_of(str(self.submission_id), str(self.meter_id), str(value), "", "")
        return Submission(
            self.submission_id, self.meter_id, str(value), periods.day_of(now), now, digest, sent_at=now
        )
