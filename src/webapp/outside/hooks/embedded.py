"""Calls nobody and remembers what it was to say: for tests."""

from dataclasses import dataclass, field
from typing import NamedTuple

from webapp.outside.hooks import Answer
from webapp.rules.webhooks import Wrong, wrong_with


class Called(NamedTuple):
    address: str
    body: bytes
    headers: dict[str, str]


@dataclass
class EmbeddedHooks:
    called: list[Called] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    """What the next calls get; 204 where nothing is said."""
    loopback: bool = False

    async def wrong_with(self, address: str) -> Wrong | None:
        return wrong_with(address, loopback=self.loopback)

    async def call(self, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.called.append(Called(address, body, headers))
        return self.answers.pop(0) if self.answers else Answer(204)
