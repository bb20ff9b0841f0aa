"""What all banks have in common on the wire: silence, overload and nonsense, in our words."""

import asyncio
from typing import Any

import httpx

from webapp.outside.payments import BankError, BankTrouble
from webapp.rules.liqpay import read

TIMEOUT, LONGEST = httpx.Timeout(6, connect=4), 8.0
"""Seconds, for each silence and for all of it: somebody waits in front of a page."""


def client(timeout: httpx.Timeout | None = None, **options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=timeout or TIMEOUT, trust_env=False, **options)


async def ask(http: httpx.AsyncClient, method: str, url: str, **said: Any) -> dict[str, Any]:
    """The JSON object of an answer that means something: 200, or a refusal with an explanation (4xx)."""
    try:
        async with asyncio.timeout(LONGEST):
            answer = await http.request(method, url, **said)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise BankError(BankTrouble.DOWN) from error
    except (httpx.HTTPError, TimeoutError) as error:
        raise BankError(BankTrouble.NO_ANSWER) from error
    found = read(answer.content)
    if answer.is_success:
        if found:
            return found
        raise BankError(BankTrouble.NO_ANSWER)
    words = str(found.get("errText") or found.get("err_description") or found.get("errCode") or "")
    raise BankError(_reason(answer.status_code), words)


def _reason(status: int) -> BankTrouble:
    if status == 429:
        return BankTrouble.TOO_MANY
    if status in (401, 403):
        return BankTrouble.NOT_SET_UP
    return BankTrouble.DOWN if status >= 500 else BankTrouble.REFUSED
