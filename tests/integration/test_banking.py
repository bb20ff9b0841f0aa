"""`blakyt bank`: keys come by standard input, and are sealed."""

import argparse

import pytest

from tests.factories.portals import APortal
from webapp import banking
from webapp.actions import merchants
from webapp.database.engine import DB
from webapp.database.queries import checkouts
from webapp.outside.payments.banks import Banks
from webapp.outside.payments.liqpay import LiqPay
from webapp.settings import MissingSetting, Settings

SETTINGS = Settings("", secret="a key of the tests alone")
KEYS = ["public_key=i1\n", "private_key = top secret \n", "nonsense\n"]


def chosen(**said: object) -> argparse.Namespace:
    plain = {"company": "Миколаївгаз Збут", "provider": "liqpay", "protocol": 7, "test": False, "api": ""}
    return argparse.Namespace(**(plain | said))


async def row() -> checkouts.MerchantRow | None:
    return await DB.one(f"SELECT {checkouts.MERCHANT} FROM merchants", into=checkouts.MerchantRow)


async def test_a_company_gets_its_bank_and_the_keys_are_not_to_be_read(portal: APortal):
    assert "through liqpay" in await banking.command(chosen(), SETTINGS, KEYS)
    kept = await row()
    assert kept and (kept.company_id, kept.version) == (portal.supplier, 7)
    assert b"top secret" not in bytes.fromhex(kept.sealed)
    banks = Banks()
    bank = merchants.bank_of(kept, banks, key=SETTINGS.key())
    assert isinstance(bank, LiqPay) and bank.merchant.keys["private_key"] == "top secret"
    assert merchants.bank_of(kept, banks, key=b"another installation") is None
    await banks.close()


async def test_it_is_changed_and_taken_away(portal: APortal):
    await banking.command(chosen(), SETTINGS, KEYS)
    await banking.command(chosen(provider="monobank", test=True), SETTINGS, ["token=t"])
    kept = await row()
    assert kept and kept.provider == "monobank" and kept.test
    assert "no payments any more" in await banking.command(chosen(provider="none"), SETTINGS, [])
    assert await row() is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"company": "Ніхто"}, "must name one company"), ({"provider": "monobank"}, "no token"),
        ({"provider": "pretend"}, "of the demo alone"),
    ],
)  # fmt: skip
async def test_a_slip_is_one_sentence(portal: APortal, said: dict[str, object], sentence: str):
    with pytest.raises(MissingSetting, match=sentence):
        await banking.command(chosen(**said), SETTINGS, KEYS)
    assert await row() is None
