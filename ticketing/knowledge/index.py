"""The searchable form of all published articles: immutable, built from texts, asked for candidates.

Six signals are computed for every candidate article. The first four live in embedding space whitened by how askings of one
article scatter, so that directions in which people merely word things differently count little:

* ``learned``: logarithm of the share that a classifier of all askings gives the article (classifier.py);
* ``centre``: cosine to the middle of its askings and lines; ``asking``: to its nearest question or asking; ``line``: to its
  nearest line of answer;
* ``words``: BM25 share over characters, pairs, words and word pieces of the whole article;
* ``sound``: the same over the syllables of its Chinese, for what was typed in pinyin or with a character that only sounds alike.

A short query after an answer may lean on it, and gets LEANING too: ``aspect``, how like the articles' places in their topics
are (“那提现呢”: same aspect, other topic); ``topic``, the same one (“多久到账”); ``named`` by the earlier article as a follow-up,
or ``naming`` it; ``itself``, the earlier article again (“周末也行吗”); ``kin``, the cosine of the two articles' middles;
``joined``, what the classifier says of the question and the earlier article's middle together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt

from ticketing.knowledge.bm25 import Bm25
from ticketing.knowledge.classifier import Classifier, fitted, started
from ticketing.knowledge.pinyin import Pinyin
from ticketing.knowledge.spelling import Spelling
from ticketing.knowledge.text import is_chinese, normalise, tokens

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Embed = Callable[[Sequence[str], str], Vectors]
"""Texts and their kind (``query`` or ``passage``) to unit vectors."""

Kind = Literal["written", "spelled", "following"]
"""How a question came: in characters or English words, its Chinese wholly in pinyin, or short after an answer."""
ALONE = ("learned", "centre", "asking", "line", "words", "sound")
LEANING = ("aspect", "topic", "named", "naming", "itself", "kin", "joined")
SIGNALS = ALONE + LEANING
CANDIDATES = 32
SHRINKAGE = 3.0
QUESTION_COUNTS, LINE_COUNTS = 2.0, 0.2
"""How much an article's own question and a line of its answer count in learning, an asking being 1."""
EARLIER_COUNTS = 0.75
"""How much the earlier article counts beside the question in ``joined``."""
SHORT_CHINESE, SHORT_WORDS = 9, 5
_NUMBERING = re.compile(r"^\s*(?:\d+[.)、]|[-•])\s*")
_LATIN = re.compile(r"[a-z]")
_FILLER = re.compile(r"^(?:那|那么|那如果|如果|要是|换成|and|what about|how about|so)\s*|(?:呢|呀|啊|吗|then)$")


@dataclass(frozen=True)
class Wording:
    """An article in one language."""

    question: str
    askings: tuple[str, ...]
    answer: str
    risk_notice: str | None = None


@dataclass(frozen=True)
class Entry:
    """A published article as the index holds it."""

    key: str
    version: int
    topic: str
    skill: str | None
    follow_ups: tuple[str, ...]
    wordings: Mapping[str, Wording]

    def wording(self, language: str) -> Wording:
        """Its text in that language, or in the other where it is missing."""
        return self.wordings.get(language) or next(iter(self.wordings.values()))

    def askings(self) -> list[str]:
        """Every way it is asked, in all languages."""
        return [text for wording in self.wordings.values() for text in (wording.question, *wording.askings)]

    def lines(self) -> list[str]:
        """The lines of its answers, without numbering and bold marks."""
        return [line for lines in self.lines_by_language().values() for line in lines]

    def lines_by_language(self) -> dict[str, list[str]]:
        """The same, apart."""
        return {language: _lines(wording.answer) for language, wording in self.wordings.items()}


@dataclass(frozen=True)
class Query:
    """A question made comparable. ``text`` is what is embedded, with slips mended; ``novelty`` the share of its weight that no
    article mentions; ``kind`` decides which weights its signals have; ``earlier`` is the row of the article it may lean on.
    """

    text: str
    tokens: tuple[str, ...]
    sounds: tuple[str, ...]
    novelty: float
    kind: Kind
    earlier: int | None = None


@dataclass(frozen=True)
class Candidates:
    """Articles by row of ``entries`` and their SIGNALS, a column each; unordered."""

    rows: Numbers
    signals: Vectors


class Index:
    """All published articles, ready to be searched. Never changes; an edit makes a new one.

    Not ``learned``, it is built faster, finds a little less, and gives the better one by ``learn``.
    """

    def __init__(self, entries: Sequence[Entry], embed: Embed, *, learned: bool = True) -> None:
        self.entries = tuple(entries)
        self.rows = {entry.key: row for row, entry in enumerate(self.entries)}
        self.pinyin, asked = _read(self.entries)
        lines = [entry.lines() for entry in self.entries]
        written = [" | ".join([*texts, *map(normalise, answer)]) for texts, answer in zip(asked, lines, strict=True)]
        self._spelling = Spelling(text for texts in written for text in texts.split(" | "))
        self._words = Bm25([tokens(text) for text in written])
        self._sounds = Bm25([self.pinyin.sounds(text) for text in written])
        self._space = _Space(embed(_flat(asked), "query"), _owners(asked))
        askings, answers = self._space.askings, self._space.place(embed(_flat(lines), "passage"), centred=True)
        self._asking = _Grouped(askings, _owners(asked), len(self.entries))
        self._line = _Grouped(answers, _owners(lines), len(self.entries))
        self._centres = _unit(self._asking.sums() + self._line.sums())
        self._aspects, self._topics = _aspects(self._centres, [entry.topic for entry in self.entries])
        self._named = [[self.rows[key] for key in entry.follow_ups if key in self.rows] for entry in self.entries]
        self._learn = partial(
            fitted,
            self._centres,
            np.concatenate([askings, answers]) if len(answers) else askings,
            np.concatenate([_owners(asked), _owners(lines)]),
            _counts(self.entries, sum(map(len, lines))),
        )
        self.learned = learned
        self._classifier: Classifier = self._learn() if learned else started(self._centres)

    def learn(self) -> Index:
        """The same articles with the classifier fitted; takes seconds."""
        better = copy(self)
        better._classifier, better.learned = self._learn(), True
        return better

    def read(self, text: str, *, after: str | None = None) -> Query:
        """A customer's text as a query; ``after`` is the key of the article answered last, on which a short text may lean."""
        typed = normalise(text)
        normal = self.pinyin.restore(typed)
        kind: Kind = "spelled" if is_chinese(normal) and not is_chinese(typed) else "written"
        earlier = self.rows.get(after) if after else None
        if earlier is not None:
            normal = _FILLER.sub("", normal).strip() or normal
        normal = self._spelling.mend(normal)
        found = tuple(tokens(normal))
        query = Query(normal, found, tuple(self.pinyin.sounds(normal)), self._words.novelty(found), kind)
        leans = earlier is not None and _is_short(normal)
        return replace(query, kind="following", earlier=earlier) if leans else query

    def candidates(self, query: Query, vector: Vectors) -> Candidates:
        """The articles worth comparing, with their signals."""
        if not self.entries:
            return Candidates(np.empty(0, np.int64), np.empty((0, len(SIGNALS)), np.float32))
        place = self._space.place(vector.reshape(1, -1))[0]
        learned = self._classifier.shares(place)
        words, sound = self._words.scores(query.tokens), self._sounds.scores(query.sounds)
        rows = self._shortlist(learned, words, sound, earlier=query.earlier)
        seen = {
            "learned": learned[rows],
            "centre": self._centres[rows] @ place,
            "asking": self._asking.best(rows, place),
            "line": self._line.best(rows, place),
            "words": words[rows],
            "sound": sound[rows],
        }
        if query.earlier is not None:
            seen |= self._leaning(rows, query.earlier)
            both = _unit(place + EARLIER_COUNTS * self._centres[query.earlier])
            seen["joined"] = self._classifier.shares(both)[rows]
        nothing = np.zeros(len(rows), np.float32)
        return Candidates(rows, np.column_stack([seen.get(name, nothing) for name in SIGNALS]))

    def nearest_lines(self, row: int, vector: Vectors, language: str) -> list[tuple[str, float]]:
        """The lines of an article's answer in a language, or in the one it has, with their cosines to a text; the nearest first.

        A line that only leads to the next ones is none.
        """
        lines = self.entries[row].lines_by_language()
        cosines = self._line.cosines(row, self._space.place(vector.reshape(1, -1))[0]).tolist()
        start = 0
        for written, texts in lines.items():
            if written == language or len(lines) == 1:
                found = zip(texts, cosines[start : start + len(texts)], strict=True)
                told = [pair for pair in found if not pair[0].endswith((":", "：", "——"))]
                return sorted(told, key=lambda pair: -pair[1])
            start += len(texts)
        return []

    def _shortlist(self, *scored: Vectors, earlier: int | None) -> Numbers:
        size = min(CANDIDATES, len(self.entries))
        parts = [np.argpartition(-scores, size - 1)[:size] for scores in scored if scores.any()]
        if earlier is not None:
            parts += [np.flatnonzero(self._topics == self._topics[earlier]), np.array(self._named[earlier], np.int64)]
        return np.unique(np.concatenate(parts)).astype(np.int64)

    def _leaning(self, rows: Numbers, earlier: int) -> dict[str, Vectors]:
        """How articles stand to the earlier one, which is nothing to itself but itself."""
        itself = rows == earlier
        others = {
            "aspect": self._aspects[rows] @ self._aspects[earlier],
            "topic": self._topics[rows] == self._topics[earlier],
            "named": np.isin(rows, self._named[earlier]),
            "naming": np.array([earlier in self._named[row] for row in rows]),
            "kin": self._centres[rows] @ self._centres[earlier],
        }
        found = {name: np.where(itself, 0, values).astype(np.float32) for name, values in others.items()}
        return found | {"itself": itself.astype(np.float32)}


def asked_texts(entries: Sequence[Entry]) -> list[tuple[str, Literal["query", "passage"]]]:
    """All that an index of these articles embeds, each text with its kind."""
    found: list[tuple[str, Literal["query", "passage"]]] = [(text, "query") for text in _flat(_read(entries)[1])]
    return found + [(line, "passage") for entry in entries for line in entry.lines()]


def _lines(answer: str) -> list[str]:
    found = (_NUMBERING.sub("", line).replace("**", "").strip() for line in answer.splitlines())
    return [line for line in found if line]


def _is_short(normal: str) -> bool:
    """Whether a text is so short that it may lean on what was said before."""
    return len(normal) <= SHORT_CHINESE or (normal.isascii() and len(normal.split()) <= SHORT_WORDS)


def _read(entries: Sequence[Entry]) -> tuple[Pinyin, list[list[str]]]:
    """Every asking normalised, per article, with pinyin restored by the words of all."""
    asked = [[normalise(text) for text in entry.askings()] for entry in entries]
    pinyin = Pinyin([*_flat(asked), *(normalise(line) for entry in entries for line in entry.lines())])
    return pinyin, [[pinyin.restore(text) if _LATIN.search(text) else text for text in texts] for texts in asked]


class _Space:
    """Embedding space, centred and whitened by the scatter of askings around their article's mean."""

    def __init__(self, vectors: Vectors, owners: Numbers) -> None:
        if not len(vectors):
            self._middle, self._turn = np.float32(0), np.eye(0, dtype=np.float32)
            self.askings = vectors
            return
        self._middle = vectors.mean(axis=0)
        means = _Grouped(vectors, owners, int(owners.max()) + 1).sums() / np.bincount(owners)[:, None]
        scatter = vectors - means[owners]
        covariance = scatter.T @ scatter / len(scatter)
        typical = float(np.trace(covariance)) / len(covariance)
        values, axes = np.linalg.eigh(covariance + (SHRINKAGE * typical + 1e-9) * np.eye(len(covariance)))
        self._turn = (axes @ np.diag(values**-0.5) @ axes.T).astype(np.float32)
        self.askings = self.place(vectors)

    def place(self, vectors: Vectors, *, centred: bool = False) -> Vectors:
        """Unit vectors of this space; ``centred`` for passages, which have a middle of their own."""
        if not len(vectors) or not len(self._turn):
            return vectors
        return _unit((vectors - (vectors.mean(axis=0) if centred else self._middle)) @ self._turn)


class _Grouped:
    """Vectors of articles, those of one article together."""

    def __init__(self, vectors: Vectors, owners: Numbers, count: int) -> None:
        self._vectors = vectors
        self._starts = np.searchsorted(owners, np.arange(count + 1))

    def sums(self) -> Vectors:
        """The sum per article."""
        found = [self._vectors[a:b].sum(axis=0) for a, b in zip(self._starts[:-1], self._starts[1:], strict=True)]
        return np.stack(found).astype(np.float32) if found else np.empty((0, 0), np.float32)

    def cosines(self, row: int, place: Vectors) -> Vectors:
        """Of every vector of one article."""
        return np.asarray(self._vectors[self._starts[row] : self._starts[row + 1]] @ place)

    def best(self, rows: Numbers, place: Vectors) -> Vectors:
        """The highest cosine per article of ``rows``, -1 for one without vectors.

        One small product each: a large one is given to several threads, and a search would wait for all of them on busy cores.
        """
        spans = zip(self._starts[rows].tolist(), self._starts[rows + 1].tolist(), strict=True)
        return np.array([(self._vectors[a:b] @ place).max(initial=-1.0) for a, b in spans], np.float32)


def _counts(entries: Sequence[Entry], lines: int) -> Vectors:
    """How much each asking counts in learning, in the order of ``Entry.askings``; then each line."""
    asked = [
        QUESTION_COUNTS if at == 0 else 1.0
        for entry in entries
        for wording in entry.wordings.values()
        for at in range(1 + len(wording.askings))
    ]
    return np.array(asked + [LINE_COUNTS] * lines, np.float32)


def _aspects(centres: Vectors, topics: Sequence[str]) -> tuple[Vectors, Numbers]:
    """What distinguishes each article within its topic, as unit vectors; and each article's topic number."""
    names = sorted(set(topics))
    numbers = np.array([names.index(topic) for topic in topics], np.int64)
    aspects = centres.copy()
    for number in range(len(names)):
        aspects[numbers == number] -= centres[numbers == number].mean(axis=0)
    return _unit(aspects), numbers


def _unit(vectors: Vectors) -> Vectors:
    if not vectors.size:
        return vectors
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def _flat(groups: Sequence[Sequence[str]]) -> list[str]:
    return [text for group in groups for text in group]


def _owners(groups: Sequence[Sequence[str]]) -> Numbers:
    return np.repeat(np.arange(len(groups)), [len(group) for group in groups])
