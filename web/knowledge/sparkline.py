"""The small bars of an article's use by week, drawn as SVG so that they need no script."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, GAP = 180, 36, 3


def bars(weeks: Sequence[int]) -> list[tuple[float, float, float, float]]:
    """``(x, y, width, height)`` a week; an empty week is a hairline."""
    most, step = max(weeks, default=0) or 1, WIDTH / max(1, len(weeks))
    heights = [max(1.0, HEIGHT * count / most) if count else 1.0 for count in weeks]
    return [
        (round(at * step, 1), round(HEIGHT - tall, 1), round(step - GAP, 1), round(tall, 1))
        for at, tall in enumerate(heights)
    ]
