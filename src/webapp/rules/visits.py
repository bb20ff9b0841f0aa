"""What an inspector did at a door: a reading, no access, or a note; and what makes an entry none at all."""

from enum import StrEnum
from hashlib import sha256
from typing import Literal, get_args

Kind = Literal["reading", "no_access", "note"]
KINDS: tuple[str, ...] = get_args(Kind)
NO_ACCESS = ("closed", "refused", "nobody", "dog", "demolished", "other")
"""Why nobody saw the meter."""
NO_CARD = frozenset({"demolished"})
"""Where there is nobody to leave a card for."""
DOUBT = ("drums", "away", "heating", "repair", "other")
"""Why an odd value is right all the same, as the inspector says it; rules.readings has the same for consumers."""
LONGEST_WORDS = 300
FARTHEST = 100_000.0
"""Metres of a position's accuracy beyond which it says nothing."""


class Refusal(StrEnum):
    """Why an entry is not taken, besides the refusals of readings: an answer for good."""

    NOT_A_VISIT = "not_a_visit"
    NO_REASON = "no_reason"
    NO_WORDS = "no_words"
    METER_GONE = "meter_gone"
    """Taken down, or never at this door: a new download of the round shows what hangs there."""
    DIGEST_MISMATCH = "digest_mismatch"


def digest(
    id: str, stop_id: str, kind: str, meter_id: str, value: str, read_on: str, taken_at: str, reason: str
) -> str:
    """What the device signs its entry with: exactly the strings it sends, absent ones empty."""
    signed = "\n".join((id, stop_id, kind, meter_id, value, read_on, taken_at, reason))
    return sha256(signed.encode(errors="replace")).hexdigest()


def wrong(kind: str, *, meter: bool, reason: str, words: str) -> Refusal | None:
    """What is missing in an entry of this kind; a wrong value is the matter of rules.readings."""
    match kind:
        case "reading":
            known = reason in ("", *DOUBT)
            return None if meter and known else Refusal.NOT_A_VISIT
        case "no_access":
            return None if reason in NO_ACCESS else Refusal.NO_REASON
        case "note":
            return None if words.strip() else Refusal.NO_WORDS
        case _:
            return Refusal.NOT_A_VISIT


def leaves_card(kind: str, reason: str, said: bool | None) -> bool:
    """A card on the door, with how to send the reading oneself; `said` is what the device says about it."""
    return kind == "no_access" and reason not in NO_CARD and said is not False


def position(
    latitude: object, longitude: object, accuracy: object
) -> tuple[float, float, float | None] | None:
    """Where the phone was, if it says something believable; never a reason to refuse the entry."""
    lat, lon = _number(latitude, 90.0), _number(longitude, 180.0)
    if lat is None or lon is None:
        return None
    exact = _number(accuracy, FARTHEST)
    return lat, lon, exact if exact is None or exact >= 0 else None


def _number(said: object, most: float) -> float | None:
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    return float(said) if -most <= said <= most else None
