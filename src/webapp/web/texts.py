"""Long texts (help, legal): a template a language, its title and dates in the first two lines."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Literal

from litestar import Request

from webapp.actions.consents import Agreed
from webapp.database.queries.visits import Portal
from webapp.web.addresses import ip_of
from webapp.web.rendering import ROOT, environment

SAID = re.compile(r"(version|title|published|updated): ([^;#]+?)\s*[;#]")
Shelf = Literal["help", "legal"]


@dataclass(frozen=True)
class Text:
    name: str
    template: str
    title: str
    version: str
    """Of a legal text: the day its wording was settled, as it is stored with a consent."""
    published: date | None
    updated: date | None

    @property
    def day(self) -> date:
        """The day of this version; legal texts alone have one."""
        return date.fromisoformat(self.version)


@cache
def text(shelf: Shelf, name: str, language: str) -> Text:
    template = f"pages/{shelf}/texts/{name}/{language}.html"
    said = dict(SAID.findall("".join((ROOT / template).read_text("utf-8").splitlines(keepends=True)[:2])))
    published, updated = _day(said.get("published")), _day(said.get("updated"))
    return Text(name, template, said["title"], said.get("version", ""), published, updated)


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def agreed(request: Request[Any, Any, Any], document: str, at: datetime) -> Agreed:
    """What is kept of a consent: version and hash of the very words that this portal shows here."""
    language = request.scope["state"]["language"]
    portal: Portal = request.scope["auth"]
    shown = text("legal", document, language)
    words = environment(language).get_template(shown.template).render(portal=portal)
    return Agreed(document, shown.version, sha256(words.encode()).hexdigest(), at, ip_of(request))
