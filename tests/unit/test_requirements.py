"""The marks on the tests are true words, and docs/requirements.md tells of all of them."""

from pathlib import Path

import pytest

from tests.requirements.marks import BadMark, Mark, collect, marks_in
from tests.requirements.table import TABLE, System, mistakes, now, systems, written

KNOWN = [System("K", "A system", {"K01": "Pages open.", "K02": "It sings."})]


def source(tmp_path: Path, text: str, name: str = "integration/test_it.py") -> list[Mark]:
    file = tmp_path / "tests" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return list(marks_in(file, tmp_path / "tests"))


def mark(*ids: str, file: str = "integration/test_it.py", **said: str) -> Mark:
    return Mark(ids, file, "test_it", ("/cabinet",), **said)


def test_the_page_is_fresh():
    """Where it is not: `python -m tests.requirements`."""
    assert TABLE.read_text() == now()


def test_every_mark_names_what_is_listed_and_goes_through_a_page():
    assert mistakes(collect(), systems()) == []


def test_the_list_has_every_id_once_and_in_order():
    for system in systems():
        numbers = [int(id.removeprefix(system.letter)) for id in system.behaviours]
        assert numbers == list(range(1, len(numbers) + 1))
        assert all(system.behaviours.values())
    assert [system.letter for system in systems()] == ["A", "B", "K", "H", "R"]


def test_a_mark_is_read_from_the_source(tmp_path: Path):
    (found,) = source(
        tmp_path,
        "import pytest\n"
        "async def waiting(visitor): await visitor.get('/sign-up?next=/')\n"
        "@pytest.mark.covers('K01', 'K02', instead='a link', portal='kremenchuk')\n"
        "async def test_it(browser, waiting):\n"
        "    link = f'/password/{1}'\n"
        "    await browser.get(link)\n",
    )
    assert (found.ids, found.pages) == (("K01", "K02"), ("/password/…", "/sign-up"))
    assert (found.file, found.test) == ("integration/test_it.py", "test_it")
    assert (found.instead, found.portal) == ("a link", "kremenchuk")


def test_a_page_that_is_named_stands_for_all(tmp_path: Path):
    text = "@pytest.mark.covers('K01', page='/sign-in')\ndef test_it(browser): browser.get('/')\n"
    (found,) = source(tmp_path, text)
    assert found.pages == ("/sign-in",)


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.covers()\ndef test_it(): ...\n",
        "@pytest.mark.covers(*IDS)\ndef test_it(): ...\n",
        "@pytest.mark.covers('K01', insted='a link')\ndef test_it(): ...\n",
        "@pytest.mark.covers(1)\ndef test_it(): ...\n",
        "pytestmark = pytest.mark.covers('K01')\ndef test_it(): ...\n",
    ],
)
def test_a_mark_that_the_page_could_not_show_is_refused(tmp_path: Path, text: str):
    with pytest.raises(BadMark):
        source(tmp_path, text)


def test_an_unknown_id_and_a_mark_on_a_unit_are_told():
    (unknown,) = mistakes([mark("K07")], KNOWN)
    assert "there is no K07" in unknown
    (unit,) = mistakes([mark("K01", file="unit/test_it.py")], KNOWN)
    assert "goes through a page" in unit


def test_what_has_no_test_yet_is_said_so():
    page = written([mark("K01", instead="they open by themselves")], KNOWN)
    assert "| K01 | Pages open. *Instead: they open by themselves.* | `/cabinet` | `integration/" in page
    assert page.endswith("Not yet:\n\n- K02: It sings.\n")
    assert "| K | A system | 2 | 1 |" in page
