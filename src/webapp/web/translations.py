"""The words of three languages, a file a noun: `locale/uk/readings.po`. English is what the code itself says."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LOCALE = Path(__file__).parents[1] / "locale"
LANGUAGES = ("uk", "ru", "en")
LANGUAGE_NAMES = {"uk": "Українська", "ru": "Русский", "en": "English"}


@cache
def catalogue(language: str) -> NullTranslations:
    pieces = [_piece(file, language) for file in sorted((LOCALE / language).glob("*.po"))]
    if not pieces:
        return NullTranslations()
    merged = pieces[0]
    for piece in pieces[1:]:
        merged.merge(piece)
    return merged


def _piece(file: Path, language: str) -> Translations:
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def gettext(language: str, message: str) -> str:
    """For the few sentences that no template says (a calendar, the manifest)."""
    return catalogue(language).gettext(message)
