"""Pages compiled for speed say what the same templates say when they are compiled plainly."""

import re
from functools import cache

import jinja2
import pytest

from tests.browser import Browser
from tests.factories import accounts
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.database.tables.people import Person
from webapp.settings import STATIC
from webapp.web import rendering
from webapp.web.static_files import static_files

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SIGNED_IN = (
    "/cabinet",
    "/readings",
    "/readings/new",
    "/statistics",
    "/bills",
    "/profile",
    "/linking",
    "/nothing",
)
VISITOR = ("/", "/sign-in", "/sign-up", "/password", "/help", "/help/contacts", "/legal/privacy", "/nothing")


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each language once more, by Jinja as it is."""
    folded = rendering.environment

    @cache
    def environment(language: str, files: object = None, compiled: object = None) -> jinja2.Environment:
        folding = folded(language, files, compiled)
        options = {name: getattr(folding, name) for name in ("loader", "autoescape", "undefined")}
        plain = jinja2.Environment(
            extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, cache_size=-1, **options
        )
        plain.install_gettext_translations(rendering.catalogue(language), newstyle=True)  # type: ignore[attr-defined]
        plain.filters |= folding.filters
        plain.globals |= {name: folding.globals[name] for name in ("language", "language_names")}
        return plain

    monkeypatch.setattr(rendering, "environment", environment)


@pytest.fixture
async def two_flats(olena: SignedIn, portal: APortal, flat: AnAccount) -> None:
    parents = await accounts.account(
        portal, "0910311208", "вул. Лугова, 9 <б>", balance="0", profile="heating"
    )
    await accounts.link(olena.id, parents.id, position=1)


async def said(browser: Browser, paths: tuple[str, ...]) -> dict[str, str]:
    """An id is another one at each request."""
    return {path: UUID.sub("id", str((await browser.get(path)).html)) for path in paths}


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
async def test_the_pages_of_a_person(
    browser: Browser, olena: SignedIn, two_flats: None, language: str, request: pytest.FixtureRequest
):
    await Person.update({Person.language: language}).where(Person.id == olena.id)
    folded = await said(browser, SIGNED_IN)
    request.getfixturevalue("plainly")
    assert await said(browser, SIGNED_IN) == folded


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
async def test_the_pages_of_a_visitor(visitor: Browser, language: str, request: pytest.FixtureRequest):
    visitor.cookies["language"] = language
    folded = await said(visitor, VISITOR)
    request.getfixturevalue("plainly")
    assert await said(visitor, VISITOR) == folded


@pytest.mark.parametrize("typed", ["", "4l52", "4152", "04512", "99", "123456"])
async def test_a_reading_that_is_doubted_refused_or_taken(
    browser: Browser, stranger: Browser, typed: str, request: pytest.FixtureRequest
):
    """The same twice, by two people with a meter each, so that the second is no repetition."""

    async def answer(of: Browser) -> str:
        form = (await of.get("/readings/new")).form("/readings")
        words = str((await of.submit(form, htmx=True, value=typed)).html)
        return re.sub(r"№ \S+", "№", UUID.sub("id", words))

    folded = await answer(browser)
    request.getfixturevalue("plainly")
    assert await answer(stranger) == folded


def test_what_one_process_has_compiled_another_one_can_serve(tmp_path):
    """A macro that stays a call is known to whoever only reads the code."""
    files = static_files(STATIC)
    for _ in range(2):
        made = rendering.environment.__wrapped__("uk", files, tmp_path)
        made.get_template("pages/tokens/new.html")
        assert any(name.startswith("field_of_") for name in made.globals)
