"""EIC codes (ENTSO-E, version 5.5): sixteen characters, the last one checks the others."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"


def check_character(fifteen: str) -> str:
    total = sum((16 - n) * ALPHABET.index(char) for n, char in enumerate(fifteen))
    return ALPHABET[36 - (total - 1) % 37]


def of_point(number: str) -> str:
    """A made-up code of the metering point of this account. Codes that would end in «-» are never issued."""
    codes = (f"56ZDEMO{number[-7:]:0>7}{spare}" for spare in ALPHABET[:36])
    return next(code + check_character(code) for code in codes if check_character(code) != "-")
