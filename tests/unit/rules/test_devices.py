"""What a browser says of itself, in two words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.rules.devices import LONGEST, name_of

KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = {
    f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {KHTML} Chrome/130.0 Mobile Safari/537.36": "Chrome, Android",
    f"Mozilla/5.0 (Linux; Android 14; SM-S911B) {KHTML} SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36": (
        "Samsung Internet, Android"
    ),
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML} Chrome/130.0 Safari/537.36 Edg/130.0": "Edge, Windows",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML} Chrome/130.0 Safari/537.36 OPR/115.0": "Opera, Windows",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox, Linux",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/130.0 Mobile Safari/604.1": "Chrome, iPhone",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15": "Safari, macOS",
    "curl/8.5": "",
    "": "",
}


@pytest.mark.parametrize(("said", "name"), AGENTS.items())
def test_a_device_has_the_name_people_know(said: str, name: str):
    assert name_of(said) == name


@given(st.text(max_size=300))
def test_whatever_is_said_the_name_is_one_of_ours(said: str):
    assert len(name_of(said)) <= LONGEST and "<" not in name_of(said)
