"""People with devices in front of the running site, in Chromium; the critical journeys in other engines too."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.conftest import COMPILED, copied, run_apart
from tests.e2e import engines
from tests.e2e.engines import Browsers, Look
from tests.e2e.person import PlaywrightVisitor, Visitor, WebKitVisitor, watch
from tests.e2e.proxy import FaultProxy
from tests.e2e.site import Site, free_port
from tests.factories import paying, people
from webapp import demo
from webapp.app import create_app
from webapp.cluster import Cluster
from webapp.database import engine as engine_of_database
from webapp.jobs import worker
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.settings import Settings
from webapp.web.static_files import static_files

OpenPage = Callable[..., Page]
Visit = Callable[..., Visitor]
SECRET = "a key of the tests alone"
PLAYWRIGHT_ONLY = {"page", "open_page", "page_without_script"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which engines a journey is taken in. WebKitGTK knows no Playwright: its journeys go by `visitor`."""
    if "engine" not in metafunc.fixturenames:
        return
    if any("engine" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")):
        return  # the test names its own engine: what only that one can tell
    every = metafunc.definition.get_closest_marker("every_engine")
    if every and PLAYWRIGHT_ONLY & set(metafunc.fixturenames):
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: a journey of every engine goes by `visitor`")
    chosen = ["chromium"]
    if every:
        chosen = list(engines.ENGINES)
    elif metafunc.config.getoption("--all") or metafunc.definition.get_closest_marker("firefox"):
        chosen = ["chromium", "firefox"]
    metafunc.parametrize("engine", chosen, indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    absent = engines.missing(name)
    assert not absent, f"{name} cannot be tested without {', '.join(absent)}"
    return name


@pytest.fixture(scope="session")
def everywhere(request: pytest.FixtureRequest) -> bool:
    """Every journey in every engine, and nothing cut short."""
    return bool(request.config.getoption("--all"))


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """Nobody is cut off for being slow: how long a page waits is proved where it is the question."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engine_of_database, "LIMITS", dict.fromkeys(engine_of_database.LIMITS, "30000"))
        yield


@pytest.fixture(scope="session")
def built() -> Litestar:
    """Putting an application together takes a second: its rooms are furnished anew for each journey."""
    return create_app(Settings(""), people.outside())


@pytest.fixture(scope="session")
def port() -> int:
    """Of the sites of this process, one after another: the portals of the demo know it."""
    return free_port()


@pytest.fixture(scope="session")
def furnished(postgres: Cluster, template: str, port: int) -> str:
    """A database with the people of the demo, as on the third day of the window: 3 November 2026."""
    name = f"furnished_{os.getpid()}"
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = postgres.url(name)
    run_apart(demo.load(url, Settings(url, port=port, secret=SECRET), StoppedClock(people.NOW)))
    return name


@pytest.fixture
def outside() -> Outside:
    """Its clock stands still; a journey moves it by `outside.clock.moment = ...`. The demo has a bank of its own."""
    made = people.outside()
    return replace(made, banks=paying.pretend(made.clock))


@pytest.fixture
def site(
    postgres: Cluster, furnished: str, built: Litestar, port: int, outside: Outside, tmp_path: Path
) -> Iterator[Site]:
    """All four portals of the demo, each under its own name, and a worker that sends what is to be sent."""
    with copied(postgres, furnished) as url:
        settings = Settings(url, data=tmp_path, port=port, demo=True, secret=SECRET, compiled=COMPILED)

        def furnish() -> Litestar:
            built.state.settings, built.state.outside = settings, outside
            built.state.static_files = static_files(settings.static)
            return built

        site = Site(port, furnish, lambda: worker.queue(outside))
        site.start()
        try:
            yield site
        finally:
            site.stop()


@pytest.fixture
def proxy(site: Site) -> Iterator[FaultProxy]:
    """Between the browser and the site, which moves behind it to another door."""
    site.stop()
    site.door = free_port()
    site.start()
    with FaultProxy(site.door, site.port) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browsers(playwright: Playwright, everywhere: bool) -> Iterator[Browsers]:
    running = Browsers(playwright, whole=everywhere)
    yield running
    running.close()


@pytest.fixture(scope="session")
def screen() -> Iterator[dict[str, str]]:
    with engines.display() as surroundings:
        yield surroundings


@pytest.fixture
def visit(engine: str, site: Site, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Another person on a device of their own: visit("chernihiv", kept=True, look=Look(dark=True)).

    Only a `kept` device is the same after `restart()`; it costs a browser of its own.
    """
    present: list[Visitor] = []

    def arrive(portal: str = "localhost", *, kept: bool = False, look: Look | None = None) -> Visitor:
        look, profile = look or Look(), tmp_path / f"profile-{len(present)}"
        if engine == "webkit":
            profile.mkdir()
            visitor: Visitor = WebKitVisitor(
                site.url(portal), request.getfixturevalue("screen"), profile, look
            )
        else:
            browsers: Browsers = request.getfixturevalue("browsers")
            opened = (
                (lambda: browsers.kept(engine, profile, look))
                if kept
                else (lambda: browsers.context(engine, look))
            )
            visitor = PlaywrightVisitor(engine, site.url(portal), opened)
        present.append(visitor)
        assert_look(visitor, look)
        return visitor

    yield arrive
    for visitor in present:
        visitor.close()


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """Somebody on a phone, at the first portal."""
    return visit()


@pytest.fixture
def device(visit: Visit) -> Visitor:
    """The same, on a phone that still is the same after `restart()`."""
    return visit(kept=True)


@pytest.fixture
def open_page(engine: str, site: Site, browsers: Browsers) -> Iterator[OpenPage]:
    """A Playwright page of a person of its own: open_page("mygas", look=Look(size=DESKTOP))."""
    contexts, errors = [], list[str]()

    def opened(portal: str = "localhost", *, look: Look | None = None, **options: Any) -> Page:
        context = browsers.context(engine, look or Look(), base_url=site.url(portal), **options)
        contexts.append(context)
        page = context.new_page()
        watch(page, errors)
        assert_look(page, look or Look())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == [], "nothing breaks in the page's own scripts"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def page_without_script(page: Page) -> Iterator[Page]:
    """Scripts do not arrive. (Firefox ignores the switch for it, so they are stopped on the way.)"""
    stopped = []

    def stop(route: Any) -> None:
        if route.request.resource_type == "script":
            stopped.append(route.request.url)
            route.abort()
        else:
            route.fallback()

    page.route("**/*", stop)
    yield page
    assert stopped, "there were scripts, and they were stopped"


def assert_look(of: Visitor | Page, look: Look) -> None:
    """An engine that ignores how it was set would prove nothing."""
    script = """[
        matchMedia("(prefers-color-scheme: dark)").matches,
        matchMedia("(prefers-reduced-motion: reduce)").matches,
        innerWidth,
    ]"""
    run = of.evaluate if isinstance(of, Page) else of.run
    assert run(script) == [look.dark, look.still, look.size["width"]], "the device is set as told"
