"""What of an article's own text may answer what is typed after it: a line of its answer, or the answer to a detail.

A line is found by what it says. A detail is found by how it is asked, which an embedding knows far better: “周末也行吗” is
near to “节假日能办吗” and far from “可以，周末和节假日都能提交”.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ticketing.knowledge.space import Grouped, Vectors
from ticketing.knowledge.text import normalise, tokens
from ticketing.knowledge.wanted import asked_for, told_by

LINE = ("near", "lead", "words", "wanted", "brief", "joined", "told")
"""A line's cosine to the question and its lead over the others; the share of the question's words in it; whether it tells what is wanted;
how short it is; what the classifier says for its article of the two together; its cosine to both questions together.
"""
DETAIL = ("asked", "words", "said", "wanted")
"""The cosine of the question to a detail's nearest wording, and how alike their words are at best; the share of the question's words
in the answer; whether both want to be told the same.
"""
_NUMBERING = re.compile(r"^\s*(?:\d+[.)、]|[-•])\s*")
_LEADS_ON = re.compile(r"(?:^|(?<=[。！？!?])|(?<=\.\s))(?:(?!\.\s)[^。！？!?])*(?:[:：]|——)$")

_VERDICT = re.compile(
    r"^(?:(?:不?可以|不?能|不?行|不?会|不?是|没有|有|不?用|不?需要|不?要|不必)[，,。；]|(?:yes|no)(?:[,.:;]| [—–-]))\s*",
    re.IGNORECASE,
)
"""The yes or no that an answer begins with, where the rest says all the same."""
_ASKS_WHAT = re.compile(
    r"谁|[怎咋]|多[久少长大]|几|哪|什么|啥|为何|如何|点样|边度|呢[?？。~～]*$"
    r"|\b(?:how|what|when|where|who|whom|whose|why|which|wat|wen|y)\b|^(?:and |but |so |then )?(?:what )?if\b",
    re.IGNORECASE,
)
"""Questions that yes and no do not answer: who, how, when, and “要是…呢”."""
_ASKS_WHETHER = re.compile(
    r"吗|么|嘛|不[？?。~～]*$|没[？?。~～]*$|(.)[不没]\1|是否|有没有|可否|伐"
    r"|\?|\b(?:can|could|do|does|did|is|are|am|was|were|will|would|should|shd|shall|must|may|has|have|ok|okay|too|also|possible|allowed|right|or not)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Passage:
    """What may be told and its LINE or DETAIL signals."""

    text: str
    signals: tuple[float, ...]


@dataclass(frozen=True)
class Asked:
    """What was typed: its words, its place, that of it and the earlier article's question together, and what the classifier says
    for that article of the two.
    """

    text: str
    words: frozenset[str]
    place: Vectors
    together: Vectors
    joined: float


@dataclass(frozen=True)
class Detailed:
    """A detail as it is compared: its wordings' words, what they want to be told, and the answer with its words."""

    answer: str
    wordings: tuple[frozenset[str], ...]
    wanted: frozenset[str]
    said: frozenset[str]

    @classmethod
    def of(cls, asked: Sequence[str], answer: str) -> Detailed:
        """From normalised wordings and the answer as written."""
        return cls(
            answer,
            tuple(frozenset(tokens(text)) for text in asked),
            frozenset().union(*map(asked_for, asked)),
            frozenset(tokens(normalise(answer))),
        )


def lines_of(answer: str) -> list[str]:
    """The lines of an answer, without numbering and bold marks."""
    found = (_NUMBERING.sub("", line).replace("**", "").strip() for line in answer.splitlines())
    return [line for line in found if line]


def spoken(known: Mapping[str, Sequence[object]], language: str) -> tuple[str, int]:
    """That language, or the one there is, and how many of all languages' items stand before its own."""
    chosen = language if language in known else next(iter(known))
    return chosen, sum(len(known[other]) for other in itertools.takewhile(lambda other: other != chosen, known))


def lines(asked: Asked, known: Mapping[str, list[str]], places: Grouped, row: int, language: str) -> list[Passage]:
    """The lines of an article in a language, or in the one it has, the nearest first; what only leads to the next is left out.

    ``known`` are its lines by language, ``places`` the vectors of all articles' lines.
    """
    chosen, start = spoken(known, language)
    near = places.cosines(row, asked.place)[start:].tolist()
    told = places.cosines(row, asked.together)[start:].tolist()
    kept = [(text, near[at], told[at]) for at, text in enumerate(map(_told, known[chosen])) if text]
    wanted, total = asked_for(asked.text), sum(cosine for _, cosine, _ in kept)
    found = []
    for text, cosine, cosine_told in kept:
        signals = (
            cosine,
            cosine - (total - cosine) / max(1, len(kept) - 1),
            _share(asked.words, frozenset(tokens(normalise(text)))),
            float(bool(wanted & told_by(text))),
            -math.log(len(text)),
            asked.joined,
            cosine_told,
        )
        found.append(Passage(text, signals))
    return sorted(found, key=lambda line: -line.signals[0])


def details(
    asked: Asked, known: Mapping[str, list[Detailed]], places: Grouped, row: int, language: str
) -> list[Passage]:
    """The answers to an article's details in a language, or in the one it has, the most alike first."""
    if not known:
        return []
    chosen, start = spoken(
        {name: [at for each in items for at in each.wordings] for name, items in known.items()}, language
    )
    cosines = iter(places.cosines(row, asked.place)[start:].tolist())
    wanted, found = asked_for(asked.text), []
    for detail in known[chosen]:
        signals = (
            max(itertools.islice(cosines, len(detail.wordings))),
            max(_alike(asked.words, words) for words in detail.wordings),
            _share(asked.words, detail.said),
            float(bool(wanted & detail.wanted)),
        )
        found.append(Passage(detail.answer, signals))
    return sorted(found, key=lambda detail: -detail.signals[0])


def to_the_point(asked: str, answer: str) -> str:
    """A detail's answer without its yes or no for who did not ask for one: “失败了呢” gets “换一张卡…”, not “能，换一张卡…”."""
    if _ASKS_WHETHER.search(asked) and not _ASKS_WHAT.search(asked):
        return answer
    rest = _VERDICT.sub("", answer)
    return rest[:1].upper() + rest[1:]


def _told(line: str) -> str:
    """What a line tells, without a last sentence that only leads to the next lines; empty for one that is no more than that."""
    return _LEADS_ON.sub("", line).strip()


def _share(asked: frozenset[str], said: frozenset[str]) -> float:
    return len(asked & said) / max(1, len(asked))


def _alike(asked: frozenset[str], wording: frozenset[str]) -> float:
    """Dice's share of common words."""
    return 2 * len(asked & wording) / max(1, len(asked) + len(wording))
