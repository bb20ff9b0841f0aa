"""What the form sends: strings as they were typed, so that a refused form comes back as it was."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from webapp.actions.readings import Submission
from webapp.rules import periods
from webapp.rules.readings import REASONS, Mistake, digest_of, parse
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
    corrects: UUID | None = None
    """The reading that this one takes the place of."""
    reason: str = ""
    """Why it is odd: webapp.rules.readings.REASONS."""

    @classmethod
    def empty(cls, meter_id: UUID, corrects: UUID | None = None, value: str = "") -> "ReadingForm":
        return cls(meter_id, uuid4(), value, corrects=corrects)

    @classmethod
    def of(cls, typed: Typed) -> "ReadingForm":
        """Raises NotFoundException where the ids that the page carried are missing."""
        ids = typed.uuid("meter_id"), typed.uuid("submission_id")
        corrects = typed.uuid("corrects") if typed["corrects"] else None
        value, reason = typed.text("fix", 64) or typed.text("value", 64), typed.text("reason", 12)
        return cls(*ids, value, typed.text("confirmed", 64), corrects, reason if reason in REASONS else "")

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
        said = (str(self.submission_id), str(self.meter_id), str(value), "", "", str(self.corrects or ""))
        return Submission(
            self.submission_id, self.meter_id, str(value), periods.day_of(now), now, digest_of(*said),
            sent_at=now, corrects=self.corrects, reason=self.reason or None,
        )  # fmt: skip
