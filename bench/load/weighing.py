"""What a page weighs on the wire, as Chromium counts it: headers and compressed bodies, of everything it fetches.

Without the service worker, which fetches its own copies when the page has long been there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page

KB = 1000
NewContext = Callable[..., BrowserContext]


class Scale:
    """Adds up what a page receives; `take()` begins anew. What comes from the cache weighs nothing."""

    def __init__(self, page: Page) -> None:
        self._bytes = 0.0
        self.scripts: set[str] = set()
        """Names of the files under `/static/<build>/` that were fetched as scripts, from wherever."""
        session = page.context.new_cdp_session(page)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.requestWillBeSent", self._asked)
        session.send("Network.enable")

    def _finished(self, event: dict[str, float]) -> None:
        self._bytes += event["encodedDataLength"]

    def _asked(self, event: dict[str, Any]) -> None:
        self._bytes += event.get("redirectResponse", {}).get("encodedDataLength", 0)
        if event.get("type") == "Script":
            self.scripts.add(event["request"]["url"].split("/static/")[1].partition("/")[2])

    def take(self) -> float:
        taken, self._bytes = self._bytes / KB, 0.0
        return taken


@dataclass
class Weights:
    kb: dict[str, float] = field(default_factory=dict)
    """Of the first page somebody sees, of the cabinet on a new device, and of the cabinet the next time."""
    scripts: dict[str, set[str]] = field(default_factory=dict)
    """Of each page on a new device."""


def weigh(new_context: NewContext, login: str, password: str) -> Weights:
    found = Weights()
    door = new_context(service_workers="block").new_page()
    scale = Scale(door)
    found.kb["sign_in_first_load"] = _weight(door, scale, "/sign-in")
    found.scripts["/sign-in"] = scale.scripts
    for label, typed in (("#login", login), ("#password", password)):
        door.fill(label, typed)
        door.press(label, "Enter")
    door.wait_for_url("**/cabinet")
    for path in ("/cabinet", "/readings", "/readings/new"):
        page = new_context(service_workers="block", storage_state=door.context.storage_state()).new_page()
        scale = Scale(page)
        kb = _weight(page, scale, path)
        found.scripts[path] = set(scale.scripts)
        if path == "/cabinet":
            found.kb |= {"cabinet_first_load": kb, "cabinet_repeat": _weight(page, scale, path)}
        page.context.close()
    door.context.close()
    return found


def _weight(page: Page, scale: Scale, path: str) -> float:
    scale.take()
    page.goto(path, wait_until="networkidle")
    assert page.url.endswith(path), page.url
    return scale.take()
