"""How long a search takes beside the embedding, on made-up articles; and what the real model costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from ticketing.knowledge import retrieval
from ticketing.knowledge.embedding import Embedder, Vectors
from ticketing.knowledge.entries import Entry
from ticketing.knowledge.index import Embed, Index
from ticketing.knowledge.seed import read

SEARCHES = 200


def run(say: Callable[[str], object], *, articles: int = 2000) -> None:
    """Print the figures."""
    seeds = [content.entry() for content in read()]
    many = [_copy(seeds[at % len(seeds)], at) for at in range(articles)]
    random = np.random.default_rng(1)

    def embed(texts: Sequence[str], _kind: str) -> Vectors:
        found = random.standard_normal((len(texts), 384)).astype(np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)

    started = time.perf_counter()
    index = Index(many, embed, learned=False)
    texts = sum(len(entry.askings()) + len(entry.lines()) for entry in many)
    say(f"index of {articles} articles, {texts} texts (embeddings given): {time.perf_counter() - started:.1f} s\n")
    started = time.perf_counter()
    index = index.learn()
    say(f"learned in the background: {time.perf_counter() - started:.1f} s\n")
    questions = [entry.askings()[at % 5] for at, entry in enumerate(many[:SEARCHES])]
    say(f"search without embedding: {_searches(index, embed, questions, after=None)}\n")
    say(f"the same right after an article: {_searches(index, embed, ['那要多久'] * SEARCHES, after=many)}\n")
    _model(say, questions)
    say(f"memory of this process: {_resident()} MB\n")


def _searches(index: Index, embed: Embed, questions: Sequence[str], *, after: Sequence[Entry] | None) -> str:
    timed, computed = [], []
    for at, question in enumerate(questions):
        query = index.read(question, after=after[at].key if after else None)
        vectors = embed(query.texts, "query")
        begun, worked = time.perf_counter(), time.process_time()
        retrieval.find(index, question, partial(_given, vectors), topic=after[at].key if after else None)
        timed.append(time.perf_counter() - begun)
        computed.append(time.process_time() - worked)
    return f"{_percentiles(timed)}; processor time {_percentiles(computed)}"


def _model(say: Callable[[str], object], questions: Sequence[str]) -> None:
    before, started = _resident(), time.perf_counter()
    model = Embedder()
    model.embed(["开始"])
    say(f"model loaded: {time.perf_counter() - started:.1f} s, {_resident() - before} MB\n")
    timed = []
    for question in questions:
        begun = time.perf_counter()
        model.embed([f"{question} "])
        timed.append(time.perf_counter() - begun)
    say(f"embedding one question: {_percentiles(timed)}\n")


def _given(vectors: Vectors, _texts: Sequence[str], _kind: str) -> Vectors:
    return vectors


def _copy(entry: Entry, at: int) -> Entry:
    return Entry(f"{entry.key}-{at}", 1, entry.topic, entry.skill, entry.follow_ups, entry.wordings)


def _percentiles(seconds: Sequence[float]) -> str:
    middle, high = np.percentile(np.array(seconds) * 1000, [50, 95])
    return f"p50 {middle:.1f} ms, p95 {high:.1f} ms"


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20
