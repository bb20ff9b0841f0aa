"""The rows of statistics as files, account by account, so that they stream: CSV, a workbook, JSON."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec

from webapp.database.queries.exports import ExportedAccount
from webapp.rules import spreadsheets
from webapp.web import workbooks
from webapp.web.translations import gettext

HEADS = (
    "account number", "account name", "settlement", "address", "service", "company", "contract number", "month",
    "volume, m³", "planned volume", "charged, UAH", "paid, UAH", "balance, UAH",
)  # fmt: skip
SERVICES = {"supply": "Gas", "distribution": "Delivery of gas"}
Accounts = AsyncIterator[ExportedAccount]


def heads(language: str) -> list[str]:
    return [gettext(language, words) for words in HEADS]


def rows(account: ExportedAccount, language: str) -> Iterator[list[object]]:
    for contract in account.contracts:
        whose: list[object] = [
            account.number, account.name, account.settlement, account.address,
            gettext(language, SERVICES[contract.service]), contract.company, contract.number,
        ]  # fmt: skip
        for one in contract.months:
            yield [*whose, one.month, one.volume, int(one.planned), one.charged, one.paid, one.closing]


async def as_csv(accounts: Accounts, language: str) -> AsyncIterator[bytes]:
    yield (spreadsheets.MARK + spreadsheets.lines([heads(language)])).encode()
    async for account in accounts:
        yield spreadsheets.lines(rows(account, language)).encode()


async def as_json(accounts: Accounts, language: str) -> AsyncIterator[bytes]:
    """Names as in the code, sums as text with two decimals, one account a line."""
    yield b'{"currency":"UAH","volume":"m3","accounts":['
    between = b"\n"
    async for account in accounts:
        yield between + msgspec.json.encode(_told(account))
        between = b",\n"
    yield b"\n]}\n"


def as_xlsx(accounts: Accounts, language: str) -> AsyncIterator[bytes]:
    return workbooks.as_xlsx(heads(language), _parts(accounts, language))


async def _parts(accounts: Accounts, language: str) -> AsyncIterator[list[list[object]]]:
    async for account in accounts:
        yield list(rows(account, language))


WAYS = {
    "csv": (as_csv, workbooks.CSV),
    "json": (as_json, "application/json"),
    "xlsx": (as_xlsx, workbooks.XLSX),
}


def _told(account: ExportedAccount) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.structs.asdict(account)
    told["contracts"] = [
        msgspec.structs.asdict(contract)
        | {
            "months": [
                msgspec.structs.asdict(one) | {"month": f"{one.month:%Y-%m}"} for one in contract.months
            ]
        }
        for contract in account.contracts
    ]
    return told
