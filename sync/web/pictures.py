"""Draw numbers as SVG that is read aloud as well as seen: pure, without a library, a script or a style of its own.

Nothing is told by colour alone: each row and each bar has its words and its number, and the page repeats all of it in a
table.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Final, NamedTuple

from markupsafe import Markup

_WIDE: Final = 640
_BAR_H, _ROW_H = 16, 46
_COLUMNS_H, _SERIES_H = 70, 128
_NUMBER_W: Final = 90
_TOP: Final = 8


class Frame(NamedTuple):
    """Name a picture: `id` once on its page, what it shows, and in a sentence what there is to see."""

    id: str
    title: str
    told: str


class Bar(NamedTuple):
    """Say how long a bar is, what it stands for, and how its number is written."""

    words: str
    number: float
    written: str


class Series(NamedTuple):
    """Name a row of columns; the number of each stands for the label at the same place."""

    words: str
    numbers: Sequence[int]


def bars(frame: Frame, rows: Sequence[Bar]) -> Markup:
    """Draw a bar below the words of each row, all on one scale."""
    longest = max((row.number for row in rows), default=0) or 1
    drawn = [_bar(row, y, longest) for row, y in zip(rows, count(_TOP, _ROW_H), strict=False)]
    return _svg(frame, _TOP + _ROW_H * len(rows), drawn)


def _bar(row: Bar, y: int, longest: float) -> Markup:
    width = round((_WIDE - _NUMBER_W) * row.number / longest, 1)
    return Markup(
        '<text x="0" y="{}">{}</text><rect class="bar" x="0" y="{}" width="{}" height="{}"/>'
        '<text class="count" x="{}" y="{}">{}</text>'
    ).format(y + 14, row.words, y + 20, width, _BAR_H, width + 6, y + 33, row.written)


def columns(frame: Frame, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Draw the series below each other, each with its own base line, all on one scale; labels from first to last."""
    highest = max((number for one in series for number in one.numbers), default=0) or 1
    placed = zip(series, count(_TOP, _SERIES_H), strict=False)
    drawn = [_row(one, labels, y, highest=highest) for one, y in placed]
    return _svg(frame, _TOP + _SERIES_H * len(series), drawn)


def _row(one: Series, labels: Sequence[str], y: int, *, highest: int) -> Markup:
    """Draw one series: its words and its sum, a column for each label, the base line, the first and the last label."""
    base = y + 20 + _COLUMNS_H
    told = f"{one.words}: {sum(one.numbers)} in all, at most {max(one.numbers, default=0)} on a day"
    words = Markup('<text x="0" y="{}">{}</text>').format(y + 12, told)
    line = Markup('<line class="base" x1="0" x2="{}" y1="{}" y2="{}"/>').format(_WIDE, base, base)
    return words + Markup("").join(_columns(one, labels, base, highest=highest)) + line + _ends(labels, base + 15)


def _columns(one: Series, labels: Sequence[str], base: int, *, highest: int) -> Iterator[Markup]:
    """Yield a column for each label; what it stands for is shown where a mouse rests on it."""
    step = _WIDE / max(1, len(labels))
    for place, (label, number) in enumerate(zip(labels, one.numbers, strict=True)):
        height = round(_COLUMNS_H * number / highest, 1)
        drawn = Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>')
        yield drawn.format(
            round(place * step + 1, 1), round(base - height, 1), round(step - 2, 1), height, label, number
        )


def _ends(labels: Sequence[str], y: int) -> Markup:
    if not labels:
        return Markup("")
    return Markup('<text class="count" x="0" y="{}">{}</text><text class="count end" x="{}" y="{}">{}</text>').format(
        y, labels[0], _WIDE, y, labels[-1]
    )


def _svg(frame: Frame, height: int, drawn: Iterable[Markup]) -> Markup:
    return Markup(
        '<svg class="picture" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-told">'
        '<title id="{}-title">{}</title><desc id="{}-told">{}</desc>{}</svg>'
    ).format(
        _WIDE, height, frame.id, frame.id, frame.id, frame.title, frame.id, frame.told, Markup("").join(drawn)
    )  # fmt: skip
