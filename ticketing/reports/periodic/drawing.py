"""Charts as inline SVG, drawn on the server: the same picture on the page and on paper, without a script.

Colours are attributes, which paper uses; the page's style sheet overrules them by class, also in the dark. Shapes differ too,
so that nothing depends on colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 640
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 26, 24
INK, LINE = "#555555", "#d5dae1"
FILLS = ("#2f6fde", "#9dbdf0")
FONT = "Kesu Letter, sans-serif"
_TEXT = Markup(
    '<text class="c-text" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-family="{font}" font-size="11" fill="{ink}">{words}</text>'
)


@dataclass(frozen=True)
class Series:
    """A named row of values; None is a gap. ``low`` and ``high`` are the ends of each value's interval."""

    name: str
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()


def columns(labels: Sequence[str], series: Sequence[Series], *, title: str, height: int = 200) -> Markup:
    """Columns side by side for each label."""
    top = nice(max((value or 0 for each in series for value in each.values), default=0))
    scale = _Scale(len(labels), 0, top, height)
    parts = [_grid(scale, labels), _legend([each.name for each in series])]
    broad = min(26.0, scale.step * 0.72 / max(1, len(series)))
    for number, each in enumerate(series):
        for place, value in enumerate(each.values):
            x = scale.x(place) + broad * (number - len(series) / 2)
            y = scale.y(value or 0)
            parts.append(
                Markup(
                    '<rect class="c-fill-{n}" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="1.5" fill="{fill}"/>'
                ).format(n=number, x=x, y=y, w=broad - 1.5, h=max(0.0, scale.floor - y), fill=FILLS[number % 2])
            )
    return _picture(parts, title, height)


def lines(
    labels: Sequence[str], series: Series, *, title: str, low: float = 20, high: float = 100, height: int = 210
) -> Markup:
    """One line with a mark and, where known, the interval of each value."""
    scale = _Scale(len(labels), low, high, height)
    parts = [_grid(scale, labels)]
    for place, (least, most) in enumerate(zip(series.low, series.high, strict=True)):
        if least is not None and most is not None:
            parts.append(
                Markup(
                    '<path class="c-line" d="M{x:.1f} {a:.1f}V{b:.1f}M{l:.1f} {a:.1f}h8M{l:.1f} {b:.1f}h8" stroke="{ink}" stroke-width="1" fill="none"/>'
                ).format(x=scale.x(place), l=scale.x(place) - 4, a=scale.y(least), b=scale.y(most), ink=INK)
            )
    for run in _runs(series.values):
        way = " ".join(f"{scale.x(place):.1f},{scale.y(value):.1f}" for place, value in run)
        parts.append(
            Markup('<polyline class="c-stroke-0" points="{way}" fill="none" stroke="{fill}" stroke-width="2"/>').format(
                way=way, fill=FILLS[0]
            )
        )
        for place, value in run:
            parts.append(
                Markup('<circle class="c-fill-0" cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{fill}"/>').format(
                    x=scale.x(place), y=scale.y(value), fill=FILLS[0]
                )
            )
            parts.append(_words(scale.x(place), scale.y(value) - 8, f"{value:.0f}"))
    return _picture(parts, title, height)


def bars(rows: Sequence[tuple[str, float, float]], *, title: str, names: tuple[str, str]) -> Markup:
    """Lying bars with two values each: now, and before."""
    height, left = TOP + 34 * len(rows) + 6, 150
    most = max((value for row in rows for value in row[1:]), default=0) or 1
    parts = [_legend(names)]
    for place, (label, *values) in enumerate(rows):
        y = TOP + 34 * place
        parts.append(_words(left - 8, y + 17, label, "end"))
        for number, value in enumerate(values):
            wide = (WIDTH - left - 50) * value / most
            parts.append(
                Markup(
                    '<rect class="c-fill-{n}" x="{x}" y="{y}" width="{w:.1f}" height="11" rx="1.5" fill="{fill}"/>'
                ).format(n=number, x=left, y=y + 2 + 13 * number, w=max(1.0, wide), fill=FILLS[number])
            )
            parts.append(_words(left + wide + 6, y + 12 + 13 * number, f"{value:g}", "start"))
    return _picture(parts, title, height)


def nice(most: float) -> float:
    """The end of an axis that holds ``most``: 4, 8, 20, 40, 80, 200 …"""
    step = 4.0
    while step < most:
        step *= 2.5 if f"{step:.0e}".startswith("8") else 2
    return step


class _Scale:
    """Where a place and a value stand in the picture."""

    def __init__(self, count: int, low: float, high: float, height: int) -> None:
        self.low, self.high, self.floor = low, high, height - BOTTOM
        self.step = (WIDTH - LEFT - RIGHT) / max(1, count)

    def x(self, place: float) -> float:
        return LEFT + self.step * (place + 0.5)

    def y(self, value: float) -> float:
        return self.floor - (self.floor - TOP) * (value - self.low) / (self.high - self.low)


def _grid(scale: _Scale, labels: Sequence[str]) -> Markup:
    parts = []
    for number in range(5):
        value = scale.low + (scale.high - scale.low) * number / 4
        y = scale.y(value)
        parts.append(
            Markup('<path class="c-line" d="M{a} {y:.1f}H{b}" stroke="{line}" stroke-width="1"/>').format(
                a=LEFT, b=WIDTH - RIGHT, y=y, line=LINE
            )
        )
        parts.append(_words(LEFT - 6, y + 4, f"{value:g}", "end"))
    every = max(1, -(-len(labels) // 12))
    parts += [
        _words(scale.x(place), scale.floor + 16, label) for place, label in enumerate(labels) if place % every == 0
    ]
    return Markup("").join(parts)


def _legend(names: Sequence[str]) -> Markup:
    parts, x = [], LEFT
    for number, name in enumerate(names):
        parts.append(
            Markup('<rect class="c-fill-{n}" x="{x}" y="3" width="11" height="11" rx="2" fill="{fill}"/>').format(
                n=number, x=x, fill=FILLS[number % 2]
            )
        )
        parts.append(_words(x + 16, 13, name, "start"))
        x += 30 + sum(11 if ord(char) > 0x2E7F else 6 for char in name)
    return Markup("").join(parts)


def _words(x: float, y: float, words: str, anchor: str = "middle") -> Markup:
    return _TEXT.format(x=x, y=y, anchor=anchor, font=FONT, ink=INK, words=words)


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Values without a gap between them, with their places."""
    runs: list[list[tuple[int, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((place, value))
    return [run for run in runs if run]


def _picture(parts: Sequence[Markup], title: str, height: int) -> Markup:
    return Markup(
        '<svg class="chart-svg" viewBox="0 0 {w} {h}" role="img" aria-label="{title}" xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    ).format(w=WIDTH, h=height, title=title, body=Markup("").join(parts))
