"""What is printed: PDF/A from Typst templates, in a thread of its own, two at a time in a process.

Templates lie beside, and read nothing but themselves, the fonts and the data that is handed to them as JSON: a string
in it is text, whatever stands in it. Nothing is fetched.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

HERE = Path(__file__).parent
AT_ONCE = 2
"""One document takes some 30 ms of a core; the event loop has other people to serve."""
NOWHERE = str(HERE / "packages")
"""A folder that does not exist: a template that asked for a package would get none, from disk or network."""
STANDARDS = ["a-2a", "ua-1"]
"""PDF/A-2a keeps for archives, with the structure that PDF/UA-1 asks for screen readers."""

Format = Literal["pdf", "png"]


async def render(name: str, data: dict[str, Any], *, made_at: datetime | None = None) -> bytes:
    """The document `name` as a PDF; waits for its turn."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), compiled, name, data, made_at)


def compiled(name: str, data: dict[str, Any], made_at: datetime | None = None, form: Format = "pdf") -> bytes:
    """In this very thread; for jobs that print thousands, and for looking at a page as a picture."""
    compiler = _compiler()
    told = {"data": msgspec.json.encode(data).decode()}
    template = HERE / "templates" / f"{name}.typ"
    made = compiler.compile(
        input=template, format=form, sys_inputs=told, ppi=144,
        timestamp=int(made_at.timestamp()) if made_at else None,
        pdf_standards=STANDARDS if form == "pdf" else [],
    )  # fmt: skip
    return bytes(made[0] if isinstance(made, list) else made)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="documents")


_own = threading.local()


def _compiler() -> Any:
    """One a thread: fonts are read once."""
    if not hasattr(_own, "compiler"):
        import typst  # at the first use: 80 MB that most processes never need

        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[HERE / "fonts"]
        )
        _own.compiler = typst.Compiler(
            root=str(HERE / "templates"), font_paths=fonts, package_path=NOWHERE, package_cache_path=NOWHERE
        )
    return _own.compiler
