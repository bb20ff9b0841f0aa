"""What a person does in front of a screen, in all three engines: every deed waits until it is possible."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext, Page, expect
from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    JavascriptException,
    NoSuchWindowException,
    StaleElementReferenceException,
)
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.e2e.engines import Look, webkit

PATIENCE = 20.0
"""Seconds until something that does not come is a failure."""
TOO_LATE = "new Promise((_, no) => setTimeout(() => no(new Error('still no answer')), 60000))"
NOT_YET = (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    JavascriptException,
    NoSuchWindowException,
    StaleElementReferenceException,
)
CLOSING = "A ServiceWorker intercepted the request and encountered an unexpected error."
"""What Firefox says when it is closed in the middle; of a worker that breaks a promise it says more."""
FIND = (Path(__file__).parent / "webkit" / "find.js").read_text()


class Visitor(Protocol):
    """A person with a device. Paths are of the portal the visitor was made for; whole addresses work too."""

    engine: str

    def goto(self, path: str) -> None: ...
    def reload(self) -> None: ...
    def back(self) -> None: ...
    def fill(self, label: str, value: str) -> None: ...
    def choose(self, label: str) -> None:
        """Tick a box or take one of several; does nothing to what is chosen already."""

    def select(self, label: str, option: str) -> None: ...
    def click(self, name: str, role: str = "button") -> None:
        """The visible button, link (role="link") or menu to unfold (role="menu") whose name contains `name`."""

    def sees(self, words: str, within: float = PATIENCE) -> None: ...
    def sees_no(self, words: str, within: float = PATIENCE) -> None: ...
    def is_at(self, path: str) -> None:
        """Waits for an address that ends with `path`."""

    def value(self, label: str) -> str: ...
    def words(self) -> str:
        """All that can be read now, in one line."""

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression, awaited when it is a promise."""

    def screenshot(self, file: Path) -> None: ...
    def restart(self) -> None:
        """Close the browser and open it again: the same person, the same device, no pages."""

    def close(self) -> None: ...


class PlaywrightVisitor:
    """Chromium and Firefox. `page` is there for what only Playwright can do."""

    def __init__(self, engine: str, origin: str, opened: Callable[[], BrowserContext]) -> None:
        self.engine, self._origin, self._opened = engine, origin, opened
        self.errors: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self.context = self._opened()
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        watch(self.page, self.errors)

    def goto(self, path: str) -> None:
        if self.engine == "firefox":
            self.page.wait_for_load_state()  # there Playwright cannot leave a page that is still coming
        self.page.goto(urljoin(self._origin, path))

    def reload(self) -> None:
        self.page.reload()

    def back(self) -> None:
        self.page.go_back()

    def fill(self, label: str, value: str) -> None:
        field = self.page.get_by_label(label).first
        if self.engine == "firefox":
            field.clear()  # there `fill` writes behind what an e-mail or a number field holds
        field.fill(value)

    def choose(self, label: str) -> None:
        self.page.get_by_label(label).first.check()

    def select(self, label: str, option: str) -> None:
        self.page.get_by_label(label).first.select_option(label=option)

    def click(self, name: str, role: str = "button") -> None:
        if role == "menu":  # a summary has no role here
            self.page.locator("summary:visible").filter(has_text=name).first.click()
        else:
            self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def sees(self, words: str, within: float = PATIENCE) -> None:
        expect(self.page.locator("body")).to_contain_text(words, use_inner_text=True, timeout=within * 1000)

    def sees_no(self, words: str, within: float = PATIENCE) -> None:
        body = expect(self.page.locator("body"))
        body.not_to_contain_text(words, use_inner_text=True, timeout=within * 1000)

    def is_at(self, path: str) -> None:
        self.page.wait_for_url(re.compile(re.escape(path) + "$"), timeout=PATIENCE * 1000)

    def value(self, label: str) -> str:
        return self.page.get_by_label(label).first.input_value()

    def words(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())

    def run(self, script: str) -> Any:
        return self.page.evaluate(f"Promise.race([Promise.resolve({script}), {TOO_LATE}])")

    def screenshot(self, file: Path) -> None:
        self.page.screenshot(path=file, full_page=True)

    def restart(self) -> None:
        self.context.close()
        self._begin()

    def close(self) -> None:
        self.context.close()
        assert self.errors == [], f"nothing breaks in the page's own scripts: {self.errors}"


class WebKitVisitor:
    """WebKitGTK through its driver, which knows neither roles nor labels: webkit/find.js looks for them."""

    engine = "webkit"

    def __init__(self, origin: str, screen: dict[str, str], profile: Path, look: Look) -> None:
        if look.dark or look.still:
            raise ValueError("WebKitGTK is not asked for a dark or a still look")
        self._origin, self._screen, self._profile, self._look = origin, screen, profile, look
        self._begin()

    def _begin(self) -> None:
        self.browser: webdriver.WebKitGTK = webkit(self._screen, self._profile, self._look.size)
        self.browser.set_script_timeout(PATIENCE)

    def goto(self, path: str) -> None:
        self.browser.get(urljoin(self._origin, path))

    def reload(self) -> None:
        self.browser.refresh()

    def back(self) -> None:
        self.browser.back()

    def fill(self, label: str, value: str) -> None:
        def typed(field: WebElement) -> bool:
            field.clear()
            field.send_keys(value)
            return field.get_property("value") == value  # keys pressed while a page settles may be lost

        self._to("field", label, typed)

    def choose(self, label: str) -> None:
        script = "arguments[0].checked || arguments[0].click()"
        self._to("choice", label, lambda field: self.browser.execute_script(script, field))

    def select(self, label: str, option: str) -> None:
        script = """
            const [field, words] = arguments
            const option = [...field.options].find(one => one.label.trim() === words)
            field.value = option.value
            field.dispatchEvent(new Event("input", {bubbles: true}))
            field.dispatchEvent(new Event("change", {bubbles: true}))
        """
        self._to("field", label, lambda field: self.browser.execute_script(script, field, option))

    def click(self, name: str, role: str = "button") -> None:
        self._to(role, name, lambda element: element.click())

    def sees(self, words: str, within: float = PATIENCE) -> None:
        wanted = " ".join(words.split())
        self._until(lambda: wanted in self.words(), within, lambda: f"«{words}» is not in: {self.words()}")

    def sees_no(self, words: str, within: float = PATIENCE) -> None:
        wanted = " ".join(words.split())
        self._until(lambda: wanted not in self.words(), within, lambda: f"«{words}» is in: {self.words()}")

    def is_at(self, path: str) -> None:
        here = lambda: self.browser.current_url  # noqa: E731
        self._until(lambda: here().endswith(path), PATIENCE, lambda: f"{here()} is not {path}")

    def value(self, label: str) -> str:
        return self._to("field", label, lambda field: str(field.get_property("value")))

    def words(self) -> str:
        return " ".join(str(self.browser.execute_script("return document.body.innerText")).split())

    def run(self, script: str) -> Any:
        call = f"const done = arguments[0]; Promise.resolve({script}).then(done, e => done(`failed: ${{e}}`))"
        answer = self.browser.execute_async_script(call)
        assert not str(answer).startswith("failed: "), answer
        return answer

    def screenshot(self, file: Path) -> None:
        self.browser.save_screenshot(str(file))

    def restart(self) -> None:
        self.close()
        self._begin()

    def close(self) -> None:
        self.browser.quit()

    def _to(self, kind: str, name: str, deed: Callable[[WebElement], Any]) -> Any:
        """Do it to the visible thing of this name, again and again until the page lets it be done."""
        done: list[Any] = []

        def attempt() -> bool:
            element = self.browser.execute_script(FIND, kind, name)
            if element is None:
                return False
            done.append(deed(element))
            return done[-1] is not False

        self._until(attempt, PATIENCE, lambda: f"no {kind} «{name}» in: {self.words()}")
        return done[-1]

    def _until(self, claim: Callable[[], bool], within: float, complaint: Callable[[], str]) -> None:
        wait = WebDriverWait(self.browser, within, poll_frequency=0.1, ignored_exceptions=NOT_YET)
        try:
            wait.until(lambda _: claim())
        except Exception as error:
            raise AssertionError(complaint()) from error


def watch(page: Page, errors: list[str]) -> None:
    """A script that fails or a policy that is broken ends in `errors`."""
    page.on("pageerror", lambda error: None if CLOSING in str(error) else errors.append(str(error)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', event => "
        "{ throw new Error(`policy: ${event.violatedDirective} ${event.blockedURI}`) })"
    )
