"""Texts that a regular expression takes for ever over, if there are any: its own words over and over, and an end it does not expect.

Whoever repeats something that can be read in two ways (`(?:刚|刚刚)+`) tries 2ⁿ readings of n words before giving up. A customer
who types so, out of malice or with a stuck key, would hold up everybody else's messages.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from re import _parser
from types import FrameType
from typing import Any

LONG, OFTEN = 300, 60
"""Characters, and how often something is said at least; what doubles every time is far beyond any patience by then."""
PATIENCE = 5.0
"""Seconds of computing, however busy the machine is, for all texts of one pattern; they take some milliseconds."""
MANY = 6
"""What may be repeated less often multiplies nothing."""
ENDS = ("#", "\n，#")
_OF_CATEGORY = {"DIGIT": "7", "SPACE": " ", "WORD": "a", "NOT_DIGIT": "a", "NOT_SPACE": "a", "NOT_WORD": ","}

Parsed = Any
"""A part of a pattern as the standard library parses it: pairs of a kind and what belongs to it."""


def patterns_of(*packages: str) -> dict[str, re.Pattern[str]]:
    """The compiled patterns of all modules of packages, alone or in a table, each once, by where they stand."""
    found: dict[str, re.Pattern[str]] = {}
    for package in map(importlib.import_module, packages):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                for place, pattern in _patterns_in(value, f"{module.name}:{name}"):
                    if isinstance(pattern.pattern, str) and pattern not in found.values():
                        found[place] = pattern
    return found


def hostile_texts(pattern: re.Pattern[str]) -> list[str]:
    """For everything that may be repeated often: each way to say it, and two ways in turn, until the text is long."""
    dice = random.Random(len(pattern.pattern))
    texts = []
    for before, body in _repeats(list(_parser.parse(pattern.pattern, pattern.flags)), []):
        units = list(dict.fromkeys(_said(one, dice, often=often) for one in _ways(body) for often in (0, 1)))
        units += [f"{dice.choice(units)}{dice.choice(units)}" for _ in range(len(units) // 2)]
        for unit in filter(None, units):
            start = _said(before, dice, often=0)
            texts += [f"{start}{unit * max(OFTEN, LONG // len(unit))}{end}" for end in ENDS]
    return list(dict.fromkeys(texts))


@contextmanager
def patience() -> Iterator[None]:
    """Raises TimeoutError inside once it has computed for PATIENCE; the engine looks for signals while it tries."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def held_up_by(pattern: re.Pattern[str]) -> str | None:
    """The text that a pattern takes for ever over, None when it comes back from all of them."""
    text = ""
    try:
        with patience():
            for text in hostile_texts(pattern):
                pattern.search(text)
                pattern.fullmatch(text)
    except TimeoutError:
        return text
    return None


def _patterns_in(value: object, place: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        yield place, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _patterns_in(each, f"{place}[{key}]")
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _patterns_in(getattr(value, each.name, None), f"{place}.{each.name}")
    elif isinstance(value, (list, tuple)):
        for number, each in enumerate(value):
            yield from _patterns_in(each, f"{place}[{number}]")


def _inside(kind: str, value: Any) -> list[Parsed]:
    """The parts that a part is made of: one after another, or either of them."""
    if kind == "BRANCH":
        return [list(each) for each in value[1]]
    if kind == "SUBPATTERN":
        return [list(value[3])]
    if kind == "ATOMIC_GROUP":
        return [list(value)]
    if kind.endswith("REPEAT"):
        return [list(value[2])]
    return [list(value[1])] if kind.startswith("ASSERT") else []


def _repeats(parsed: Parsed, before: Parsed) -> Iterator[tuple[Parsed, Parsed]]:
    """What may be repeated often, each with what stands before it."""
    for place, (code, value) in enumerate(parsed):
        kind, led = str(code), before + parsed[:place]
        if kind.endswith("REPEAT") and value[1] >= MANY:
            yield led, list(value[2])
        for each in _inside(kind, value):
            yield from _repeats(each, led)


def _ways(body: Parsed) -> Iterator[Parsed]:
    """What is repeated with each of its alternatives in turn, however deep; what else it is made of stays open."""
    yield body
    for place, (code, value) in enumerate(body):
        if not str(code).startswith("ASSERT"):
            for each in _inside(str(code), value):
                yield from (body[:place] + way + body[place + 1 :] for way in _ways(each))


def _said(parsed: Parsed, dice: random.Random, *, often: int) -> str:
    """A text that it roughly matches; what may be left out or repeated stands so many times in it, as far as it may."""
    said = ""
    for code, value in parsed:
        kind = str(code)
        if kind == "LITERAL":
            said += chr(value)
        elif kind == "IN":
            said += _one_of(value, dice)
        elif kind in ("ANY", "NOT_LITERAL"):
            said += "a"
        elif kind.endswith("REPEAT"):
            times = max(value[0], min(often, value[1]))
            said += "".join(_said(list(value[2]), dice, often=often) for _ in range(times))
        elif not kind.startswith("ASSERT") and (parts := _inside(kind, value)):
            said += _said(dice.choice(parts), dice, often=often)
    return said


def _one_of(items: list[tuple[Any, Any]], dice: random.Random) -> str:
    """A character of a class, or one that is hardly ever left out."""
    code, value = dice.choice(items)
    kind = str(code)
    if str(items[0][0]) == "NEGATE":
        return "a"
    if kind == "LITERAL":
        return chr(value)
    return chr(value[0]) if kind == "RANGE" else _OF_CATEGORY[str(value).removeprefix("CATEGORY_")]
