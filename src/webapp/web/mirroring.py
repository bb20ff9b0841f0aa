"""A consumer's page as the staff may look at it: the same templates, with nothing in it to be pressed or sent."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from litestar import Request
from markupsafe import Markup

from webapp.database.queries.visits import Person
from webapp.web.rendering import context_of, environment

NOBODY = UUID(int=0)
"""Of the page that is looked at: no sign-in and no device."""
GONE = {"form", "script", "template", "noscript", "dialog", "button", "select", "textarea"}
VOID = {"br", "hr", "img", "input", "wbr", "use", "path"}
WITHOUT = ("hx-", "data-", "on", "aria-describedby", "formaction", "action", "autofocus", "tabindex")
"""Beginnings of names of attributes that do something."""


class Mirror(HTMLParser):
    """What is inside `main`, and of that only what is read. Links lead to pages of the mirror, or nowhere."""

    def __init__(self, links: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.links = links
        self.out: list[str] = []
        self.inside = 0
        """How deep within main."""
        self.gone = 0
        """How deep within something that is left out."""
        self.open: list[str] = []
        """What has to be written when the tags that are open end."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if not self.inside:
            self.inside = int(tag == "main")
            return
        if tag in VOID:
            if not self.gone and tag not in ("img", "input"):
                self.out.append(f"<{tag}{_kept(attributes)}>" + ("</use>" if tag == "use" else ""))
            return
        self.inside += 1
        if self.gone or tag in GONE or "-" in tag:
            self.gone += 1
            return
        if tag == "a":
            there = self.links.get((dict(attributes).get("href") or "").partition("?")[0])
            kept = [one for one in attributes if one[0] == "class"]
            self.out.append(f'<a href="{escape(there)}"{_kept(kept)}>' if there else f"<span{_kept(kept)}>")
            self.open.append("a" if there else "span")
            return
        self.out.append(f"<{tag}{_kept(attributes)}>")
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Of drawings: `<use …/>`."""
        if self.inside and not self.gone and tag not in GONE | {"img", "input"}:
            self.out.append(f"<{tag}{_kept(attributes)}/>")

    def handle_endtag(self, tag: str) -> None:
        if not self.inside or tag in VOID:
            return
        self.inside -= 1
        if not self.inside:
            return
        if self.gone:
            self.gone -= 1
        else:
            self.out.append(f"</{self.open.pop()}>")

    def handle_data(self, text: str) -> None:
        if self.inside and not self.gone:
            self.out.append(escape(text, quote=False))


def _kept(attributes: list[tuple[str, str | None]]) -> str:
    kept = [(name, value) for name, value in attributes if not name.startswith(WITHOUT)]
    return "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in kept)


def mirrored(html: str, links: Mapping[str, str]) -> Markup:
    mirror = Mirror(links)
    mirror.feed(html)
    mirror.close()
    return Markup("".join(mirror.out))


def reflect(
    request: Request[Any, Any, Any], page: str, links: Mapping[str, str], *, name: str, now: datetime,
    **context: Any,
) -> Markup:  # fmt: skip
    """`page` as the consumer is shown it. No sign-in of theirs is made, nothing of it is kept."""
    state = request.app.state
    template = environment(
        request.scope["state"]["language"], state.static_files, state.settings.compiled_folder
    ).get_template(page)
    seen = Person(NOBODY, NOBODY, name, request.scope["state"]["language"], NOBODY, True, now)
    shared = context_of(request) | {"person": seen, "partition": "", "meters": "[]"}
    return mirrored(template.render(shared | context), links)
