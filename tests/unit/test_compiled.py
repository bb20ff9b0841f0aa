"""Templates are compiled once for all processes of a build."""

from datetime import date
from pathlib import Path

import pytest

from webapp.rules.policy import Policy
from webapp.settings import STATIC
from webapp.web.folding import FoldingEnvironment
from webapp.web.rendering import environment
from webapp.web.static_files import static_files

PAGE = "pages/errors/unavailable_plain.html"


def said(folder: Path) -> str:
    """As a process says it that has compiled nothing yet."""
    made = environment.__wrapped__("uk", static_files(STATIC), folder)
    return made.get_template(PAGE).render(static_url=static_files(STATIC).url)


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that are compiled."""
    names = []
    fold = FoldingEnvironment.fold

    def noted(self, template, name):
        names.append(name)
        return fold(self, template, name)

    monkeypatch.setattr(FoldingEnvironment, "fold", noted)
    return names


def test_what_one_process_has_compiled_the_next_one_reads(tmp_path: Path, folds: list[str]):
    first = said(tmp_path)
    assert PAGE in folds
    folds.clear()
    assert said(tmp_path) == first
    assert not folds


@pytest.mark.parametrize("broken", [b"", b"nonsense", None])
def test_a_broken_file_is_compiled_anew(tmp_path: Path, folds: list[str], broken: bytes | None):
    first = said(tmp_path)
    folds.clear()
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        file.write_bytes(file.read_bytes()[:-20] if broken is None else broken)
    assert said(tmp_path) == first
    assert PAGE in folds


def test_where_nothing_can_be_kept_the_page_is_there_all_the_same(tmp_path: Path):
    file = tmp_path / "no-folder"
    file.touch()
    assert said(file) == said(tmp_path / "folder")


def test_a_piece_that_is_read_while_its_page_is_written_knows_its_macros(tmp_path: Path):
    meter = {"digits": 5, "readings": [reading(3, 4127), reading(2, 4099)]}
    for _ in range(2):
        made = environment.__wrapped__("uk", static_files(STATIC), tmp_path)
        page = made.from_string("{% set piece = 'partials/cabinet/readings.html' %}{% include piece %}")
        assert "+28 м³" in page.render(account={"meters": [meter]}, portal={"policy": Policy()})
        assert any(name.startswith("volume_in_words_of_") for name in made.globals), "it stayed a call"


def reading(day: int, value: int) -> dict[str, object]:
    return {
        "read_on": date(2026, 10, day),
        "value": value,
        "number": day,
        "source": "consumer",
        "by_token": False,
    }


def test_folders_of_builds_that_are_gone_do_not_pile_up(tmp_path: Path):
    for number in range(6):
        (tmp_path / f"{number}").mkdir()
    said(tmp_path)
    assert len(list(tmp_path.iterdir())) == 4
    assert any(path.is_file() for path in tmp_path.rglob("*")), "this build's own stays"
