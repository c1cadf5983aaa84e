"""Chat turns against the running product: `make load` starts it and prints these figures."""

from __future__ import annotations

import itertools
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import requests

QUESTIONS = (
    "我{n}号提现的，多久到账？",
    "I withdrew {n} dollars, how long does it take?",
    "你好",
    "提前还掉{n}元要收手续费吗",
    "Can I change the phone number ending in {n} on my account?",
    "基金赎回{n}份几天到账",
    "谢谢",
    "我的投诉到哪一步了",
)
"""What a customer says by turns; the numbers make most of it new to every cache, as real customers' words are."""
_numbers = itertools.count(1)


class Person(Protocol):
    """Somebody who talks to an assistant."""

    def say(self, text: str) -> tuple[float, list[Any]]:
        """Seconds of one turn, and what came back."""


class Customer:
    """One customer of ours with an open conversation: through gateway, Rasa, actions and both stored sides."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = requests.Session()
        opened = self.http.post(f"{base}/chat/v1/conversations", json={"language": "zh"}, timeout=10)
        opened.raise_for_status()
        self.id = opened.json()["id"]
        self.http.headers["Authorization"] = f"Bearer {opened.json()['token']}"

    def say(self, text: str) -> tuple[float, list[dict]]:
        started = time.perf_counter()
        answer = self.http.post(
            f"{self.base}/chat/v1/conversations/{self.id}/messages",
            json={"client_id": str(uuid.uuid4()), "text": text},
            timeout=30,
        )
        seconds = time.perf_counter() - started
        answer.raise_for_status()
        return seconds, answer.json()["messages"][1:]


@dataclass(frozen=True)
class Pace:
    """Median seconds of a turn, and messages a second."""

    median: float
    a_second: float


def turns(
    name: str, person: Callable[[], Person], *, customers: int, each: int, questions: Sequence[str] = QUESTIONS
) -> Pace:
    """Let so many customers say so many things at the same time; prints p50, p95 and messages a second."""
    people = [person() for _ in range(customers)]
    seconds: list[float] = []
    silent = 0
    lock = threading.Lock()

    def live(one: Person) -> None:
        nonlocal silent
        for number in range(each):
            took, replies = one.say(questions[number % len(questions)].format(n=next(_numbers)))
            with lock:
                seconds.append(took)
                silent += not replies

    for one in people:
        one.say(questions[0].format(n=next(_numbers)))
    started = time.perf_counter()
    with ThreadPoolExecutor(customers) as pool:
        list(pool.map(live, people))
    took = time.perf_counter() - started
    cuts = statistics.quantiles(seconds, n=20)
    pace = Pace(statistics.median(seconds), len(seconds) / took)
    sys.stdout.write(
        f"{name}, {customers:>3} customers: p50 {pace.median * 1000:6.0f} ms   p95 {cuts[18] * 1000:6.0f} ms   "
        f"{pace.a_second:5.1f} messages/s   {len(seconds)} turns, {silent} without a reply in time\n"
    )
    sys.stdout.flush()
    return pace
