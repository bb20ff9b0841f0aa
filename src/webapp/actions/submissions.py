"""What somebody says they read, who says it, and what became of it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.queries import readings as queries
from webapp.rules import readings as rules
from webapp.rules.readings import Doubt, Refusal

Source = Literal["consumer", "inspector", "staff", "remote"]


class Submission(msgspec.Struct, frozen=True):
    """What somebody says they read. The id is minted where it is said, and stays through every retry."""

    id: UUID
    meter_id: UUID
    value: str
    """As it was typed: the drums are read here, where the dial is known."""
    read_on: date
    taken_at: datetime
    """By the device's clock."""
    digest: str
    sent_at: datetime | None = None
    """When the device says it sent it; tells how wrong its clock is."""
    device_id: UUID | None = None
    intact: bool = True
    """Whether the digest it came with is the one of what came."""
    corrects: UUID | None = None
    """The reading of the same month that this one is meant to replace."""
    reason: str | None = None
    """Why it is odd, one of rules.readings.REASONS."""
    by_token: bool = False
    """A program of the person brought it."""


class Sender(msgspec.Struct, frozen=True):
    """Who gives a reading: a person of the household, an inspector, the contact centre, the meter itself."""

    source: Source
    person_id: UUID | None = None
    colleague_id: UUID | None = None

    def is_of(self, stored: queries.Stored) -> bool:
        who = (stored.source, stored.person_id, stored.colleague_id)
        return who == (self.source, self.person_id, self.colleague_id)


class Accepted(msgspec.Struct, frozen=True, tag_field="outcome", tag="accepted"):
    number: int
    value: int
    month: date
    late: bool
    doubts: list[Doubt]
    received_at: datetime
    beside: queries.Sent | None = None
    """What counts for the month instead: a higher source gave it."""
    replaces: UUID | None = None

    @property
    def stands(self) -> bool:
        return self.beside is None


class Refused(msgspec.Struct, frozen=True, tag_field="outcome", tag="rejected"):
    reason: Refusal
    standing: queries.Sent | None = None


class Doubted(msgspec.Struct, frozen=True, tag_field="outcome", tag="doubted"):
    """Nothing is stored: the person is asked first."""

    verdict: rules.Verdict


class KeyReused(msgspec.Struct, frozen=True, tag_field="outcome", tag="key_reused"):
    """The same id was used for something else: a mistake of the sender, who keeps both."""


class NotYours(msgspec.Struct, frozen=True, tag_field="outcome", tag="owner_mismatch"):
    """The id, or the meter, belongs to somebody else; which of the two, and to whom, is not said."""


Outcome = Accepted | Refused | Doubted | KeyReused | NotYours
"""What became of a submission. Only surprises, such as a lost database, are exceptions."""


def repeated(stored: queries.Stored, sent: Submission, sender: Sender) -> Outcome:
    """The id came before: whoever repeats it gets the answer of then."""
    if not sender.is_of(stored):
        return NotYours()
    return outcome_of(stored) if stored.digest == sent.digest else KeyReused()


def outcome_of(stored: queries.Stored) -> Outcome:
    if stored.reason:
        return Refused(stored.reason, stored.standing)
    return Accepted(
        stored.number, stored.value, stored.month, stored.late, stored.doubts, stored.received_at,
        stored.standing, stored.replaces,
    )  # fmt: skip
