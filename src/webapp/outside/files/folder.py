"""A folder beside the data, for nobody but the product. Several processes write and read in it."""

import asyncio
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FolderFiles:
    folder: Path

    async def put(self, name: str, body: bytes) -> None:
        await asyncio.to_thread(self._put, self._path(name), body)

    async def get(self, name: str) -> bytes | None:
        with suppress(FileNotFoundError):
            return await asyncio.to_thread(self._path(name).read_bytes)
        return None

    async def remove(self, name: str) -> None:
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    def _path(self, name: str) -> Path:
        """Folders of two letters from the end, where names differ: a million files in one is slow to list."""
        if not name.replace("-", "").isalnum() or not name.isascii():
            raise ValueError("this is no name of ours")
        return self.folder / name[-2:] / name

    def _put(self, path: Path, body: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
