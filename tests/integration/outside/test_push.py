"""Pushes as a browser opens them: sealed for it alone, signed by us, and refused where nobody should be written to."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from tests.fakes.web import Call, FakeWeb
from webapp.outside.push import Push, PushError, PushTrouble
from webapp.outside.push.web_push import WebPush, key_in

SECRET = b"sixteen bytes ok"
OWN = ec.generate_private_key(ec.SECP256R1())


@dataclass
class Maker(FakeWeb):
    """Where a maker of browsers takes pushes."""

    status: int = 201

    def answer(self, call: Call) -> tuple[int, Any]:
        return self.status, {}


def text(body: bytes) -> str:
    return urlsafe_b64encode(body).decode().rstrip("=")


def push(endpoint: str, p256dh: str = "") -> Push:
    point = OWN.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return Push(
        endpoint, p256dh or text(point), text(SECRET), title="Газу не буде", text="До 18:00",
        url="https://cabinet.example.ua/notifications", tag="1", contact="mailto:help@example.ua",
    )  # fmt: skip


@pytest.fixture
async def maker() -> AsyncIterator[Maker]:
    async with Maker().listening() as maker:
        yield maker


@pytest.fixture
def ours(maker: Maker, tmp_path: Path) -> WebPush:
    return WebPush(key_in(tmp_path / "push.pem"), (urlsplit(maker.url).netloc,))


async def test_the_browser_alone_can_read_it_and_its_maker_sees_who_sends(maker: Maker, ours: WebPush):
    await ours.send(push(f"{maker.url}/send/olena"))
    (call,) = maker.calls
    opened = http_ece.decrypt(call.body, private_key=OWN, auth_secret=SECRET, version="aes128gcm")
    assert json.loads(opened)["title"] == "Газу не буде" and "Газу".encode() not in call.body
    assert call.headers["content-encoding"] == "aes128gcm" and int(call.headers["ttl"]) > 0
    token = call.headers["authorization"].partition("t=")[2].partition(",")[0]
    claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == maker.url and claims["sub"] == "mailto:help@example.ua"
    assert f"k={ours.public_key}" in call.headers["authorization"]
    assert Vapid02.verify(call.headers["authorization"])


@pytest.mark.parametrize(
    ("status", "reason", "permanent"),
    [
        (404, PushTrouble.GONE, True),
        (410, PushTrouble.GONE, True),
        (400, PushTrouble.REFUSED, True),
        (429, PushTrouble.TOO_MANY, False),
        (503, PushTrouble.SERVICE_DOWN, False),
        (302, PushTrouble.REFUSED, True),
    ],
)
async def test_what_the_maker_answers_in_our_words(
    maker: Maker, ours: WebPush, status: int, reason: PushTrouble, permanent: bool
):
    maker.status = status
    with pytest.raises(PushError) as told:
        await ours.send(push(f"{maker.url}/send/olena"))
    assert (told.value.reason, told.value.permanent) == (reason, permanent) and len(maker.calls) == 1


async def test_nobody_else_is_called_and_a_key_that_is_none_calls_nobody(
    maker: Maker, tmp_path: Path, ours: WebPush
):
    strict = WebPush(key_in(tmp_path / "push.pem"))
    assert strict.public_key == ours.public_key, "the key is made once"
    for sender, one in (
        (strict, push(f"{maker.url}/x")),
        (ours, push(f"{maker.url}/x", text(b"\4" + b"\1" * 64))),
    ):
        with pytest.raises(PushError) as told:
            await sender.send(one)
        assert told.value.permanent
    assert maker.calls == [] and oct((tmp_path / "push.pem").stat().st_mode)[-3:] == "600"
