"""Logs as JSON lines with an allow-list of fields: no names, numbers, addresses or texts of people."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "error",
        "path",
        "status",
        "job",
        "entrypoint",
        "reason",
        "message_id",
        "where",
        "host",
        "field",
        "checkout",
    }
)
"""`path` is that of the route: no query, no id and no token of a link in it."""


def configure() -> None:
    """For our own words and for those of the libraries, which speak through `logging`."""
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_it_broke,
        only_allowed,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(processors=shared, cache_logger_on_first_use=True)
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared[:2]],
            processors=[where_it_broke, only_allowed, structlog.processors.JSONRenderer(ensure_ascii=False)],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def where_it_broke(_: Any, __: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception: its type and the place, never its text, which may quote a row."""
    error = said.pop("exc_info", None)
    if error is True:  # log.exception
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        trace = error.__traceback__
        places = []
        while trace:
            places.append(f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}")
            trace = trace.tb_next
        said["error"], said["where"] = type(error).__name__, " > ".join(places[-6:])
    return said


def only_allowed(_: Any, __: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: str(value)[:500] for name, value in said.items() if name in ALLOWED}
