"""A file, or the items of a request, that is being taken over; and what its plan's words stand for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from webapp.rules.exchange.forms import Kind
from webapp.rules.periods import day_of

MOST_MISTAKES = 10_000
"""That are kept of a file: who sees so many mends the file, not the cells."""


class Batch(msgspec.Struct, frozen=True):
    """A file that lies in its staging table."""

    id: UUID
    company_id: UUID
    kind: Kind
    state: str
    columns: frozenset[str]
    rows: int
    role: str
    """Of the company: what its contracts are for."""
    source: str = "file"

    @property
    def most_mistakes(self) -> int:
        """Of items all are kept: each stands or falls by its own."""
        return self.rows * 100 if self.is_items else MOST_MISTAKES

    @property
    def is_items(self) -> bool:
        """Of a program: each row may leave fields out, as its `has` says, and stands or falls alone."""
        return self.source == "api"

    @property
    def service(self) -> str:
        return "supply" if self.role == "supplier" else "distribution"

    @property
    def raw(self) -> str:
        return f"staging.s_{self.id.hex}"

    @property
    def resolved(self) -> str:
        return f"staging.r_{self.id.hex}"

    @property
    def parts(self) -> str:
        return f"staging.p_{self.id.hex}"

    @property
    def undo(self) -> str:
        return f"staging.u_{self.id.hex}"


@dataclass(frozen=True)
class Words:
    """What the braces of the plans stand for."""

    batch: Batch
    now: datetime

    def __call__(self, sql: str) -> str:
        batch = self.batch
        told = {name: _part(batch, name) for name in ("branch", "street", "flat")}
        return sql.format(
            c=batch.company_id, service=batch.service, kind=batch.kind, day=day_of(self.now), r=batch.resolved,
            now=self.now.isoformat(), parts=batch.parts, **told,
        )  # fmt: skip


def _part(batch: Batch, name: str) -> str:
    """Of an address: what the row says, else what is known."""
    if name not in batch.columns:
        return f"a.{name}"
    if batch.is_items:
        return f"CASE WHEN a.id IS NULL OR '{name}' = ANY(t.has) THEN t.{name} ELSE a.{name} END"
    return f"t.{name}"
