"""Where the bars of a chart stand: numbers in, coordinates out. The same numbers stand in the table beneath."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

Value = int | Decimal | None
CORNER = 3.0
MOST_LINES = 5


@dataclass(frozen=True)
class Frame:
    """The drawing, in its own units."""

    width: int
    height: int
    left: int
    """For the figures of the lines."""
    top: int
    bottom: int


PHONE = Frame(343, 230, 34, 30, 200)
DESK = Frame(760, 260, 48, 34, 224)


@dataclass(frozen=True)
class Bar:
    path: str
    end: float
    """The y of its far end, where the figure goes."""
    middle: float


@dataclass(frozen=True)
class Column:
    middle: float
    left: float
    width: float
    now: Bar | None
    before: Bar | None


@dataclass(frozen=True)
class Line:
    y: float
    value: Decimal


@dataclass(frozen=True)
class Chart:
    frame: Frame
    zero: float
    lines: list[Line]
    columns: list[Column]


def drawn(pairs: Sequence[tuple[Value, Value]], frame: Frame, *, beside: bool = True) -> Chart:
    """`pairs`: now and before of each column. Without `beside` there is one bar a column."""
    values = [Decimal(value) for pair in pairs for value in pair if value is not None]
    lines = steps(min([*values, Decimal(0)]), max([*values, Decimal(0)]))
    low, high = lines[0], lines[-1]
    tall = frame.bottom - frame.top

    def y(value: Decimal) -> float:
        return round(float(frame.bottom - (value - low) / (high - low) * tall), 1)

    zero, wide = y(Decimal(0)), (frame.width - frame.left) / max(len(pairs), 1)
    gap = min(wide * 0.12, 9.0)
    thick = min((wide - 2 * gap) / 2 - 0.75 if beside else wide - 2 * gap, 44.0)
    columns = []
    for n, (now, before) in enumerate(pairs):
        left = frame.left + n * wide
        middle = left + wide / 2
        first, second = (middle - thick - 0.75, middle + 0.75) if beside else (middle, middle - thick / 2)
        columns.append(
            Column(
                round(middle, 1), round(left, 1), round(wide, 1),
                _bar(second, thick, zero, now, y), _bar(first, thick, zero, before, y) if beside else None,
            )
        )  # fmt: skip
    return Chart(frame, zero, [Line(y(value), value) for value in lines], columns)


def steps(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round figures from at or below the lowest to at or above the highest; zero is one of them."""
    if low == high == 0:
        return [Decimal(0), Decimal(1)]
    exponent = Decimal(1).scaleb((high - low).adjusted() - 1)
    for many in (1, 2, 5, 10, 20, 50):
        step = exponent * many
        first, last = (
            (low / step).to_integral_value("ROUND_FLOOR"),
            (high / step).to_integral_value("ROUND_CEILING"),
        )
        if last - first <= MOST_LINES:
            break
    step = max(step, Decimal("0.01"))
    return [
        (step * n).quantize(Decimal(1)) if step >= 1 else step * n for n in range(int(first), int(last) + 1)
    ]


def _bar(x: float, wide: float, zero: float, value: Value, y: Callable[[Decimal], float]) -> Bar | None:
    if value is None:
        return None
    end = y(Decimal(value))
    tall = round(zero - end, 1)
    """Downwards below zero."""
    corner = min(CORNER, abs(tall), wide / 2)
    up = corner if tall >= 0 else -corner
    path = (
        f"M{x:.1f} {zero:.1f}v{up - tall:.1f}q0{-up:+.1f} {corner:.1f}{-up:+.1f}h{wide - 2 * corner:.1f}"
        f"q{corner:.1f} 0 {corner:.1f}{up:+.1f}v{tall - up:.1f}z"
    )
    return Bar(path, end, round(x + wide / 2, 1))
