"""Every template parses, keeps the policy, uses what it imports and speaks the portal's languages."""

import re
from collections import defaultdict
from gzip import compress
from hashlib import sha256
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.conftest import COMPILED
from webapp.web.rendering import ROOT, environment
from webapp.web.static_files import APART, STYLES, static_files

STATIC = Path(__file__).parents[2] / "static"
ALL = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.suffix in {".html", ".txt"})
IN_BROWSER = [name for name in ALL if not name.startswith("notices/")]
SHARED = [name for name in ALL if name.startswith(("components/", "layouts/", "partials/"))]
LANGUAGES = ["uk", "ru"]
FRAGMENTS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("locale/*/*.po"))
FORBIDDEN = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\s(?:src=|type=\"application/json\"))|\son\w+=|hx-on|js:|hx-trigger=.*\[|\|\s*safe\b"
)
IN_LETTERS = re.compile(r"<script|\son\w+=|<img|<link|\|\s*safe\b")
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
NEWER_THAN_ES3 = re.compile(r"\b(?:let|const|class|async|await|import|export)\b|=>|`|\?\.|\.\.\.|,\s*[}\])]")


@pytest.fixture(params=ALL)
def source(request: pytest.FixtureRequest) -> str:
    return (ROOT / request.param).read_text()


@pytest.fixture(scope="module")
def translations() -> dict[str, dict[str, set[tuple[str, ...]]]]:
    """Language → msgid → all its translations, over all fragments."""
    found: dict[str, dict[str, set[tuple[str, ...]]]] = {language: defaultdict(set) for language in LANGUAGES}
    for name in FRAGMENTS:
        for message in fragment(name):
            if message.id:
                found[Path(name).parent.name][one(message.id)].add(several(message.string))
    return found


def fragment(name: str) -> Catalog:
    with (ROOT / name).open("rb") as file:
        return read_po(file)


def without_comments(name: str) -> str:
    return re.sub(r"{#.*?#}", "", (ROOT / name).read_text(), flags=re.S)


def one(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def several(message: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


@pytest.mark.parametrize("name", IN_BROWSER)
def test_nothing_needs_more_than_the_policy_allows(name: str):
    assert not FORBIDDEN.search(without_comments(name))


@pytest.mark.parametrize("name", sorted(set(ALL) - set(IN_BROWSER)))
def test_a_letter_loads_and_runs_nothing(name: str):
    assert not IN_LETTERS.search(without_comments(name))


def test_what_is_imported_is_used(source: str):
    for names in re.findall(r"import ([\w, ]+?)(?: with context)? %}", source):
        for name in names.split(", "):
            called = name.split(" as ")[-1]
            assert re.search(rf"\b{called}\(", source), called


@pytest.mark.parametrize(
    "name", [one for one in ALL if one.startswith("layouts/") and one != "layouts/base.html"]
)
def test_every_page_calls_104(name: str):
    """The emergency line stands in each frame, and every page of the product wears one of them."""
    source = (ROOT / name).read_text()
    assert "partials/shared/emergency.html" in source or 'href="tel:104"' in source


@pytest.mark.parametrize("name", [one for one in ALL if one.startswith("pages/") and "/texts/" not in one])
def test_every_page_wears_a_frame(name: str):
    source = (ROOT / name).read_text()
    (frame,) = re.findall(r"{% extends (.+?) %}", source)
    own = "partials/shared/emergency.html" in source or 'href="tel:104"' in source
    assert "layouts/base.html" not in frame or own


@pytest.mark.parametrize("name", SHARED)
def test_the_first_line_says_what_the_template_needs(name: str):
    assert (ROOT / name).read_text().startswith("{# ")


@pytest.mark.parametrize("name", ALL)
def test_it_can_be_compiled(name: str):
    """Pages as the application has them: those who ask it for pages find them compiled."""
    pages = environment("uk", static_files(STATIC), COMPILED)
    (pages if name in IN_BROWSER else environment("uk")).get_template(name)


def test_named_files_exist(source: str):
    assert set(re.findall(r"static_url\('([^']+)'\)", source)) <= set(static_files(STATIC).files)


def test_every_sentence_is_translated(source: str, translations: dict):
    for _, _, message in environment("uk").extract_translations(source):
        key = message if isinstance(message, str) else message[0]
        for language in LANGUAGES:
            assert key in translations[language] and all(map(all, translations[language][key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_one_translation(language: str, translations: dict):
    assert {key: said for key, said in translations[language].items() if len(said) > 1} == {}


def test_both_languages_know_the_same_sentences(translations: dict):
    assert set(translations["uk"]) ^ set(translations["ru"]) == set()


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_is_complete(name: str):
    catalogue = fragment(name)
    assert str(catalogue.locale) == Path(name).parent.name
    assert catalogue.num_plurals == 3
    for message in catalogue:
        if not message.id:
            continue
        said = several(message.string)
        assert all(said) and not message.fuzzy, message.id
        assert len(said) == (3 if message.pluralizable else 1), message.id
        expected = set(PLACEHOLDER.findall(several(message.id)[-1]))
        assert all(set(PLACEHOLDER.findall(words)) == expected for words in said), message.id


def test_every_style_sheet_is_joined():
    assert {path.name for path in (STATIC / "css").glob("*.css")} == {f"{name}.css" for name in STYLES} | (
        {name for name in APART if name.endswith(".css")}
    )


def test_the_style_sheets_stay_light():
    assert len(compress(static_files(STATIC).files["site.css"], 9)) <= 12 * 1024


def test_the_oldest_engines_can_read_the_script_that_is_for_them():
    code = re.sub(r"/\*.*?\*/|'[^']*'", "0", (STATIC / "js" / "old.js").read_text(), flags=re.S)
    assert not NEWER_THAN_ES3.search(code)


def test_htmx_is_the_file_that_was_looked_at():
    found = sha256((STATIC / "vendor" / "htmx-4.0.1.min.js").read_bytes()).hexdigest()
    assert found.startswith("a0abb04f2f45a1f8")


def test_the_check_without_webcrypto_is_the_file_that_was_looked_at():
    found = sha256((STATIC / "vendor" / "noble-ed25519-2.3.0.js").read_bytes()).hexdigest()
    assert found.startswith("70cebecaaa6a126c")
    assert (STATIC / "vendor" / "LICENSE-noble-ed25519").read_text().startswith("The MIT License")
