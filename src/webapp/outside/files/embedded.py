"""The twin: files of this process alone, for tests and measurements."""

from dataclasses import dataclass, field


@dataclass
class EmbeddedFiles:
    bodies: dict[str, bytes] = field(default_factory=dict)

    async def put(self, name: str, body: bytes) -> None:
        self.bodies[name] = body

    async def get(self, name: str) -> bytes | None:
        return self.bodies.get(name)

    async def remove(self, name: str) -> None:
        self.bodies.pop(name, None)
