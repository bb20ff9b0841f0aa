"""Calling a person's own program over the Internet: the one place where the product goes where a person says."""

from typing import NamedTuple, Protocol

from webapp.rules.webhooks import Wrong


class Answer(NamedTuple):
    """What came back. Without a status nobody answered: `trouble` says why."""

    status: int | None = None
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Hooks(Protocol):
    loopback: bool
    """Whether this machine itself may be called: for developers and tests alone."""

    async def wrong_with(self, address: str) -> Wrong | None:
        """Why nobody is called there, by its letters and by what its name stands for just now."""
        ...

    async def call(self, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        """One POST; never raises for what the other side does. Follows nothing, keeps nothing of the answer."""
        ...
