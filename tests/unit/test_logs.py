"""What is written down about people: nothing."""

import json
import logging

import pytest
import structlog

from webapp.web import logs


@pytest.fixture(autouse=True)
def quiet_afterwards():
    yield
    structlog.reset_defaults()
    logging.basicConfig(handlers=[], level=logging.WARNING, force=True)


def test_a_field_that_is_not_allowed_never_reaches_the_log(capsys):
    logs.configure()
    structlog.get_logger().error("surprise", path="/cabinet", phone="+380670000001", name="Олена")
    said = json.loads(capsys.readouterr().out)
    assert said.keys() == {"event", "level", "timestamp", "path"}


def test_an_exception_is_told_by_its_type_and_place_not_by_its_text(capsys):
    logs.configure()
    try:
        raise ValueError("Key (contact)=(olena@example.com) already exists")
    except ValueError as error:
        structlog.get_logger().error("surprise", exc_info=error)
    out = capsys.readouterr().out
    assert "olena" not in out and json.loads(out)["error"] == "ValueError" and "test_logs" in out


def test_an_exception_that_is_only_noted_is_told_too(capsys):
    logs.configure()
    try:
        raise ValueError("olena@example.com")
    except ValueError:
        structlog.get_logger().exception("left out")
        logging.getLogger("some.library").exception("left out")
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == json.loads(said.err)["error"] == "ValueError"
    assert "olena" not in said.out + said.err


def test_libraries_speak_through_the_same_door(capsys):
    logs.configure()
    logging.getLogger("some.library").warning(
        "a warning", extra={"job": 7, "message_id": "7", "contact": "olena@example.com"}
    )
    said = json.loads(capsys.readouterr().err)
    assert said["job"] == said["message_id"] == "7" and "contact" not in said
