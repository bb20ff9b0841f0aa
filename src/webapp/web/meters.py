"""What the device keeps of a meter, so that a reading can be typed and judged where there is no network."""

from collections.abc import Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from webapp.database.queries.accounts import Account, Meter
from webapp.rules.periods import Window


def kept_on_device(accounts: Sequence[Account], window: Window) -> Markup:
    """A JSON data block's content. No name, no money: an address, a dial and what is usual there."""
    kept: list[dict[str, Any]] = [
        {
            "id": meter.id,
            "account": account.number,
            "address": account.title,
            "serial": meter.serial,
            "digits": meter.digits,
            "max_hourly_litres": meter.max_hourly_litres,
            "last": _last(meter),
            "daily_litres": meter.daily_litres,
            "closes_day": window.closes_day,
            "opens_day": window.opens_day,
        }
        for account in accounts
        for meter in account.meters
        if meter.removed_on is None
    ]
    # `<` is the only character that could end the block.
    return Markup(msgspec.json.encode(kept).decode().replace("<", "\\u003c"))  # noqa: S704


def _last(meter: Meter) -> dict[str, Any] | None:
    if not meter.last:
        return None
    return {"value": meter.last.value, "taken_on": meter.last.read_on, "since": meter.still_since}
