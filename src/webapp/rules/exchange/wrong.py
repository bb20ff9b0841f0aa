"""What may be wrong with a file, or with a cell of it. The words stand in the template, the codes in the docs."""

from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    # the file as a whole: nothing of it is read
    EMPTY_FILE = "empty_file"
    NOT_A_TABLE = "not_a_table"
    HALF_WRITTEN = "half_written"
    ENCODING = "encoding"
    BOMB = "bomb"
    MISSING_COLUMN = "missing_column"
    EXTRA_COLUMN = "extra_column"
    COLUMN_TWICE = "column_twice"
    ROW_SHAPE = "row_shape"
    LOST = "lost"
    """The server was cut off between reading and applying: what was read is gone."""
    # one cell
    EMPTY = "empty"
    TOO_LONG = "too_long"
    FORMULA = "formula"
    CONTROL = "control"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    NOT_A_DAY = "not_a_day"
    NOT_A_MONTH = "not_a_month"
    UNKNOWN_WORD = "unknown_word"
    NOT_AN_EIC = "not_an_eic"
    NOT_PLAIN = "not_plain"
    """Of an item of a program: neither text nor a number."""
    # one row beside others, and beside what is known
    TWICE = "twice"
    TAKEN = "taken"
    UNKNOWN_COMPANY = "unknown_company"
    UNKNOWN_ACCOUNT = "unknown_account"
    SEVERAL_ACCOUNTS = "several_accounts"
    UNKNOWN_CONTRACT = "unknown_contract"
    UNKNOWN_METER = "unknown_meter"
    UNKNOWN_PAYMENT = "unknown_payment"
    KNOWN_OTHERWISE = "known_otherwise"
    """What stands in a ledger is never changed: a correction is a row of its own."""
    ENDS_BEFORE = "ends_before"
    BEYOND_DIAL = "beyond_dial"
    IN_THE_FUTURE = "in_the_future"
    RELIEF_ADDS = "relief_adds"


@dataclass(frozen=True)
class Mistake:
    """`line` as a person counts, the head is 1; 0: the file. `column` as the head says it, or nothing."""

    code: Wrong
    line: int = 0
    column: str = ""
    value: str = ""


class Unreadable(Exception):
    """The file cannot be taken: raised while it is read, told as the outcome of the upload."""

    def __init__(self, code: Wrong, line: int = 0, column: str = "") -> None:
        super().__init__(code)
        self.mistake = Mistake(code, line, column)
