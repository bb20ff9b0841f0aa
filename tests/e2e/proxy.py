"""A liar between browser and server: a TCP proxy that refuses, hangs, cuts, delays and answers by itself.

`navigator.onLine` and a browser's own offline switch prove nothing about a service worker; this does.

    with FaultProxy(server_port) as proxy:
        page.goto(proxy.address)
        proxy.fault("cut_after_request", only="/api/", times=1)
        ...
        proxy.clear()
"""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

Mode = Literal[
    "refuse",
    "hang",
    "cut_before_request",
    "cut_after_request",
    "cut_mid_response",
    "delay",
    "302_login",
    "302_away",
    "200_html",
    "502_html",
    "rate",
]
HTML = b"<!doctype html><title>Wi-Fi</title><h1>Please accept the rules of this network</h1>"


def _answer(status: str, body: bytes, *headers: str) -> bytes:
    head = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/html",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*head, *headers, "", ""]).encode() + body


LIES: dict[str, bytes] = {
    "302_login": _answer("302 Found", b"", "Location: /sign-in"),
    "302_away": _answer("302 Found", b"", "Location: http://portal.invalid/welcome"),
    "200_html": _answer("200 OK", HTML),
    "502_html": _answer("502 Bad Gateway", b"<h1>502 Bad Gateway</h1>"),
}


@dataclass
class Fault:
    mode: Mode
    only: str = ""
    """Requests whose path begins with it; the others pass. `refuse` closes the door to all."""
    times: int | None = None
    """How often; None is until `clear`."""
    milliseconds: int = 0
    """For `delay`."""
    rate: int = 0
    """For `rate`, bytes a second in each direction."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the fault ends: who hangs or waits goes on, or is cut."""


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    mode: str
    """The fault it met, or "pass"."""
    body: bytes


class FaultProxy:
    def __init__(self, upstream: int, port: int = 0, host: str = "localhost") -> None:
        self.upstream = upstream
        self.port = port
        self.host = host
        self.seen: list[Seen] = []
        """Every request that came in, in order."""
        self._fault: Fault | None = None
        self._past: list[Fault] = []
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()

    @property
    def address(self) -> str:
        """What the browser opens; `host` may be any NAME.localhost."""
        return f"http://{self.host}:{self.port}"

    def requests(self, path: str = "/") -> list[Seen]:
        return [one for one in self.seen if one.path.startswith(path)]

    def fault(
        self, mode: Mode, *, only: str = "", times: int | None = None, milliseconds: int = 0, rate: int = 0
    ) -> None:
        self.clear()
        if mode == "refuse":
            self.stop()
            return
        with self._lock:
            self._fault = Fault(mode, only, times, milliseconds, rate)
            self._past.append(self._fault)

    def clear(self) -> None:
        """Everything passes again; the door opens if it was closed."""
        self._end_faults()
        if not self._listener:
            self.start()

    def _end_faults(self) -> None:
        with self._lock:
            ended, self._past, self._fault = self._past, [], None
        for fault in ended:
            fault.over.set()

    def start(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._welcome, args=(listener,), daemon=True).start()

    def stop(self) -> None:
        """Nobody is at home: new connections are refused, open ones are cut."""
        listener, self._listener = self._listener, None
        self._end_faults()
        with self._lock:
            held = [listener, *self._open] if listener else list(self._open)
        for one in held:
            _close(one)

    def _welcome(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """One request a connection: simple, and a browser opens the next one by itself."""
        try:
            with suppress(OSError):
                request = _read_request(client)
                if request:
                    self._handle(client, request)
        finally:
            with self._lock:
                self._open.discard(client)
            _close(client)

    def _handle(self, client: socket.socket, request: bytes) -> None:
        method, path = request.split(b" ", 2)[:2]
        fault = self._take(path.decode())
        mode = fault.mode if fault else "pass"
        self.seen.append(Seen(method.decode(), path.decode(), mode, request.partition(b"\r\n\r\n")[2]))
        if mode == "cut_before_request":
            return
        if fault and mode == "hang":
            fault.over.wait()
            return
        if mode in LIES:
            client.sendall(LIES[mode])
            return
        if fault and mode == "delay":
            fault.over.wait(fault.milliseconds / 1000)
        if fault and mode == "rate":
            fault.over.wait(len(request) / fault.rate)
        answer = self._ask(request)
        if mode == "cut_after_request":
            return
        if mode == "cut_mid_response":
            client.sendall(answer[: len(answer) - max(1, len(answer) // 4)])
            return
        _send(client, answer, fault if mode == "rate" else None)

    def _take(self, path: str) -> Fault | None:
        with self._lock:
            fault = self._fault
            if not fault or not path.startswith(fault.only):
                return None
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._fault = None
            return fault

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.upstream)) as server:
            server.sendall(_alone(request))
            return b"".join(iter(lambda: server.recv(65536), b""))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def _read_request(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    ]
    missing = (int(lengths[0]) if lengths else 0) - len(body)
    while missing > 0:
        more = client.recv(65536)
        if not more:
            return b""
        data += more
        missing -= len(more)
    return data


def _alone(request: bytes) -> bytes:
    """The same request, the last one of its connection: the answer ends where the connection does."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body


def _send(client: socket.socket, answer: bytes, slow: Fault | None) -> None:
    if not slow:
        client.sendall(answer)
        return
    piece = max(1, slow.rate // 20)
    for start in range(0, len(answer), piece):
        client.sendall(answer[start : start + piece])
        slow.over.wait(0.05)
