"""Calls to people's programs: signed as the standard says, never into a private network, and not for ever."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules import webhooks as rules
from webapp.rules.webhooks import Wrong, may_be_called, wrong_with

NOW = datetime(2026, 11, 3, 18, tzinfo=UTC)
KEY = b"a key of the tests alone"


def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As docs/integration.md tells the people who receive: nothing of ours is used here."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(one, f"v1,{expected}") for one in headers["webhook-signature"].split(" "))


@given(st.binary(max_size=300), st.binary(min_size=1, max_size=40), st.uuids(), st.integers(1, 9))
def test_the_signature_is_the_one_of_the_standard(body: bytes, key: bytes, id: UUID, generation: int):
    secrets = [rules.secret_of(key, id, one) for one in (generation + 1, generation)]
    headers = {"webhook-id": f"msg_{id.hex}", "webhook-timestamp": str(int(NOW.timestamp()))}
    headers["webhook-signature"] = rules.signature(secrets, headers["webhook-id"], NOW, body)
    for secret in secrets:
        assert verify(rules.shown_secret(secret), headers, body)
        assert not verify(rules.shown_secret(secret), headers, body + b" ")
        assert not verify(rules.shown_secret(secret), headers | {"webhook-timestamp": "1"}, body)
    assert not verify(rules.shown_secret(rules.secret_of(key, uuid4(), generation)), headers, body)


def test_the_vector_of_the_standard():
    """github.com/standard-webhooks: the example of its libraries."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    found = rules.signature([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_sign_for_a_day_after_a_change():
    assert rules.generations(1, None, NOW) == [1]
    assert rules.generations(3, NOW - timedelta(hours=23), NOW) == [3, 2]
    assert rules.generations(3, NOW - timedelta(hours=24), NOW) == [3]


@pytest.mark.parametrize(
    "place",
    """0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.168.1.1
    198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1
    64:ff9b::a9fe:a9fe 2002:7f00:1:: 2001:0:7f00:1:: fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 ff02::1
    2001:db8::1""".split(),
)
def test_no_private_place_is_called(place: str):
    assert not may_be_called(place)


def test_what_is_open_to_all_is_called_and_ones_own_machine_where_that_is_set():
    assert all(map(may_be_called, ("1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::101:101")))
    assert may_be_called("127.0.0.1", loopback=True) and may_be_called("::1", loopback=True)
    assert not may_be_called("10.0.0.1", loopback=True)


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("https://home.example.com/hook?x=1", None),
        ("https://home.example.com:8443/hook", None),
        ("", Wrong.EMPTY),
        ("home.example.com", Wrong.NOT_HTTPS),
        ("http://home.example.com/", Wrong.NOT_HTTPS),
        ("file:///etc/passwd", Wrong.NOT_HTTPS),
        ("https://", Wrong.UNREADABLE),
        ("https://x:99999/", Wrong.UNREADABLE),
        ("https://[::1", Wrong.UNREADABLE),
        ("https://дім.укр/", Wrong.UNREADABLE),
        ("https://a b/", Wrong.UNREADABLE),
        ("https://good.example\\@evil/", Wrong.UNREADABLE),
        ("https://user:word@home.example.com/", Wrong.WITH_PASSWORD),
        ("https://home.example.com/#x", Wrong.UNREADABLE),
        ("https://home.example.com/" + "x" * 400, Wrong.TOO_LONG),
    ],
)
def test_what_is_wrong_with_an_address_is_said(address: str, wrong: Wrong | None):
    assert wrong_with(address) == wrong


def test_in_clear_only_where_that_is_set():
    assert wrong_with("http://localhost:9000/", loopback=True) is None


def test_tries_grow_rare_and_end():
    pauses = [rules.pause(n) for n in range(1, 9)]
    assert pauses[0] == timedelta(minutes=1) and pauses[6] == timedelta(hours=24) and pauses[7] is None
    assert sorted(pauses[:7]) == pauses[:7]
