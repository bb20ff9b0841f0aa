"""Each page looked at once: by axe on a phone in the light and on a desk in the dark, by a ruler at three widths."""

from dataclasses import dataclass, field
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.e2e.engines import DESKTOP, PHONE

Scheme = Literal["light", "dark"]
NARROW: ViewportSize = {"width": 320, "height": 800}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
ALL, COLOURS = (
    {
        "runOnly": rules,
        "resultTypes": ["violations"],
        "preload": False,  # it would fetch every style sheet again, and nothing that is asked for needs it
        "elementRef": False,
    }
    for rules in (TAGS, ["color-contrast"])
)
AXE = """([options, known]) => {
    const exclude = [...document.body.children].filter((_, place) => known.includes(place));
    return axe.run(exclude.length ? { include: [document], exclude } : document, options)
        .then(({ violations }) => violations.flatMap(
            ({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 160)}`)));
}"""
SIZED = """Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))
    .then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
    .then(() => [matchMedia('(prefers-color-scheme: dark)').matches, innerWidth,
                 document.documentElement.scrollWidth > innerWidth])"""
"""A frame later: sizes and colours that follow the device have followed."""
PARTS = """() => {
    const dress = document.documentElement.dataset.portal + document.body.className;
    return [...document.body.children].map((one) => (one.localName === 'main' ? '' : dress + one.outerHTML));
}"""
"""What stands around the subject of a page; in the same words and classes it has the same colours."""


@dataclass
class Looking:
    """`page` is still and has no worker: colours on their way to others are none, and the worker has no looks."""

    page: Page
    colours_alone: bool = False
    """Of another portal: its pages are those of the first in other colours."""
    found: dict[str, list[str]] = field(default_factory=dict)
    scheme: Scheme = "light"
    known: set[str] = field(default_factory=set)
    """Parts whose dark colours were looked at on another page."""

    def __post_init__(self) -> None:
        self.page.add_init_script(AXE_SCRIPT)

    def at(self, *paths: str) -> None:
        """Each on the device as the one before has left it: to turn it costs a layout."""
        for path in paths:
            self.page.goto(path)
            self._look(path)
        self._set(PHONE, "light")

    def now(self, name: str) -> None:
        """The page as it is; it came after `page` was given here."""
        self._look(name)
        self._set(PHONE, "light")

    def _look(self, name: str) -> None:
        first, last = (self._on_a_phone, self._on_a_desk)[:: 1 if self.scheme == "light" else -1]
        found = first() + self._of(NARROW, self.scheme) + last()
        if found:
            self.found[name] = found

    def _on_a_phone(self) -> list[str]:
        rules = COLOURS if self.colours_alone else ALL
        return self._of(PHONE, "light") + self._seen("light", rules, [])

    def _on_a_desk(self) -> list[str]:
        found = self._of(DESKTOP, "dark")
        parts = self.page.evaluate(PARTS)
        known = [place for place, part in enumerate(parts) if part in self.known]
        found += self._seen("dark", COLOURS, known)
        self.known |= set(parts) - {""}
        return found

    def _set(self, size: ViewportSize, scheme: Scheme) -> None:
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
        if self.scheme != scheme:
            self.page.emulate_media(color_scheme=scheme)
            self.scheme = scheme

    def _of(self, size: ViewportSize, scheme: Scheme) -> list[str]:
        self._set(size, scheme)
        dark, width, wider = self.page.evaluate(SIZED)
        assert (dark, width) == (scheme == "dark", size["width"]), "the device is set as told"
        return [f"wider than {width} px"] if wider else []

    def _seen(self, scheme: str, rules: dict[str, object], known: list[int]) -> list[str]:
        return [f"{scheme}: {one}" for one in self.page.evaluate(AXE, [rules, known])]
