"""The kinds of files, column by column. What stands here is what docs/integration.md and the pages say."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "accounts", "holders", "addresses", "contracts", "meters", "readings", "charges", "payments", "tariffs",
    "subsidies",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order in which an empty company is filled."""
Going = Literal["readings", "payments", "appeals", "links"]
GOINGS: tuple[Going, ...] = get_args(Going)
"""What goes out to billing."""
Type = Literal[
    "text", "number", "count", "whole", "money", "sum", "price", "day", "month", "word", "eic", "mark"
]
"""`number` is a name made of digits and letters; `sum` may be below nought, `money` may not; `mark` is a row's own."""


@dataclass(frozen=True)
class Column:
    name: str
    type: Type = "text"
    required: bool = False
    longest: int = 0
    words: tuple[str, ...] = ()
    """The only ones there are; the first stands for an empty cell."""


@dataclass(frozen=True)
class Form:
    kind: Kind
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """What tells two rows of a file apart."""
    operators_only: bool = False
    lists_all: bool = False
    """A whole register: what is known and not in the file is told. Nothing is ever taken away by it."""

    def column(self, name: str) -> Column:
        return next(one for one in self.columns if one.name == name)

    @property
    def required(self) -> list[str]:
        return [one.name for one in self.columns if one.required]


COMPANY = Column("company", "text", longest=120)
"""Whose file it is, by code or name: optional, and another one than that of the desk is refused."""
ACCOUNT = Column("account", "number", required=True, longest=20)
PLACE = (
    Column("branch", longest=80),
    Column("settlement", required=True, longest=80),
    Column("street", longest=80),
    Column("house", required=True, longest=20),
    Column("flat", longest=20),
)
HOLDER = Column("holder", required=True, longest=120)

FORMS: dict[Kind, Form] = {
    form.kind: form
    for form in (
        Form(
            "accounts",
            (
                COMPANY,
                Column("number", "number", required=True, longest=20),
                *PLACE,
                HOLDER,
                Column("kind", "word", words=("household", "trader", "business")),
                Column("contract", "number", longest=20),
                Column("price", "price"),
                Column("year_volume", "count"),
                Column("opening", "sum"),
                Column("eic", "eic"),
                Column("profile", "word", words=("stove", "stove_heater", "heating")),
                Column("closed_on", "day"),
            ),
            ("number",),
            operators_only=True,
            lists_all=True,
        ),
        Form(
            "holders", (COMPANY, ACCOUNT, HOLDER, Column("held_since", "day")), ("account",), operators_only=True
        ),
        Form("addresses", (COMPANY, ACCOUNT, *PLACE), ("account",), operators_only=True),
        Form(
            "contracts",
            (
                COMPANY,
                ACCOUNT,
                Column("operator", longest=120),
                Column("number", "number", required=True, longest=20),
                Column("price", "price", required=True),
                Column("year_volume", "count"),
                Column("opening", "sum"),
            ),
            ("number",),
            lists_all=True,
        ),
        Form(
            "meters",
            (
                COMPANY,
                ACCOUNT,
                Column("eic", "eic", required=True),
                Column("serial", "number", required=True, longest=20),
                Column("model", required=True, longest=60),
                Column("digits", "word", words=("5", "4", "6", "7", "8")),
                Column("max_hourly_litres", "count"),
                Column("installed_on", "day", required=True),
                Column("removed_on", "day"),
                Column("verified_until", "day"),
            ),
            ("serial",),
            operators_only=True,
            lists_all=True,
        ),
        Form(
            "readings",
            (
                COMPANY,
                Column("serial", "number", required=True, longest=20),
                Column("value", "count", required=True),
                Column("read_on", "day", required=True),
                Column("source", "word", words=("staff", "inspector", "remote", "planned")),
                Column("month", "month"),
            ),
            ("serial", "read_on", "source"),
            operators_only=True,
        ),
        Form(
            "charges",
            (
                COMPANY,
                Column("id", "mark", required=True, longest=40),
                Column("contract", "number", required=True, longest=20),
                Column("month", "month", required=True),
                Column(
                    "kind", "word",
                    words=("actual", "planned", "norm", "recalculation", "correction", "subsidy", "benefit"),
                ),
                Column("volume", "whole"),
                Column("price", "price"),
                Column("amount", "sum", required=True),
                Column("charged_on", "day", required=True),
                Column("meter", "number", longest=20),
                Column("read_from", "day"),
                Column("reading_from", "count"),
                Column("read_to", "day"),
                Column("reading_to", "count"),
            ),
            ("id",),
        ),
        Form(
            "payments",
            (
                COMPANY,
                Column("id", "mark", required=True, longest=40),
                Column("contract", "number", required=True, longest=20),
                Column("kind", "word", words=("payment", "refund")),
                Column("refund_of", "mark", longest=40),
                Column("amount", "money", required=True),
                Column("paid_on", "day", required=True),
                Column("channel", "word", words=("bank", "card", "terminal", "post")),
            ),
            ("id",),
        ),
        Form(
            "tariffs",
            (
                COMPANY,
                Column("starts_on", "day", required=True),
                Column("price", "price", required=True),
                Column("basis", longest=160),
            ),
            ("starts_on",),
            lists_all=True,
        ),
        Form(
            "subsidies",
            (
                COMPANY,
                ACCOUNT,
                Column("kind", "word", words=("subsidy", "benefit")),
                Column("starts_on", "day", required=True),
                Column("ends_on", "day", required=True),
                Column("monthly", "money", required=True),
                Column("must_pay", "money"),
                Column("norm", "count"),
                Column("way", "word", words=("cash", "bill")),
                Column("decided_on", "day", required=True),
                Column("number", longest=40),
            ),
            ("account", "kind", "starts_on"),
        ),
    )
}  # fmt: skip
FRESHENS: tuple[Kind, ...] = ("charges", "payments")
"""Whose last good import says how old the figures of a company are (P-12)."""
