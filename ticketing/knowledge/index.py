"""The searchable form of all published articles: immutable, built from texts, asked for candidates.

Six signals are computed for every candidate article. The first four live in embedding space whitened by how askings of one
article scatter, so that directions in which people merely word things differently count little:

* ``learned``: logarithm of the share that a classifier of all askings gives the article (classifier.py);
* ``centre``: cosine to the middle of its askings and lines; ``asking``: to its nearest question or asking; ``line``: to its
  nearest line of answer;
* ``words``: BM25 share over characters, pairs, words and word pieces of the whole article;
* ``sound``: the same over the syllables of its Chinese, for what was typed in pinyin or with a character that only sounds alike.

A query after an answer may lean on it, and gets LEANING too: ``aspect``, how like the articles' places in their topics
are (“那提现呢”: same aspect, other topic); ``named`` by the earlier article as a follow-up; ``kin``, the cosine of the two
articles' middles; ``wanted``, whether its question wants to be told the same (wanted.py); ``joined``, what the classifier says
of the question and the earlier article's middle together; ``told_learned`` and ``told_asking``, the signals of those names for
the earlier article's question and the new one as one text, or for longer ones the sum of both. What the earlier article itself says
has signals of its own (passages.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Literal

import numpy as np

from ticketing.knowledge import passages
from ticketing.knowledge.bm25 import Bm25
from ticketing.knowledge.classifier import Classifier, fitted, started
from ticketing.knowledge.entries import Entry
from ticketing.knowledge.passages import Detailed, Passage
from ticketing.knowledge.pinyin import Pinyin
from ticketing.knowledge.space import Grouped, Numbers, Space, Vectors, aspects, unit
from ticketing.knowledge.spelling import Spelling
from ticketing.knowledge.text import is_chinese, normalise, tokens
from ticketing.knowledge.wanted import asked_for

Embed = Callable[[Sequence[str], str], Vectors]
"""Texts and their kind (``query`` or ``passage``) to unit vectors."""

Kind = Literal["written", "spelled", "english", "following", "continuing"]
"""How a question came: in Chinese, its Chinese wholly in pinyin, in no Chinese, in a few words after an answer, or in more."""
ALONE = ("learned", "centre", "asking", "line", "words", "sound")
LEANING = ("aspect", "named", "kin", "wanted", "joined", "told_learned", "told_asking")
SIGNALS = ALONE + LEANING
CANDIDATES = 32
QUESTION_COUNTS, LINE_COUNTS = 2.0, 0.2
"""How much an article's own question and a line of its answer count in learning, an asking being 1."""
EARLIER_COUNTS = 0.75
"""How much the earlier article counts beside the question in ``joined``."""
SHORT_CHINESE, SHORT_WORDS = 9, 5
LEANING_CHINESE, LEANING_WORDS = 24, 14
"""What is longer than this says all of what it wants."""
_LATIN = re.compile(r"[a-z]")
_FILLER = re.compile(r"^(?:那|那么|那如果|如果|要是|换成|and|what about|how about|so)\s*|(?:呢|呀|啊|吗|then)$")


@dataclass(frozen=True)
class Query:
    """A question made comparable. ``text`` is what is embedded, with slips mended; ``novelty`` the share of its weight that no
    article mentions; ``kind`` decides which weights its signals have; ``earlier`` is the row of the article it may lean on, and
    ``told`` that article's question with a few words after it, which are embedded too: alone they say hardly anything.
    """

    text: str
    tokens: tuple[str, ...]
    sounds: tuple[str, ...]
    novelty: float
    kind: Kind
    earlier: int | None = None
    told: str = ""

    @property
    def language(self) -> str:
        """The language whose calibration judges it: ``zh`` if any character is Chinese, else ``en``."""
        return "zh" if is_chinese(self.text) else "en"

    @property
    def texts(self) -> list[str]:
        """What is embedded of it: one text, or two where it may lean on an answer."""
        return [self.text, self.told] if self.told else [self.text]


@dataclass(frozen=True)
class Together:
    """A query and the article it may lean on: the place of the two questions ``told`` together, and what the classifier says of
    every article for the query and that article's middle ``joined``.
    """

    told: Vectors
    joined: Vectors


@dataclass(frozen=True)
class Placed:
    """A query in the index's space, and with the article before it, where it may lean on one."""

    alone: Vectors
    together: Together | None


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
        self.pinyin, asked, worded = _read(self.entries)
        lines = [entry.lines() for entry in self.entries]
        written = [" | ".join([*texts, *map(normalise, answer)]) for texts, answer in zip(asked, lines, strict=True)]
        self._spelling = Spelling([*(text for texts in written for text in texts.split(" | ")), *_flat(worded)])
        self._words = Bm25([tokens(text) for text in written])
        self._sounds = Bm25([self.pinyin.sounds(text) for text in written])
        self._space = Space(embed(_flat(asked), "query"), _owners(asked))
        askings, answers = self._space.askings, self._space.place(embed(_flat(lines), "passage"), centred=True)
        self._asking = Grouped(askings, _owners(asked), len(self.entries))
        self._line = Grouped(answers, _owners(lines), len(self.entries))
        self._wording = Grouped(self._space.place(embed(_flat(worded), "query")), _owners(worded), len(self.entries))
        self._detailed = [_detailed(entry, texts) for entry, texts in zip(self.entries, worded, strict=True)]
        self._centres = self._space.even(self._asking.sums() + self._line.sums())
        self._aspects = aspects(self._centres, [entry.topic for entry in self.entries])
        self._named = [[self.rows[key] for key in entry.follow_ups if key in self.rows] for entry in self.entries]
        self._wanted = [
            frozenset().union(*(asked_for(wording.question) for wording in entry.wordings.values()))
            for entry in self.entries
        ]
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
        kind: Kind = "english" if not is_chinese(normal) else "written" if is_chinese(typed) else "spelled"
        earlier = self.rows.get(after) if after else None
        if earlier is not None:
            normal = _FILLER.sub("", normal).strip() or normal
        normal = self._spelling.mend(normal)
        found = tuple(tokens(normal))
        query = Query(normal, found, tuple(self.pinyin.sounds(normal)), self._words.novelty(found), kind)
        if earlier is None or not _may_lean(normal):
            return query
        kind = "following" if _is_short(normal) else "continuing"
        question = normalise(self.entries[earlier].wording(query.language).question)
        return replace(query, kind=kind, earlier=earlier, told=f"{question} {normal}" if kind == "following" else "")

    def place(self, query: Query, vectors: Vectors) -> Placed:
        """From the embeddings of the query's texts."""
        alone, *told = self._space.place(vectors)
        row = query.earlier
        if row is None:
            return Placed(alone, None)
        # Of the article only what is said in numbers of the question's own encoders.
        own = alone != 0
        joined = self._classifier.shares(unit(alone + np.float32(EARLIER_COUNTS) * self._centres[row] * own))
        if not told:
            question = self._asking.of(row)[self.entries[row].asked_before(query.language)]
            told = [*unit(self._space.even(np.stack([alone + question * own])))]
        return Placed(alone, Together(told[0], joined))

    def candidates(self, query: Query, placed: Placed) -> Candidates:
        """The articles worth comparing, with their signals."""
        if not self.entries:
            return Candidates(np.empty(0, np.int64), np.empty((0, len(SIGNALS)), np.float32))
        place, together = placed.alone, placed.together
        learned = self._classifier.shares(place)
        words, sound = self._words.scores(query.tokens), self._sounds.scores(query.sounds)
        rows = self._shortlist(learned, words, sound, earlier=query.earlier)
        if together is not None:
            told_learned = self._classifier.shares(together.told)
            rows = np.union1d(rows, self._shortlist(told_learned, earlier=None))
        seen = {
            "learned": learned[rows],
            "centre": self._centres[rows] @ place,
            "asking": self._asking.best(rows, place),
            "line": self._line.best(rows, place),
            "words": words[rows],
            "sound": sound[rows],
        }
        if query.earlier is not None and together is not None:
            seen |= self._leaning(rows, query.earlier, asked_for(query.text))
            seen |= {"joined": together.joined[rows], "told_learned": told_learned[rows]}
            seen["told_asking"] = self._asking.best(rows, together.told)
        nothing = np.zeros(len(rows), np.float32)
        return Candidates(rows, np.column_stack([seen.get(name, nothing) for name in SIGNALS]))

    def passages(self, query: Query, placed: Placed, language: str) -> tuple[list[Passage], list[Passage]]:
        """Lines and answers to details of the earlier article, in a language or in the one it has; the likeliest of each first."""
        row, together = query.earlier, placed.together
        if row is None or together is None:
            return [], []
        joined = float(together.joined[row])
        asked = passages.Asked(query.text, frozenset(query.tokens), placed.alone, together.told, joined)
        return (
            passages.lines(asked, self.entries[row].lines_by_language(), self._line, row, language),
            passages.details(asked, self._detailed[row], self._wording, row, language),
        )

    def _shortlist(self, *scored: Vectors, earlier: int | None) -> Numbers:
        size = min(CANDIDATES, len(self.entries))
        parts = [np.argpartition(-scores, size - 1)[:size] for scores in scored if scores.any()]
        if earlier is not None:
            parts.append(np.array(self._named[earlier], np.int64))
        return np.unique(np.concatenate(parts)).astype(np.int64)

    def _leaning(self, rows: Numbers, earlier: int, wanted: frozenset[str]) -> dict[str, Vectors]:
        """How articles stand to the earlier one and to what is wanted."""
        return {
            "aspect": self._aspects[rows] @ self._aspects[earlier],
            "named": np.isin(rows, self._named[earlier]).astype(np.float32),
            "kin": self._centres[rows] @ self._centres[earlier],
            "wanted": np.array([bool(wanted & self._wanted[row]) for row in rows.tolist()], np.float32),
        }


def asked_texts(entries: Sequence[Entry]) -> list[tuple[str, Literal["query", "passage"]]]:
    """All that an index of these articles embeds, each text with its kind."""
    _, asked, worded = _read(entries)
    found: list[tuple[str, Literal["query", "passage"]]] = [(text, "query") for text in _flat(asked) + _flat(worded)]
    return found + [(line, "passage") for entry in entries for line in entry.lines()]


def _may_lean(normal: str) -> bool:
    """Whether a text is short enough to lean on what was said before."""
    return len(normal) <= LEANING_CHINESE if is_chinese(normal) else len(normal.split()) <= LEANING_WORDS


def _is_short(normal: str) -> bool:
    """Whether a text is so short that it hardly says anything without what was said before."""
    return len(normal) <= SHORT_CHINESE or (normal.isascii() and len(normal.split()) <= SHORT_WORDS)


def _read(entries: Sequence[Entry]) -> tuple[Pinyin, list[list[str]], list[list[str]]]:
    """Every asking and every wording of a detail normalised, per article, with pinyin restored by the words of all."""
    asked = [[normalise(text) for text in entry.askings()] for entry in entries]
    worded = [[normalise(text) for detail in entry.details() for text in detail.asked] for entry in entries]
    pinyin = Pinyin([*_flat(asked), *(normalise(line) for entry in entries for line in entry.lines())])

    def restored(groups: list[list[str]]) -> list[list[str]]:
        return [[pinyin.restore(text) if _LATIN.search(text) else text for text in texts] for texts in groups]

    return pinyin, restored(asked), restored(worded)


def _detailed(entry: Entry, worded: Sequence[str]) -> dict[str, list[Detailed]]:
    """An article's details by language; ``worded`` are the wordings of all as read, in the order of ``Entry.details``."""
    texts = iter(worded)
    return {
        language: [Detailed.of([*islice(texts, len(each.asked))], each.answer) for each in wording.details]
        for language, wording in entry.wordings.items()
        if wording.details
    }


def _counts(entries: Sequence[Entry], lines: int) -> Vectors:
    """How much each asking counts in learning, in the order of ``Entry.askings``; then each line."""
    asked = [
        QUESTION_COUNTS if at == 0 else 1.0
        for entry in entries
        for wording in entry.wordings.values()
        for at in range(1 + len(wording.askings))
    ]
    return np.array(asked + [LINE_COUNTS] * lines, np.float32)


def _flat(groups: Sequence[Sequence[str]]) -> list[str]:
    return [text for group in groups for text in group]


def _owners(groups: Sequence[Sequence[str]]) -> Numbers:
    return np.repeat(np.arange(len(groups)), [len(group) for group in groups])
