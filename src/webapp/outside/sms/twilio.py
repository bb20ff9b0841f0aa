"""Text messages by Twilio: Programmable Messaging, API 2010-04-01."""

import asyncio
import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import httpx

from webapp.outside.sms import Report, SmsError, SmsTrouble

API = "https://api.twilio.com"
TIMEOUT, LONGEST = httpx.Timeout(10, connect=5), 15.0
"""Seconds, for each silence and for all of it. `actions.messages.LEASE` is longer."""

PERMANENT = {
    21211: SmsTrouble.NO_SUCH_NUMBER,
    21217: SmsTrouble.NO_SUCH_NUMBER,
    21408: SmsTrouble.COUNTRY_CLOSED,
    21610: SmsTrouble.OPTED_OUT,
    21612: SmsTrouble.UNREACHABLE,
    21614: SmsTrouble.NOT_A_MOBILE,
    30004: SmsTrouble.BLOCKED,
    30005: SmsTrouble.UNREACHABLE,
    30006: SmsTrouble.NOT_A_MOBILE,
    30007: SmsTrouble.BLOCKED,
}
TEMPORARY = {
    20003: SmsTrouble.NOT_SET_UP,
    20429: SmsTrouble.TOO_MANY,
    21212: SmsTrouble.NOT_SET_UP,
    21606: SmsTrouble.NOT_SET_UP,
    21611: SmsTrouble.TOO_MANY,
    30003: SmsTrouble.UNREACHABLE,
    30008: SmsTrouble.UNREACHABLE,
}
"""Twilio's error codes, of answers and of status callbacks alike: twilio.com/docs/api/errors."""

STATES: dict[str, Literal["sent", "delivered", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
"""Statuses that say something new; a queued or a sending message is still on its way."""


@dataclass(frozen=True)
class TwilioAccount:
    sid: str
    token: str = field(repr=False)
    sender: str
    """A registered name («GAS104»), a number, or a messaging service («MG…»)."""
    api: str = API


class TwilioSms:
    keeps_text = False

    def __init__(self, account: TwilioAccount, timeout: httpx.Timeout = TIMEOUT) -> None:
        self.account = account
        self._http = httpx.AsyncClient(
            base_url=account.api, auth=(account.sid, account.token), timeout=timeout, trust_env=False
        )

    async def send(self, to: str, text: str, callback_url: str | None = None) -> str:
        form = {"To": to, self._sender_field: self.account.sender, "Body": text}
        if callback_url:
            form["StatusCallback"] = callback_url
        try:
            async with asyncio.timeout(LONGEST):
                answer = await self._http.post(
                    f"/2010-04-01/Accounts/{self.account.sid}/Messages.json", data=form
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise SmsError(SmsTrouble.CARRIER_DOWN, permanent=False) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise SmsError(SmsTrouble.NO_ANSWER, permanent=False, maybe_sent=True) from error
        return _carrier_id(answer)

    def read_report(self, url: str, form: Mapping[str, str], signature: str) -> Report | None:
        if not is_genuine(self.account.token, url, form, signature):
            return None
        state = STATES.get(form.get("MessageStatus", ""))
        code = form.get("ErrorCode", "")
        reason = refusal(int(code) if code.isdecimal() else None).reason if state == "failed" else None
        return Report(form.get("MessageSid", ""), state, reason)

    async def close(self) -> None:
        await self._http.aclose()

    @property
    def _sender_field(self) -> str:
        is_service = re.fullmatch(r"MG[0-9a-f]{32}", self.account.sender)
        return "MessagingServiceSid" if is_service else "From"


def _carrier_id(answer: httpx.Response) -> str:
    said = _json(answer)
    if answer.is_success:
        if isinstance(sid := said.get("sid"), str) and sid:
            return sid
        raise SmsError(SmsTrouble.NO_ANSWER, permanent=False, maybe_sent=True)
    if answer.status_code >= 500:
        raise SmsError(SmsTrouble.CARRIER_DOWN, permanent=False)
    raise refusal(said.get("code"), answer.status_code)


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def refusal(code: object, status: int = 400) -> SmsError:
    """An answer of 4xx in our words; what Twilio has no code for is repeated only if waiting may help."""
    if isinstance(code, int) and code in PERMANENT:
        return SmsError(PERMANENT[code], permanent=True)
    if isinstance(code, int) and code in TEMPORARY:
        return SmsError(TEMPORARY[code], permanent=False)
    if status == 429:
        return SmsError(SmsTrouble.TOO_MANY, permanent=False)
    if status in {401, 403, 404}:
        return SmsError(SmsTrouble.NOT_SET_UP, permanent=False)
    return SmsError(SmsTrouble.REFUSED, permanent=400 <= status != 408)


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """What Twilio writes into X-Twilio-Signature of a callback to `url` (twilio.com/docs/usage/security)."""
    signed = url + "".join(key + form[key] for key in sorted(form))
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


def is_genuine(token: str, url: str, form: Mapping[str, str], given: str) -> bool:
    """Whether the callback is Twilio's; it may have signed the address with its port or without."""
    return any(
        hmac.compare_digest(signature(token, told, form).encode(), given.encode())
        for told in _with_and_without_port(url)
    )


def _with_and_without_port(url: str) -> list[str]:
    parts = urlsplit(url)
    host = parts.netloc.rsplit(":", 1)[0] if parts.port else parts.netloc
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return [urlunsplit(parts._replace(netloc=place)) for place in (host, f"{host}:{port}")]
