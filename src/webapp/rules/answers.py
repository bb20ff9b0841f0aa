"""What proves whose account it is (P-06): answers to a question that only its holder knows, and whether they fit."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from uuid import UUID

from webapp.rules import eic, money, pins

Kind = Literal[
    "last_payment", "previous_payment", "meter_serial", "pin", "address", "number", "last_charge", "eic"
]
Level = Literal["basic", "extended"]
LOOKALIKES = str.maketrans("АВЕІКМНОРСТХУ", "ABEIKMHOPCTXY")
SHORTEST_SERIAL = 3


class Mistake(StrEnum):
    SERIAL_EMPTY = "serial_empty"
    SERIAL_SHAPE = "serial_shape"
    PIN_EMPTY = "pin_empty"
    PIN_SHAPE = "pin_shape"
    PLACE = "place"
    """The address is not chosen to its end."""


Wrong = Mistake | money.Mistake | eic.Mistake


@dataclass(frozen=True)
class Answer:
    """One field is filled, by its kind; `number` has none: the number of the account is all there is."""

    kind: Kind
    amount: Decimal = Decimal(0)
    text: str = ""
    """Of a serial, a PIN or a code: as it is compared. Of an address: its key."""
    places: tuple[int, ...] = (1,)
    """Which of the latest payments it may be: 1 is the last, 2 the one before (A17)."""


@dataclass(frozen=True)
class Facts:
    """What the company knows of an account; only what came with its present holder."""

    account_id: UUID
    address_key: str
    payments: list[Decimal]
    """The last one, and the one before."""
    last_charge: Decimal | None
    """All that was charged for the last month that is billed."""
    serials: list[str]
    eics: list[str]
    pin_hmac: str
    """Hexadecimal, empty where none was issued."""


def read(kind: Kind, typed: str, *, typed_in: Literal["hryvnia", "kopeck"]) -> Answer | Wrong:
    """What was typed for a kind of proof; an address is chosen, not typed."""
    match kind:
        case "last_payment" | "previous_payment":
            return _money(kind, money.parse_amount(typed))
        case "last_charge":
            parse = money.parse_kopecks if typed_in == "kopeck" else money.parse_amount
            return _money(kind, parse(typed))
        case "meter_serial":
            serial = bare_serial(typed)
            if not typed.strip():
                return Mistake.SERIAL_EMPTY
            return Answer(kind, text=serial) if len(serial) >= SHORTEST_SERIAL else Mistake.SERIAL_SHAPE
        case "pin":
            pin = pins.tidy(typed)
            if not pin:
                return Mistake.PIN_EMPTY
            return Answer(kind, text=pin) if pins.is_shaped(pin) else Mistake.PIN_SHAPE
        case "eic":
            code = eic.read(typed)
            return code if isinstance(code, eic.Mistake) else Answer(kind, text=code)
        case "address":
            return Mistake.PLACE
        case "number":
            return Answer(kind)


def _money(kind: Kind, parsed: Decimal | money.Mistake) -> Answer | money.Mistake:
    return parsed if isinstance(parsed, money.Mistake) else Answer(kind, amount=parsed)


def bare_serial(text: str) -> str:
    """As it is compared: plates, passports and bills differ in zeros, dashes and the alphabet of a letter."""
    signs = re.sub(r"[\W_]|№", "", unicodedata.normalize("NFC", text[:60]).upper()).translate(LOOKALIKES)
    return signs.lstrip("0")


def fits(answer: Answer, facts: Facts, key: bytes) -> bool:
    match answer.kind:
        case "last_payment" | "previous_payment":
            known = [amount for place, amount in enumerate(facts.payments, 1) if place in answer.places]
            return answer.amount > 0 and answer.amount in known
        case "last_charge":
            return answer.amount > 0 and answer.amount == facts.last_charge
        case "meter_serial":
            known_serials = [bare_serial(serial) for serial in facts.serials]
            return len(answer.text) >= SHORTEST_SERIAL and answer.text in known_serials
        case "pin":
            hashed = pins.hash_of(key, facts.account_id, answer.text)
            return pins.same(hashed, bytes.fromhex(facts.pin_hmac))
        case "eic":
            return bool(answer.text) and answer.text in facts.eics
        case "address":
            return bool(answer.text) and answer.text == facts.address_key
        case "number":
            return True


def level(answers: Sequence[Answer]) -> Level:
    """A number alone opens the entry of readings, a proof all the rest (R19)."""
    return "basic" if all(answer.kind == "number" for answer in answers) else "extended"


def are_two(answers: Sequence[Answer]) -> bool:
    """Two proofs of different kinds, which open an account whose tries are used up."""
    kinds = {answer.kind for answer in answers}
    return len(answers) == 2 and len(kinds) == 2 and "number" not in kinds


def offered(proofs: Sequence[Kind]) -> tuple[Kind, ...]:
    """Those that have a form of their own: the payment before goes into the field of the last one (A17)."""
    return tuple(kind for kind in proofs if kind != "previous_payment")


def control(proofs: Sequence[Kind]) -> tuple[Kind, ...]:
    """Questions that are answered in one field, for an account that is linked by its number (R16)."""
    questions = tuple(kind for kind in offered(proofs) if kind not in ("number", "address"))
    return questions or ("last_payment",)


def second(proofs: Sequence[Kind], first: Kind) -> tuple[Kind, ...]:
    """What may be asked beside `first`; the sums of payments help out where the policy has nothing else."""
    others = tuple(kind for kind in proofs if kind not in (first, "number", "address"))
    spare: Kind = "previous_payment" if first == "last_payment" else "last_payment"
    return others or (spare,)
