"""What was used month by month, from the personal API: for a table, a chart or the automation of a house.

BLAKYT=https://cabinet.example.ua BLAKYT_TOKEN=blk_… python consumption.py
The token needs usage:read. Only the standard library is used.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request


def ask(address: str, token: str, path: str) -> dict:
    """One question; told that it is too many, it waits as long as it is told."""
    request = urllib.request.Request(address + path, headers={"Authorization": f"Bearer {token}"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                sys.exit(f"{error.code}: {json.load(error)['code']}")
            time.sleep(int(error.headers["Retry-After"]))


def consumption(told: dict) -> dict[str, int]:
    """m³ by month, of all accounts of the token together."""
    months: dict[str, int] = {}
    for account in told["accounts"]:
        for contract in account["contracts"]:
            for one in contract["months"]:
                if contract["service"] == "supply" and one["volume"] is not None:
                    months[one["month"]] = months.get(one["month"], 0) + one["volume"]
    return dict(sorted(months.items()))


if __name__ == "__main__":
    told = ask(os.environ["BLAKYT"], os.environ["BLAKYT_TOKEN"], "/api/v1/me/usage")
    for month, volume in consumption(told).items():
        print(f"{month}\t{volume}")
