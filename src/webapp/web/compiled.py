"""Compiled templates on disk: what one process has compiled, the next one and those beside it read.

A page that was folded takes up to a second to compile; a cold process under load would answer 503 meanwhile.
"""

import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

BUILDS = 4
"""So many folders stay: builds that run side by side during an update do not take each other's away."""


class CompiledTemplates(jinja2.BytecodeCache):
    """Code by template, in a folder for each build and language. A disk that refuses costs time, never a page."""

    def __init__(self, folder: Path, build: str, language: str) -> None:
        self.folder = folder / f"{build}-{_compiler()}" / language

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError), (self.folder / bucket.key).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            if not self.folder.exists():
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                _forget(self.folder.parent.parent.iterdir())
            with tempfile.NamedTemporaryFile("wb", dir=self.folder, delete=False) as file:
                bucket.write_bytecode(file)
            Path(file.name).replace(self.folder / bucket.key)


@cache
def _compiler() -> str:
    """What a template becomes depends on Jinja, and on the folding beside this file."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return sha256(jinja2.__version__.encode() + code).hexdigest()[:10]


def _forget(builds: Iterable[Path]) -> None:
    for old in sorted(builds, key=lambda folder: folder.stat().st_mtime)[:-BUILDS]:
        shutil.rmtree(old, ignore_errors=True)
