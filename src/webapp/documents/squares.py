"""QR codes as pictures: of the National Bank with the hryvnia sign in the middle, as its rules ask, and plain ones."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any

QUIET = 4
"""Modules around the code."""
LEAST_VERSION, MOST_VERSION = 10, 17
"""What NBU resolution 97 allows for formats 002 and 003."""
MASK = 3
"""Of the eight; base64 is as good as chance under any, and to weigh all eight costs more than the rest of a bill."""
SIGN = "M3.3 2.9C3.9 1.3 7.3 1.2 7.3 3.5C7.3 5.6 2.7 4.7 2.7 6.9C2.7 9 6.3 8.9 7 7.1M1.7 4.4H8.3M1.7 5.9H8.3"
"""₴ on a field of ten by ten."""


def of_bank(link: str) -> str:
    """Error correction M, so that the white circle in the middle spoils nothing."""
    import segno  # at the first use: most processes never draw one

    made = segno.make(link, error="m", boost_error=False, micro=False, mask=MASK)
    if int(made.version) < LEAST_VERSION:
        made = segno.make(link, error="m", boost_error=False, version=LEAST_VERSION, mask=MASK)
    if int(made.version) > MOST_VERSION:
        raise ValueError("too long for a code of the National Bank")
    return _svg(made.matrix, sign=True)


def plain(text: str) -> str:
    import segno

    return _svg(segno.make(text, error="m", micro=False).matrix, sign=False)


def as_address(svg: str) -> str:
    """For the `src` of a picture."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def _svg(matrix: Sequence[Sequence[Any]], sign: bool) -> str:
    size = len(matrix) + 2 * QUIET
    path = "".join(_runs(matrix))
    middle = _hryvnia(size) if sign else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/>{middle}</svg>'
    )


def _runs(matrix: Sequence[Sequence[Any]]) -> Iterable[str]:
    """Dark modules of a line that touch are one rectangle."""
    for y, line in enumerate(matrix):
        start = None
        for x, dark in enumerate([*line, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield f"M{start + QUIET} {y + QUIET}h{x - start}v1h-{x - start}z"
                start = None


def _hryvnia(size: int) -> str:
    circle = round((size - 2 * QUIET) * 0.075, 2)
    scale = round(circle * 1.7 / 10, 3)
    corner = round(size / 2 - 5 * scale, 2)
    return (
        f'<circle cx="{size / 2}" cy="{size / 2}" r="{circle}" fill="#fff" shape-rendering="auto"/>'
        f'<path transform="translate({corner} {corner}) scale({scale})" d="{SIGN}" fill="none" stroke="#000"'
        ' stroke-width="1" stroke-linecap="round" shape-rendering="auto"/>'
    )
