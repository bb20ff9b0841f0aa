"""Each page looked at once: by axe on a phone in the light and on a desk in the dark, by a ruler at three widths."""

from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.e2e.engines import DESKTOP, PHONE

NARROW = {"width": 320, "height": 800}
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
AXE = """options => axe.run(options).then(({ violations }) => violations.flatMap(
    ({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 160)}`)))"""
WIDE = """Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))
    .then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
    .then(() => document.documentElement.scrollWidth > innerWidth)"""
"""A frame later: sizes and colours that follow the device have followed."""


@dataclass
class Looking:
    """`page` is still and has no worker: colours on their way to others are none, and the worker has no looks."""

    page: Page
    colours_alone: bool = False
    """Of another portal: its pages are those of the first in other colours."""
    found: dict[str, list[str]] = field(default_factory=dict)

    def at(self, *paths: str) -> None:
        for path in paths:
            self.page.goto(path)
            self.now(path)

    def now(self, name: str) -> None:
        """The page as it is."""
        found = []
        self.page.evaluate(AXE_SCRIPT)
        for size, scheme, rules in ((PHONE, "light", ALL), (DESKTOP, "dark", COLOURS)):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            dark = self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
            assert dark == (scheme == "dark"), "the device is set as told"
            found += [f"wider than {size['width']} px"] if self.page.evaluate(WIDE) else []
            found += [
                f"{scheme}: {one}"
                for one in self.page.evaluate(AXE, COLOURS if self.colours_alone else rules)
            ]
        self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        found += ["wider than 320 px"] if self.page.evaluate(WIDE) else []
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        self.page.emulate_media(color_scheme="light")
        if found:
            self.found[name] = found
