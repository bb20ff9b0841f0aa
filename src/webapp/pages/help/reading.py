"""The help as it stands on its pages, part by part: what is looked up is what is read."""

from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from litestar import Request

from webapp.rules.help_search import Part
from webapp.web.rendering import environment
from webapp.web.texts import Text

HEADINGS = {"h2", "h3"}
UNREAD = {"nav", "script", "template"}
"""A list of contents repeats the headings."""


def parts(request: Request[Any, Any, Any], texts: list[Text]) -> list[Part]:
    """With this portal's own figures and names in them."""
    language = request.scope["state"]["language"]
    words = environment(language, request.app.state.static_files)
    portal = request.scope["auth"]
    return [
        part
        for one in texts
        for part in _parts(one.name, one.title, words.get_template(one.template).render(portal=portal))
    ]


@lru_cache(maxsize=128)
def _parts(page: str, title: str, html: str) -> tuple[Part, ...]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(
        Part(page, title, anchor, " ".join(heading.split()) or title, " ".join(text.split()))
        for anchor, heading, text in reader.parts
        if text.strip()
    )


class _Reader(HTMLParser):
    """The text under each heading; what stands before the first one belongs to the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, str, str]] = [("", "", "")]
        self._unread = 0
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in UNREAD
        if tag in HEADINGS:
            self._in_heading = True
            self.parts.append((dict(attrs).get("id") or self.parts[-1][0], "", ""))

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in UNREAD
        self._in_heading = self._in_heading and tag not in HEADINGS

    def handle_data(self, data: str) -> None:
        if self._unread:
            return
        anchor, heading, text = self.parts[-1]
        self.parts[-1] = (
            (anchor, heading + data, text) if self._in_heading else (anchor, heading, f"{text} {data}")
        )
