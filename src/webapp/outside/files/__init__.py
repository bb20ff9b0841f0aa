"""Files that are kept beside the database: photos. What the rest of the code may ask for."""

from typing import Protocol


class Files(Protocol):
    """`name` is made by us: letters, digits and «-» alone. What was put under a name is never changed."""

    async def put(self, name: str, body: bytes) -> None:
        """Returns when it is on the disk. The same name again holds the same body."""

    async def get(self, name: str) -> bytes | None:
        """None where there is no such file."""

    async def remove(self, name: str) -> None:
        """Also where there is none."""
