"""The static folder, read once at start: one build, one address each, compressed beforehand."""

import gzip
import re
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

STYLES = """
layers reset tokens portals base icon topbar menu drop layout button field digits balance window readings card
notice badge table chart tabs paper progress dialog security office utilities print old
""".split()
"""In this order: `layers.css` names the cascade, the rest fill it."""
APART = {"dark.css", "round.css", "thread.css", "slots.css", "sw.js", "sw-off.js", "manifest.json"}
APART_JS = ("js/field/", "js/office/", "js/profile/")
"""What only some pages need, and none of them without a network: no worker keeps it beforehand."""
LINKED = {"dark.css", "round.css", "slots.css", "thread.css"}
"""Sheets that some pages link beside the joined one."""
ROOT = Path(__file__).parents[1]
COMPRESSED = {".css", ".js", ".svg", ".json"}


class StaticFiles:
    """All files under one address, `/static/<build>/…`, so that modules may import each other by plain paths.

    A build is the files and the words: an installed shell is renewed when a sentence changes, too.
    """

    def __init__(self, folder: Path) -> None:
        files = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        css = [files.pop(f"css/{name}.css") for name in STYLES if f"css/{name}.css" in files]
        files["site.css"] = _without_comments(b"".join(css))
        for name in sorted(LINKED):
            files[name] = _without_comments(files.pop(f"css/{name}", b""))
        files |= {
            name: _slim(body)
            for name, body in files.items()
            if name.endswith(".js") and not name.startswith("vendor/")
        }
        words = sorted([*ROOT.rglob("*.html"), *ROOT.glob("locale/*/*.po")])
        told = [name.encode() + body for name, body in files.items()] + [path.read_bytes() for path in words]
        self.build = sha256(b"".join(told)).hexdigest()[:10]
        self.files = files
        self._zipped = {
            name: gzip.compress(body, 9) for name, body in files.items() if Path(name).suffix in COMPRESSED
        }

    def url(self, name: str) -> str:
        if name not in self.files:
            raise KeyError(f"static/{name} does not exist")
        return f"/static/{self.build}/{name}"

    @property
    def shell(self) -> list[str]:
        """What the worker keeps for a start without network."""
        kept = ("js/", "icons/", "vendor/")
        return [
            self.url(name)
            for name in self.files
            if (name.startswith(kept) and name.endswith((".js", ".png")) and not name.startswith(APART_JS))
            or name in ("site.css", "dark.css", "icons.svg")
        ]

    @property
    def field(self) -> list[str]:
        """What an inspector's phone keeps, and nobody else's: it asks for these by itself."""
        shared = {"js/judge.js", "js/old.js", "js/photo.js", "js/words.js", "vendor/htmx-4.0.1.min.js"}
        styles = {"site.css", "dark.css", "round.css", "icons.svg", "favicon.svg", "icons/favicon-48.png"}
        return [
            self.url(name) for name in self.files if name.startswith("js/field/") or name in shared | styles
        ]

    def answer(self, name: str, *, build: str, zipped: bool) -> Response[bytes]:
        """A page of an older build gets the file of today, but does not keep it."""
        if name not in self.files or name in APART - LINKED:
            raise NotFoundException
        kept = "public, max-age=31536000, immutable" if build == self.build else "no-cache"
        headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
        body = self.files[name]
        if zipped and name in self._zipped:
            body = self._zipped[name]
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=guess_type(name)[0] or "application/octet-stream", headers=headers)


@cache
def static_files(folder: Path) -> StaticFiles:
    """Read and compressed once a process."""
    return StaticFiles(folder)


def _slim(script: bytes) -> bytes:
    """Without comment lines and indentation: our scripts have no template literal over several lines."""
    script = re.sub(rb"(?ms)^[ \t]*/\*.*?\*/[ \t]*\n", b"", script)
    script = re.sub(rb"(?m)^[ \t]*//.*\n", b"", script)
    return re.sub(rb"(?m)^[ \t]+", b"", script)


def _without_comments(css: bytes) -> bytes:
    return re.sub(rb"/\*.*?\*/\n?", b"", css, flags=re.DOTALL)


@get("/static/{build:str}/{name:path}")
async def static_file(
    request: Request[Any, Any, Any], build: FromPath[str], name: FromPath[Path], state: State
) -> Response[bytes]:
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    files: StaticFiles = state.static_files
    return files.answer(str(name).lstrip("/"), build=build, zipped=zipped)
