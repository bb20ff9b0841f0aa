"""An inspector of the demo: fetches the round of 300 stops, and hands in a reading at each of them."""

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from webapp.demo.cast import PASSWORD, portals
from webapp.demo.staff import Colleague
from webapp.rules import authenticators, visits

STOPS = 300
AT_ONCE = 50
API = "/api/v1/field"


@dataclass(frozen=True)
class Walked:
    kilobytes: float
    """Of the round as it came over the wire."""
    seconds: float
    """From the first of the batches to the answer to the last."""
    accepted: int


def walk(port: int) -> Walked:
    """Raises where something else was answered than is expected of it."""
    inspector = Colleague(portals()[0], "inspector")
    headers = {"Host": f"localhost:{port}", "Sec-Fetch-Site": "same-origin", "X-Device": str(uuid.uuid4())}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as phone:
        come_in(phone, inspector)
        answer = phone.get(f"{API}/rounds").raise_for_status()
        told = answer.json()
        (found,) = (one for one in told["rounds"] if len(one["stops"]) == STOPS)
        kilobytes = int(answer.headers["Content-Length"]) / 1000
        phone.cookies.clear()
        phone.headers["Authorization"] = f"Ticket {told['ticket']['token']}"
        entries = [_entry(found, stop) for stop in found["stops"]]
        accepted, began = 0, time.monotonic()
        for start in range(0, len(entries), AT_ONCE):
            body = {"sent_at": datetime.now(UTC).isoformat(), "visits": entries[start : start + AT_ONCE]}
            results = phone.post(f"{API}/visits", json=body).raise_for_status().json()["results"]
            accepted += sum(one["outcome"] == "accepted" for one in results)
        return Walked(kilobytes, time.monotonic() - began, accepted)


def come_in(phone: httpx.Client, inspector: Colleague) -> None:
    phone.post("/office/sign-in", data={"mail": inspector.mail, "password": PASSWORD})
    code = authenticators.code_at(inspector.secret, authenticators.step_of(datetime.now(UTC)))
    phone.post("/office/sign-in/second", data={"code": code})


def _entry(at: dict[str, Any], stop: dict[str, Any]) -> dict[str, Any]:
    meter = stop["meters"][0]
    told = {
        "id": str(uuid.uuid4()), "round_id": at["id"], "stop_id": stop["id"], "kind": "reading",
        "meter_id": meter["id"], "value": f"{meter['last'][0]['value'] + 6:0{meter['digits']}d}",
        "read_on": at["day"], "taken_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    names = ("id", "stop_id", "kind", "meter_id", "value", "read_on", "taken_at", "reason")
    return told | {"digest": visits.digest(*(told.get(name, "") for name in names))}
