"""The locked requirements are what pyproject.toml asks for, each with its hash and from no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.MULTILINE)
LOCKS = ["run", "test"]


def pinned(lock: str) -> set[tuple[str, str]]:
    """Name and version; a name has two where Python's version decides."""
    return set(PINNED.findall((ROOT / "requirements" / f"{lock}.txt").read_text()))


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [
        Requirement(words)
        for words in project["project"]["dependencies"] + project["build-system"]["requires"]
    ]


@pytest.mark.parametrize("requirement", wanted(), ids=str)
def test_what_the_project_asks_for_is_locked(requirement: Requirement):
    versions = {version for name, version in pinned("run") if name == requirement.name}
    assert versions and all(requirement.specifier.contains(version) for version in versions)


def test_tests_run_on_the_very_versions_that_people_get():
    assert pinned("run") <= pinned("test")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_addresses(lock: str):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries if not entry.startswith("#"))
    assert not re.search(r"://|--index|--find-links|--extra", text)
