"""Keeps pushes in memory: for tests and demonstrations. Browsers subscribe all the same, and nothing reaches them."""

from dataclasses import dataclass, field
from uuid import uuid4

from webapp.outside.push import Push, PushError
from webapp.rules import push as rules

POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
"""A public key whose private one nobody keeps (RFC 8291, appendix A)."""


@dataclass
class EmbeddedPush:
    sent: list[Push] = field(default_factory=list)
    troubles: list[PushError] = field(default_factory=list)
    """What the service will answer to the next pushes instead of taking them."""
    keeps_text: bool = True
    public_key: str = POINT

    def allows(self, endpoint: str) -> bool:
        return rules.is_allowed(endpoint)

    async def send(self, push: Push) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.append(push)
        return f"embedded-{uuid4().hex}"
