"""How many messages the carrier will charge for a text (3GPP TS 23.038)."""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Of the GSM alphabet too, but written with an escape before them: two units each."""

ONE_GSM, PART_GSM = 160, 153
ONE_UCS2, PART_UCS2 = 70, 67
"""Units in a lone message, and in each part of a longer one, which also carries its place in the whole."""


def units(text: str) -> int:
    if is_gsm(text):
        return sum(2 if character in EXTENDED else 1 for character in text)
    return len(text.encode("utf-16-be")) // 2


def parts(text: str) -> int:
    """One letter outside the GSM alphabet, such as any Cyrillic one, makes all of them cost two bytes."""
    if is_gsm(text):
        return _split([2 if character in EXTENDED else 1 for character in text], ONE_GSM, PART_GSM)
    return _split([2 if character > "\uffff" else 1 for character in text], ONE_UCS2, PART_UCS2)


def is_gsm(text: str) -> bool:
    return BASIC.union(EXTENDED).issuperset(text)


def _split(costs: list[int], alone: int, part: int) -> int:
    """A character that costs two units is never torn between parts."""
    if sum(costs) <= alone:
        return 1
    count, room = 1, part
    for cost in costs:
        if cost > room:
            count, room = count + 1, part
        room -= cost
    return count
