"""Files beside the database: the folder and its twin keep the same promises."""

from pathlib import Path
from uuid import uuid4

import pytest

from webapp.outside.files import Files
from webapp.outside.files.embedded import EmbeddedFiles
from webapp.outside.files.folder import FolderFiles
from webapp.rules.photos import name_of


@pytest.fixture(params=["folder", "twin"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return FolderFiles(tmp_path / "photos") if request.param == "folder" else EmbeddedFiles()


async def test_what_was_put_is_got_until_it_is_removed(files: Files):
    name = name_of(uuid4(), "0" * 64)
    assert await files.get(name) is None
    await files.put(name, b"a meter")
    await files.put(name, b"a meter")
    assert await files.get(name) == b"a meter"
    await files.remove(name)
    await files.remove(name)
    assert await files.get(name) is None


async def test_the_folder_is_nobody_elses_and_holds_no_halves(tmp_path: Path):
    folder = tmp_path / "photos"
    name = name_of(uuid4(), "ab" * 32)
    await FolderFiles(folder).put(name, b"a meter")
    (file,) = [one for one in folder.rglob("*") if one.is_file()]
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["", "../etc/passwd", "a/b", "..", "а-б"])
async def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str):
    with pytest.raises(ValueError):
        await FolderFiles(tmp_path).get(name)
