"""How a customer feels, as far as their own words show it; with these words, so that a person can judge for themselves. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.tickets import severity
from ticketing.tickets.severity_signals import ANGER, DISTRESS, OUTSIDE, Signal

WORRY = Signal(
    "worried",
    re.compile(
        r"急用|着急|很急|好急|急死|急需|救急|担心|害怕|不放心|慌|焦虑|睡不着|等不及|等着用|怎么办[啊呀]|快点|赶紧|赶快|尽快|马上给|催"
        r"|怎么还(?:没|不)|还没(?:到|收|退|好|处理)|等了\w{0,4}(?:天|小时|个?钟头|分钟|周|星期)|有没有人|人呢"
        r"|\bworr(?:y|ied|ying)\b|\burgent(?:ly)?\b|\basap\b|\banxious\b|\bdesperate(?:ly)?\b|\bscared\b|\bplease hurry\b|\bas soon as possible\b"
        r"|\bstill (?:waiting|nothing|not|hasn't|haven't)\b|\bneed (?:it|this|the money) (?:now|today|by)\b|\bis (?:anyone|anybody) there\b"
    ),
    harmless=re.compile(r"不着急|不急|别担心|不用担心|不担心|急件|\b(?:not|no|don't) (?:worry|urgent)\b"),
)


@dataclass(frozen=True)
class Mood:
    """``distressed``, ``threatening``, ``angry``, ``worried`` or ``calm``, and the words it stands on."""

    name: str
    words: tuple[str, ...] = ()


def mood_of(texts: Sequence[str]) -> Mood:
    """The strongest mood in what a customer wrote; weaker ones add their words."""
    found = {
        "distressed": severity.words_of([DISTRESS], texts),
        "threatening": severity.words_of(OUTSIDE, texts),
        "angry": severity.words_of([ANGER], texts),
        "worried": severity.words_of([WORRY], texts),
    }
    name = next((name for name, words in found.items() if words), "calm")
    return Mood(
        name, tuple(dict.fromkeys(word for words in found.values() for word in words))[: severity.LONGEST_WORDS]
    )
