"""The three engines people use, as Debian packages them. Nothing here is skipped: what is missing fails."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, ViewportSize
from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

ENGINES = ("chromium", "firefox", "webkit")
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
WHOLE, SHELL = "/usr/bin/chromium", "/usr/bin/chromium-headless-shell"
"""The browser with its windows, and its engine alone: four times less work for the same page."""
CHROMIUM: dict[str, Any] = {
    "executable_path": SHELL if Path(SHELL).exists() else WHOLE,
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ],
}
FIREFOX: dict[str, Any] = {"channel": "moz-firefox", "executable_path": "/usr/bin/firefox-esr"}
PREFERENCES = {"browser.sessionhistory.max_total_viewers": 0}
"""Playwright does not notice when Firefox goes back to a page that it kept whole."""
OPTIONS = {"chromium": CHROMIUM, "firefox": FIREFOX}
WEBKIT_DRIVER = "/usr/bin/WebKitWebDriver"
WEBKIT_BROWSER = Path(__file__).parent / "webkit" / "browser.py"


@dataclass(frozen=True)
class Look:
    """How a person's device is set. To Firefox, dark and still are preferences of the whole browser."""

    dark: bool = False
    still: bool = False
    """Prefers reduced motion."""
    size: ViewportSize = field(default_factory=lambda: PHONE)

    def of_browser(self, engine: str) -> dict[str, Any]:
        if engine != "firefox":
            return {}
        dark = {"layout.css.prefers-color-scheme.content-override": 0} if self.dark else {}
        still = {"ui.prefersReducedMotion": 1} if self.still else {}
        return {"firefox_user_prefs": PREFERENCES | dark | still}

    def of_context(self, engine: str) -> dict[str, Any]:
        options: dict[str, Any] = {"viewport": self.size}
        if engine == "chromium":
            options |= {"color_scheme": "dark" if self.dark else "light"}
            options |= {"reduced_motion": "reduce" if self.still else "no-preference"}
        return options


@dataclass
class Browsers:
    """Started when first asked for, kept for the run: a start costs Firefox seconds."""

    playwright: Playwright
    whole: bool = False
    """Chromium with its windows, where it could make a difference."""
    started: dict[str, Browser] = field(default_factory=dict)

    def context(self, engine: str, look: Look, **options: Any) -> BrowserContext:
        """A person who was never here before, on a device that is set like `look`."""
        special = look.of_browser(engine)
        key = f"{engine} {special}"
        if key not in self.started:
            self.started[key] = getattr(self.playwright, engine).launch(**self._options(engine), **special)
        return self.started[key].new_context(**look.of_context(engine), **options)

    def kept(self, engine: str, profile: Path, look: Look, **options: Any) -> BrowserContext:
        """A browser of its own whose profile stays: closed and opened again it is the same device."""
        kind = getattr(self.playwright, engine)
        told = self._options(engine) | look.of_browser(engine) | look.of_context(engine) | options
        return kind.launch_persistent_context(profile, **told)  # type: ignore[no-any-return]

    def _options(self, engine: str) -> dict[str, Any]:
        whole = {"executable_path": WHOLE} if self.whole and engine == "chromium" else {}
        return OPTIONS[engine] | whole

    def close(self) -> None:
        for browser in self.started.values():
            browser.close()


@contextmanager
def display() -> Iterator[dict[str, str]]:
    """A screen for WebKitGTK, which has no other way to run; yields the environment that leads to it."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        bus = {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "NO_AT_BRIDGE": "1"}
        yield dict(os.environ) | bus | {"DISPLAY": f":{number}", "GDK_BACKEND": "x11"}
    finally:
        server.terminate()
        server.wait()


def webkit(screen: dict[str, str], profile: Path, size: dict[str, int]) -> webdriver.WebKitGTK:
    """A WebKitGTK window of this size, on a device whose profile stays."""
    options = Options()
    options.binary_location = sys.executable
    told = ["--profile", str(profile), "--width", str(size["width"]), "--height", str(size["height"])]
    for argument in [str(WEBKIT_BROWSER), *told]:
        options.add_argument(argument)
    return webdriver.WebKitGTK(options=options, service=Service(WEBKIT_DRIVER, env=screen))


def missing(engine: str) -> list[str]:
    """Programs without which `engine` cannot be tested here."""
    needed = {
        "chromium": [CHROMIUM["executable_path"]],
        "firefox": [FIREFOX["executable_path"]],
        "webkit": [WEBKIT_DRIVER, "Xvfb"],
    }
    return [program for program in needed[engine] if not shutil.which(program)]


@contextmanager
def ended(browser: webdriver.WebKitGTK) -> Iterator[None]:
    """The driver goes with its browser, also when the browser is already gone."""
    try:
        yield
    finally:
        with suppress(Exception):
            browser.quit()
