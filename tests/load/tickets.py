"""Ticket creation through the API, as the action server does it."""

from __future__ import annotations

import statistics
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import requests

from tests.load.chat import Customer
from ticketing.conversations.tokens import read_app_token, sign_conversation_token
from ticketing.platform.clock import SystemClock

COMPLAINT = {
    "kind": "complaint",
    "category": "transaction_dispute",
    "description": "转账两千六百元，对方一直没有收到，客服电话打不通。",
    "amount": "2600.00",
    "order_number": "TR2611220871",
    "wish": "查清楚并退回",
    "contact_channel": "chat",
    "consent": True,
    "language": "zh",
}


def creation(base: str, secret: str, *, clients: int, each: int) -> None:
    """Create ``clients × each`` tickets, each by its own key; prints tickets a second and p95."""

    def work(_number: int) -> list[float]:
        person = Customer(base)
        claims = read_app_token(
            secret, clock=SystemClock(), token=person.http.headers["Authorization"].removeprefix("Bearer ")
        )
        http = requests.Session()
        http.headers["Authorization"] = "Bearer " + sign_conversation_token(secret, clock=SystemClock(), claims=claims)
        seconds = []
        for _ in range(each):
            started = time.perf_counter()
            answer = http.post(
                f"{base}/api/v1/tickets", json=COMPLAINT, headers={"Idempotency-Key": str(uuid.uuid4())}, timeout=60
            )
            answer.raise_for_status()
            seconds.append(time.perf_counter() - started)
        return seconds

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        taken = [second for batch in pool.map(work, range(clients)) for second in batch]
    total = time.perf_counter() - started
    sys.stdout.write(
        f"ticket creation, {clients} clients: {len(taken) / total:5.1f} tickets/s   "
        f"p50 {statistics.median(taken) * 1000:.0f} ms   p95 {statistics.quantiles(taken, n=20)[18] * 1000:.0f} ms\n"
    )
