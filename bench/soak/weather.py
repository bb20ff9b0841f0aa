"""The fault proxy in a storm: no reading gets through at the first try, and nobody knows what comes next."""

import json
import socket
import threading
from collections import Counter
from random import Random
from typing import Literal, get_args

from tests.e2e.proxy import Fault, FaultProxy, Mode

Blow = Literal[
    "cut_before_request",
    "cut_after_request",
    "cut_mid_response",
    "abandon",
    "hang",
    "delay",
    "200_html",
    "502_html",
    "302_login",
    "302_away",
]
"""`abandon`: the server is left in the middle of its work; the others are the proxy's."""
ANSWER_LOST = {"cut_after_request", "cut_mid_response", "abandon"}
"""The server may have the readings, the device does not know it: what idempotency is for. Half of all blows."""
BLOWS: tuple[Blow, ...] = get_args(Blow)
WEIGHTS = [3 if blow in ANSWER_LOST else 1 for blow in BLOWS]
LONGEST = 0.4
"""Seconds that a request hangs or is delayed."""


class Weather(FaultProxy):
    """Calm until told; `storm` may come and go."""

    def __init__(self, upstream: int, luck: Random) -> None:
        super().__init__(upstream)
        self.luck = luck
        self.storm = False
        self.blows: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        """Of the server, by status, whether or not a device has heard them."""
        self.met: set[str] = set()
        """Submissions that were in a request which met a fault."""
        self._asked = threading.Event()
        self._guard = threading.Lock()
        self._now = threading.local()

    def next_request(self, patience: float) -> None:
        """Returns when one has just gone to the server: the moment to kill it."""
        self._asked.clear()
        self._asked.wait(patience)

    def _handle(self, client: socket.socket, request: bytes) -> None:
        self._now.ids, self._now.abandoned = _ids(request), False
        super()._handle(client, request)

    def _take(self, path: str) -> Fault | None:
        if not self.storm:
            return super()._take(path)
        with self._guard:
            fresh = self._now.ids - self.met
            if not fresh and self.luck.random() < 0.5:
                return None
            self.met |= self._now.ids
            (blow,) = self.luck.choices(BLOWS, WEIGHTS)
            self.blows[blow] += 1
            seconds = self.luck.uniform(0, LONGEST)
        if blow == "abandon":
            self._now.abandoned = True
            return None
        fault = Fault(_mode(blow), milliseconds=int(seconds * 1000))
        if blow == "hang":
            timer = threading.Timer(seconds, fault.over.set)
            timer.daemon = True
            timer.start()
        return fault

    def _ask(self, request: bytes) -> bytes:
        self._asked.set()
        if self._now.abandoned:
            with socket.create_connection(("127.0.0.1", self.upstream)) as server:
                server.sendall(request)
            return b""
        answer = super()._ask(request)
        with self._guard:
            self.answers[answer[9:12].decode() or "none"] += 1
        return answer


def _mode(blow: Blow) -> Mode:
    return blow  # type: ignore[return-value]


def _ids(request: bytes) -> set[str]:
    """The submissions of a batch; none of anything else."""
    try:
        told = json.loads(request.partition(b"\r\n\r\n")[2])
        return {item["submission_id"] for item in told["readings"]}
    except (ValueError, KeyError, TypeError):
        return set()
