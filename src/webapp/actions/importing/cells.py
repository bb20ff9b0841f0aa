"""A cell as SQL: what is wrong with the text, and what it means. Made of the forms' own words alone."""

from webapp.rules.eic import ALPHABET
from webapp.rules.exchange.forms import Column, Form
from webapp.rules.exchange.wrong import Wrong

PATTERNS = {
    "count": "^[0-9]{1,9}$",
    "whole": "^-?[0-9]{1,9}$",
    "money": "^[0-9]{1,10}([.,][0-9]{1,2})?$",
    "sum": "^-?[0-9]{1,10}([.,][0-9]{1,2})?$",
    "price": "^[0-9]{1,5}([.,][0-9]{1,5})?$",
}
YEARS = "(19[7-9][0-9]|20[0-6][0-9])"
SQL_TYPES = {
    "count": "integer", "whole": "integer", "money": "numeric", "sum": "numeric", "price": "numeric", "day": "date",
    "month": "date",
}  # fmt: skip


def typed(form: Form, has: frozenset[str]) -> list[str]:
    """Each column of the form as a value of its type; what the file does not have is NULL."""
    return [
        f"{_value(one) if one.name in has else _absent(one)} AS {quoted(one.name)}" for one in form.columns
    ]


def faults(form: Form, has: frozenset[str]) -> list[tuple[str, str, str]]:
    """Of each column of the file: its name, its text, and the code of what is wrong with it or NULL."""
    return [(one.name, text(one.name), _fault(one)) for one in form.columns if one.name in has]


def text(name: str) -> str:
    return f"nullif(btrim({quoted(name)}), '')"


def quoted(name: str) -> str:
    return f'"{name}"'


def _fault(column: Column) -> str:
    """What is plainly right is seen first and without a pattern: a file has millions of cells, and few mistakes."""
    said = text(column.name)
    empty = f"'{Wrong.EMPTY}'" if column.required else "NULL"
    plain = column.type in PATTERNS
    cases = [
        f"WHEN {quoted(column.name)} IS NULL THEN {empty}",
        f"WHEN {_plainly(column, quoted(column.name))} THEN NULL",
        f"WHEN {said} IS NULL THEN {empty}",
        f"WHEN {said} ~ '{'^[=+@]' if plain else '^[=+@-]'}' THEN '{Wrong.FORMULA}'",
        f"WHEN {said} ~ '[[:cntrl:]]' THEN '{Wrong.CONTROL}'",
        *_of_type(column, said),
    ]
    return f"CASE {' '.join(cases)} END"


def _plainly(column: Column, raw: str) -> str:
    left = f"translate({raw}, '0123456789', '')"
    match column.type:
        case "day":
            return f"{raw} LIKE '____-__-__' AND {_in_time(raw)} AND pg_input_is_valid({raw}, 'date')"
        case "month":
            return f"{raw} LIKE '____-__' AND {_in_time(raw)} AND pg_input_is_valid({raw} || '-01', 'date')"
        case "word":
            return f"{raw} IN ({_words(column)})"
        case "eic":
            return _is_eic(raw)
        case "text" | "number" | "mark":
            return f"length({raw}) <= {column.longest} AND {raw} ~ '^[0-9A-Za-zА-Яа-яІіЇїЄєҐґ][^\x01-\x1f\x7f]*$'"
        case "count" | "whole":
            return f"{left} = '' AND length({raw}) BETWEEN 1 AND 9"
    two = f"substr({raw}, length({raw}) - 2, 1) IN (',', '.') AND length({raw}) BETWEEN 4 AND 8"
    return f"{left} IN (',', '.') AND {two}"


def _in_time(raw: str) -> str:
    return f"{raw} BETWEEN '1970' AND '2070'"


def _of_type(column: Column, said: str) -> list[str]:
    if column.longest:
        return [f"WHEN length({said}) > {column.longest} THEN '{Wrong.TOO_LONG}'"]
    match column.type:
        case "count" | "money" | "price":
            return [f"WHEN {said} ~ '^-[0-9.,]+$' THEN '{Wrong.NEGATIVE}'", _unlike(column, said)]
        case "whole" | "sum":
            return [_unlike(column, said)]
        case "day":
            return [f"WHEN NOT ({_is_day(_iso(said))}) THEN '{Wrong.NOT_A_DAY}'"]
        case "month":
            return [f"WHEN NOT ({_is_day(_first(said))}) THEN '{Wrong.NOT_A_MONTH}'"]
        case "word":
            return [f"WHEN {said} NOT IN ({_words(column)}) THEN '{Wrong.UNKNOWN_WORD}'"]
        case "eic":
            return [f"WHEN NOT ({_is_eic(said)}) THEN '{Wrong.NOT_AN_EIC}'"]
    return []


def _words(column: Column) -> str:
    return ", ".join(f"'{word}'" for word in column.words)


def _unlike(column: Column, said: str) -> str:
    return f"WHEN {said} !~ '{PATTERNS[column.type]}' THEN '{Wrong.NOT_A_NUMBER}'"


def _is_day(iso: str) -> str:
    return f"CASE WHEN {iso} ~ '^{YEARS}-[0-9]{{2}}-[0-9]{{2}}$' THEN pg_input_is_valid({iso}, 'date') ELSE false END"


def _iso(said: str) -> str:
    """«01.10.2026» as «2026-10-01»; nonsense stays nonsense."""
    turned = f"substr({said}, 7) || '-' || substr({said}, 4, 2) || '-' || left({said}, 2)"
    return f"CASE substr({said}, 3, 1) || substr({said}, 6, 1) WHEN '..' THEN {turned} ELSE {said} END"


def _first(said: str) -> str:
    """The first day of «2026-10» or «10.2026»; a whole date must be one."""
    return (
        f"CASE WHEN length({said}) = 7 AND substr({said}, 3, 1) = '.'"
        f" THEN substr({said}, 4) || '-' || left({said}, 2) || '-01'"
        f" WHEN length({said}) = 7 THEN {said} || '-01'"
        f" WHEN {said} LIKE '01.%' OR {said} LIKE '%-01' THEN {_iso(said)} END"
    )


def _is_eic(said: str) -> str:
    """As rules.eic.check_character reckons it: the places of fifteen characters, weighed, modulo 37."""
    weighed = " + ".join(
        f"{16 - n} * (strpos('{ALPHABET}', substr({said}, {n + 1}, 1)) - 1)" for n in range(15)
    )
    right = f"substr('{ALPHABET}', 37 - ({weighed} + 36) % 37, 1)"
    return f"{said} ~ '^[0-9A-Z-]{{15}}[0-9A-Z]$' AND right({said}, 1) = {right}"


def _value(column: Column) -> str:
    """Days are mostly written in one way, and that one is not turned about: of millions, each letter counts."""
    raw, said = quoted(column.name), text(column.name)
    match column.type:
        case "count" | "whole":
            return f"{said}::integer"
        case "money" | "sum" | "price":
            return f"replace({said}, ',', '.')::numeric"
        case "day":
            return f"CASE WHEN {raw} LIKE '____-__-__' THEN {raw} ELSE {_iso(said)} END::date"
        case "month":
            return f"CASE WHEN {raw} LIKE '____-__' THEN {raw} || '-01' ELSE {_first(said)} END::date"
        case "word":
            return f"coalesce({said}, '{column.words[0]}')"
    return said


def _absent(column: Column) -> str:
    if column.type == "word":
        return f"'{column.words[0]}'::text"
    return f"NULL::{SQL_TYPES.get(column.type, 'text')}"
