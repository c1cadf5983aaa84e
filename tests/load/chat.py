"""Chat turns and ticket creation against the running product: `make load` starts it and prints these figures."""

from __future__ import annotations

import statistics
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import requests

QUESTIONS = (
    "提现多久到账？",
    "How long does a withdrawal take?",
    "你好",
    "提前还款要收手续费吗",
    "Can I change the phone number on my account?",
    "基金赎回几天到账",
    "谢谢",
    "我的投诉到哪一步了",
)


class Customer:
    """One customer with an open conversation."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = requests.Session()
        opened = self.http.post(f"{base}/chat/v1/conversations", json={"language": "zh"}, timeout=10)
        opened.raise_for_status()
        self.id = opened.json()["id"]
        self.http.headers["Authorization"] = f"Bearer {opened.json()['token']}"

    def say(self, text: str) -> tuple[float, list[dict]]:
        """Seconds of one turn, and what came back."""
        started = time.perf_counter()
        answer = self.http.post(
            f"{self.base}/chat/v1/conversations/{self.id}/messages",
            json={"client_id": str(uuid.uuid4()), "text": text},
            timeout=30,
        )
        seconds = time.perf_counter() - started
        answer.raise_for_status()
        return seconds, answer.json()["messages"][1:]


def turns(base: str, *, customers: int, each: int) -> None:
    """Let so many customers say so many things at the same time; prints p50, p95 and messages a second."""
    people = [Customer(base) for _ in range(customers)]
    seconds: list[float] = []
    silent = 0
    lock = threading.Lock()

    def live(person: Customer) -> None:
        nonlocal silent
        for number in range(each):
            took, replies = person.say(QUESTIONS[number % len(QUESTIONS)])
            with lock:
                seconds.append(took)
                silent += not replies

    for person in people:
        person.say("你好")
    started = time.perf_counter()
    with ThreadPoolExecutor(customers) as pool:
        list(pool.map(live, people))
    took = time.perf_counter() - started
    cuts = statistics.quantiles(seconds, n=20)
    sys.stdout.write(
        f"chat turn, {customers:>3} customers: p50 {statistics.median(seconds) * 1000:6.0f} ms   "
        f"p95 {cuts[18] * 1000:6.0f} ms   {len(seconds) / took:5.1f} messages/s   "
        f"{len(seconds)} turns, {silent} without a reply in time\n"
    )
