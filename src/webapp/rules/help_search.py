"""Looking something up in the help: which parts answer best, whatever the endings of the words are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

MOST = 10
"""Parts that are shown."""
MOST_WORDS = 8
"""Of the question; more make no better answer."""
LONGEST = 100
"""Characters of the question."""
AROUND = 90
"""Characters that are shown on either side of what was found."""
WEIGHTS = {"title": 10, "page": 3, "text": 1}
OFTEN = 3
"""A word in the text counts at most so many times."""
ENDING = 3
"""Letters that endings of Slavic nouns and verbs take: «показання», «показань», «показами» begin alike."""
STEM = 4
"""Letters that stay in any case."""
ALIKE = 0.75
"""How like a mistyped word is to the one that was meant (difflib's ratio)."""
IDLE = frozenset(
    """
    а але би в від до є з за і й із на не о об по про та то у це чи що як який яка які мій моя моє мені мене
    и из к как ли мне мой моя мои мое на о об от по с что это я
    a an and can do for how i in is it my of on or the to what where
    """.split()
)
"""Left out of a question that has other words."""
WORD = re.compile(r"\w+")
APOSTROPHES = re.compile("['’ʼ`]")


@dataclass(frozen=True)
class Part:
    """What stands under one heading of a page."""

    page: str
    """The name in its address."""
    page_title: str
    anchor: str
    """Empty: the page has no nearer place."""
    title: str
    text: str


@dataclass(frozen=True)
class Found:
    part: Part
    before: str
    words: str
    """The word that was found, as it stands there; empty where only the heading has it."""
    after: str


def search(parts: Sequence[Part], typed: str, most: int = MOST) -> list[Found]:
    """Best first: those with every word before those that lack one; headings weigh more than text."""
    asked = words_of(typed[:LONGEST])[:MOST_WORDS]
    if not asked:
        return []
    stems = [_stem(word) for word in _mended(asked, parts)]
    weighed = [
        (_lacking(part, stems), -_weight(part, stems), place, part) for place, part in enumerate(parts)
    ]
    answers = sorted(one for one in weighed if one[0] * 2 <= len(stems) and one[1] < 0)
    return [_shown(part, stems) for *_, part in answers[:most]]


def words_of(text: str) -> list[str]:
    """In small letters, without the idle ones where others remain; each once."""
    told = list(dict.fromkeys(WORD.findall(_plain(text))))
    return [word for word in told if word not in IDLE] or told


def _plain(text: str) -> str:
    return APOSTROPHES.sub("", text).casefold().replace("ё", "е")


def _stem(word: str) -> str:
    return word[: max(STEM, len(word) - ENDING)]


def _mended(words: Iterable[str], parts: Sequence[Part]) -> list[str]:
    """A word that nothing begins like is taken for the most alike one."""
    known = {word for part in parts for word in WORD.findall(_plain(f"{part.title} {part.text}"))}
    mended = []
    for word in words:
        if not any(one.startswith(_stem(word)) for one in known):
            word = next(iter(get_close_matches(word, sorted(known), 1, ALIKE)), word)
        mended.append(word)
    return mended


def _times(text: str, stem: str) -> int:
    return sum(word.startswith(stem) for word in WORD.findall(_plain(text)))


def _weight(part: Part, stems: list[str]) -> int:
    return sum(
        WEIGHTS["title"] * bool(_times(part.title, stem))
        + WEIGHTS["page"] * bool(_times(part.page_title, stem))
        + WEIGHTS["text"] * min(_times(part.text, stem), OFTEN)
        for stem in stems
    )


def _lacking(part: Part, stems: list[str]) -> int:
    return sum(not _times(f"{part.title} {part.text}", stem) for stem in stems)


def _shown(part: Part, stems: list[str]) -> Found:
    """A piece of the text around the first word that was found, cut between words."""
    place = next(
        (
            (found.start(), found.end())
            for found in re.finditer(r"[\w'’ʼ`]+", part.text)
            if any(_plain(found[0]).startswith(stem) for stem in stems)
        ),
        None,
    )
    if place is None:
        return Found(part, "", "", _cut(part.text, 0, 2 * AROUND))
    start, end = place
    first = 0 if start <= AROUND else part.text.find(" ", start - AROUND) + 1
    before = ("… " if first else "") + part.text[first:start]
    return Found(part, before, part.text[start:end], _cut(part.text, end, AROUND))


def _cut(text: str, start: int, length: int) -> str:
    if len(text) - start <= length:
        return text[start:]
    return text[start : max(text.rfind(" ", start, start + length), start)] + " …"
