"""The folder of keys: made once, shared by processes, rotated without losing what was signed."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from webapp import cli
from webapp.outside.receipt_keys import EmbeddedKeys, FolderKeys, ReceiptKeys, verify
from webapp.settings import MissingSetting, Settings

TEXT = b"blakyt-receipt-1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "receipts"


@pytest.fixture(params=["folder", "embedded"])
def keys(request: pytest.FixtureRequest, folder: Path) -> ReceiptKeys:
    """Both keep the same promises."""
    return FolderKeys(folder) if request.param == "folder" else EmbeddedKeys()


def test_what_was_signed_before_a_rotation_fits_after_it(keys):
    old = keys.current()
    signed = old.sign(TEXT)
    new = keys.rotate()
    assert keys.current().id == new != old.id
    assert set(keys.public()) == {old.id, new}
    assert verify(keys.public()[old.id], signed, TEXT)
    assert not verify(keys.public()[new], signed, TEXT)
    assert not verify(keys.public()[old.id], signed, TEXT + b"1")


def test_the_folder_and_the_private_key_are_for_their_owner_alone(folder: Path):
    FolderKeys(folder).current()
    for place in (folder.parent, folder):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "signing").stat().st_mode) == 0o600


def test_a_rotation_leaves_no_private_key_of_before(folder: Path):
    keys = FolderKeys(folder)
    keys.current()
    before = (folder / "signing").read_bytes()
    keys.rotate()
    kept = [file.read_bytes() for file in folder.iterdir()]
    assert before not in kept and sum(b"PRIVATE KEY" in file for file in kept) == 1


def test_another_process_sees_a_new_key_without_a_restart(folder: Path):
    web, other = FolderKeys(folder), FolderKeys(folder)
    assert web.current().id == other.current().id
    new = other.rotate()
    assert web.current().id == new and new in web.public()


def test_of_many_that_start_at_once_one_makes_the_key(folder: Path):
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: FolderKeys(folder).current().id, range(16)))
    assert len(ids) == 1 and set(FolderKeys(folder).public()) == ids


def test_a_key_that_cannot_be_read_is_a_sentence(folder: Path):
    folder.mkdir(parents=True)
    (folder / "signing").write_text("not a key")
    with pytest.raises(MissingSetting, match=r"key of receipts in .*signing cannot be read"):
        FolderKeys(folder).current()


def test_the_key_is_not_printed(folder: Path):
    assert "private" not in repr(FolderKeys(folder).current()) and "object" not in repr(EmbeddedKeys().keys)


def test_the_command_lists_and_rotates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("BLAKYT_DATA", str(tmp_path))
    cli.main(["keys"])
    (first,) = capsys.readouterr().out.splitlines()
    cli.main(["keys", "rotate"])
    told = capsys.readouterr().out.splitlines()
    assert first.endswith("  signs") and len(told) == 2
    assert f"{first[:8]}  verifies what it signed" in told
    assert (tmp_path / "keys" / "receipts" / f"{first[:8]}.pem").exists()


def test_keys_lie_where_the_setting_says(tmp_path: Path):
    told = {"DATABASE_URL": "postgresql://db/blakyt", "BLAKYT_DATA": str(tmp_path)}
    assert Settings.read(told).key_folder == tmp_path / "keys"
    assert Settings.read(told | {"BLAKYT_KEYS": "/srv/keys"}).key_folder == Path("/srv/keys")
