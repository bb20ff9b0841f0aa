"""The rows of statistics as files, account by account, so that they stream: CSV, a workbook, JSON."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import xlsxwriter

from webapp.database.queries.exports import ExportedAccount
from webapp.rules import spreadsheets
from webapp.web.translations import gettext

HEADS = (
    "account number", "account name", "settlement", "address", "service", "company", "contract number", "month",
    "volume, m³", "planned volume", "charged, UAH", "paid, UAH", "balance, UAH",
)  # fmt: skip
SERVICES = {"supply": "Gas", "distribution": "Delivery of gas"}
PIECE = 64 * 1024
AT_ONCE = asyncio.Semaphore(2)
"""Workbooks that are made at the same time: each keeps a processor busy."""
OPTIONS: dict[str, Any] = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_date_format": "mm.yyyy",
}  # fmt: skip
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


async def as_xlsx(accounts: Accounts, language: str) -> AsyncIterator[bytes]:
    """A workbook is a ZIP: it is written to disk row by row, and leaves piece by piece."""
    async with AT_ONCE:
        with tempfile.TemporaryDirectory(prefix="blakyt-export-") as folder:
            path = Path(folder) / "statistics.xlsx"
            book = xlsxwriter.Workbook(path, OPTIONS | {"tmpdir": folder})
            sheet = book.add_worksheet()
            at = _write(sheet, 0, iter([heads(language)]))
            async for account in accounts:
                at = await asyncio.to_thread(_write, sheet, at, rows(account, language))
            await asyncio.to_thread(book.close)
            with path.open("rb") as file:
                while piece := await asyncio.to_thread(file.read, PIECE):
                    yield piece


WAYS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _write(sheet: Any, at: int, lines: Iterator[list[Any]]) -> int:
    """A text is written as a text, whatever it begins with. Returns the next free row."""
    for line in lines:
        for column, value in enumerate(line):
            match value:
                case None:
                    pass
                case str():
                    sheet.write_string(at, column, value)
                case int() | Decimal():
                    sheet.write_number(at, column, value)
                case _:
                    sheet.write_datetime(at, column, value)
        at += 1
    return at


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
