"""Olena before the pages of payments: her companies take money through the demo's bank, her password was just typed."""

import pytest

from tests.browser import Browser
from tests.conftest import COMPILED
from tests.factories import paying
from tests.factories.paying import both_take_money, confirm
from tests.factories.people import KEY, NOW, SignedIn
from tests.factories.portals import APortal
from webapp.outside import Outside
from webapp.outside.clock import StoppedClock
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.settings import Settings


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url, secret="a key of the tests alone", compiled=COMPILED, demo=True)


@pytest.fixture
def outside() -> Outside:
    clock = StoppedClock(NOW)
    return Outside(clock, EmbeddedSms(), EmbeddedMail(), KEY, banks=paying.pretend(clock))


@pytest.fixture
async def payer(browser: Browser, portal: APortal, olena: SignedIn) -> Browser:
    await both_take_money(portal)
    await confirm(olena.id)
    return browser
