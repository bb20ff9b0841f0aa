"""Authenticator applications and recovery codes, of whoever owns them: no code works twice, nor for another."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest

from tests.factories.people import KEY, NOW, SignedIn
from webapp.actions import authenticators, recovery_codes
from webapp.database.engine import DB

pytestmark = pytest.mark.anyio


async def with_application(owner: SignedIn) -> pyotp.TOTP:
    """Another's hand counts the codes: pyotp stands for the application on the phone."""
    phone = pyotp.TOTP(await authenticators.begin(owner.id, key=KEY, now=NOW))
    assert (
        await authenticators.confirm(owner.id, phone.at(NOW - timedelta(minutes=2)), key=KEY, now=NOW)
        is False
    )
    assert await authenticators.confirm(owner.id, phone.at(NOW - timedelta(seconds=30)), key=KEY, now=NOW)
    return phone


async def fits(owner: SignedIn, code: str, now=NOW) -> bool:
    return await authenticators.fits(owner.id, code, key=KEY, now=now)


async def test_a_code_is_good_once_and_no_older_one_after_it(olena: SignedIn) -> None:
    phone = await with_application(olena)
    assert await fits(olena, phone.at(NOW + timedelta(seconds=30)))
    assert not await fits(olena, phone.at(NOW + timedelta(seconds=30)))
    assert not await fits(olena, phone.at(NOW))
    assert await fits(olena, phone.at(NOW + timedelta(minutes=1)), NOW + timedelta(minutes=1))


async def test_the_code_that_confirmed_does_not_sign_in(olena: SignedIn) -> None:
    phone = await with_application(olena)
    assert not await fits(olena, phone.at(NOW - timedelta(seconds=30)))


async def test_twenty_at_once_with_one_code_get_in_once(olena: SignedIn, monkeypatch) -> None:
    phone = await with_application(olena)
    monkeypatch.setattr("webapp.actions.limiting.take", _always)  # the limit is proved below
    code = phone.at(NOW)
    assert sum(await asyncio.gather(*(fits(olena, code) for _ in range(20)))) == 1


async def _always(*_: object) -> bool:
    return True


async def test_after_five_wrong_codes_the_right_one_waits_a_quarter_of_an_hour(olena: SignedIn) -> None:
    phone = await with_application(olena)
    for _ in range(5):
        assert not await fits(olena, "000000")
    assert not await fits(olena, phone.at(NOW))
    later = NOW + timedelta(minutes=15)
    assert await fits(olena, phone.at(later), later)


async def test_right_codes_use_nothing_up(olena: SignedIn) -> None:
    phone = await with_application(olena)
    for minute in range(12):
        moment = NOW + timedelta(minutes=minute)
        assert await fits(olena, phone.at(moment), moment)


async def test_an_application_that_was_never_confirmed_opens_nothing(olena: SignedIn) -> None:
    phone = pyotp.TOTP(await authenticators.begin(olena.id, key=KEY, now=NOW))
    assert not await authenticators.has(olena.id)
    assert not await fits(olena, phone.at(NOW))


async def test_a_confirmed_application_is_not_replaced_by_a_beginning(olena: SignedIn) -> None:
    phone = await with_application(olena)
    await authenticators.begin(olena.id, key=KEY, now=NOW)
    assert await fits(olena, phone.at(NOW))


async def test_the_secret_is_not_in_the_table_and_opens_for_its_owner_alone(
    olena: SignedIn, other: SignedIn
) -> None:
    secret = await authenticators.begin(olena.id, key=KEY, now=NOW)
    stored = await DB.one("SELECT to_json(encode(secret, 'escape')) FROM authenticators", into=str)
    assert secret not in (stored or "")
    await authenticators.begin(other.id, key=KEY, now=NOW)
    await DB.do(
        "UPDATE authenticators SET secret = (SELECT secret FROM authenticators WHERE owner_id = $1)", olena.id
    )
    assert await authenticators.pending(other.id, key=KEY) is None
    assert await authenticators.pending(olena.id, key=KEY) == secret
    assert await authenticators.pending(olena.id, key=b"another key") is None


async def test_a_recovery_code_is_good_once_however_it_is_typed(olena: SignedIn, other: SignedIn) -> None:
    codes = await recovery_codes.issue(olena.id, key=KEY, now=NOW)
    assert len(set(codes)) == 10
    assert not await recovery_codes.use(other.id, codes[0], key=KEY, now=NOW)
    assert await recovery_codes.use(olena.id, codes[0].lower().replace("-", " "), key=KEY, now=NOW)
    assert not await recovery_codes.use(olena.id, codes[0], key=KEY, now=NOW)
    assert await recovery_codes.left(olena.id) == 9


async def test_ten_at_once_with_one_recovery_code_get_in_once(olena: SignedIn, monkeypatch) -> None:
    codes = await recovery_codes.issue(olena.id, key=KEY, now=NOW)
    monkeypatch.setattr("webapp.actions.limiting.take", _always)
    tries = (recovery_codes.use(olena.id, codes[3], key=KEY, now=NOW) for _ in range(10))
    assert sum(await asyncio.gather(*tries)) == 1


async def test_new_codes_retire_the_old_ones_also_when_asked_for_at_once(olena: SignedIn) -> None:
    await asyncio.gather(*(recovery_codes.issue(olena.id, key=KEY, now=NOW) for _ in range(5)))
    assert await recovery_codes.left(olena.id) == 10


async def test_whoever_owns_nothing_gets_nothing(portal: object) -> None:
    nobody = uuid4()
    assert not await authenticators.fits(nobody, "123456", key=KEY, now=NOW)
    assert not await recovery_codes.use(nobody, "AAAA-AAAA-AAAA", key=KEY, now=NOW)
    assert not await authenticators.remove(nobody)
