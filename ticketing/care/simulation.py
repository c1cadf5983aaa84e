"""Simulated customers with a hidden inclination to leave, to see what the churn hint's weights can tell.

Nothing here comes from real customers, so the figures say that the rules point the right way in a world made by us, and
nothing about any other one.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

from ticketing.care.churn import History, hint

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Simulated:
    """What we would see of a customer, and whether they left in the half year after."""

    history: History
    left: bool


def customers(count: int, seed: int) -> Iterator[Simulated]:
    """So many customers; the same seed gives the same ones."""
    pick = random.Random(seed)
    for _ in range(count):
        yield _customer(pick)


def discrimination(scored: Sequence[tuple[int, bool]]) -> float:
    """The chance that someone who left has a higher score than someone who stayed; ties count half (AUC)."""
    leavers, stayers = (
        Counter(score for score, left in scored if left),
        Counter(score for score, left in scored if not left),
    )
    below = wins = 0.0
    for score in range(101):
        wins += leavers[score] * (below + stayers[score] / 2)
        below += stayers[score]
    pairs = leavers.total() * stayers.total()
    return wins / pairs if pairs else 0.5


def report(count: int, seed: int) -> str:
    """How the bands turned out, as text."""
    scored = [(hint(each.history, TODAY), each.left) for each in customers(count, seed)]
    lines = [f"SIMULATED customers: {count}, seed {seed}. Nothing below was measured on real people.", ""]
    lines.append(f"{'band':<10}{'customers':>10}{'left':>8}{'share':>9}")
    for band in ("low", "medium", "high"):
        of_band = [left for found, left in scored if found.band == band]
        share = sum(of_band) / len(of_band) if of_band else 0.0
        lines.append(f"{band:<10}{len(of_band):>10}{sum(of_band):>8}{share:>9.1%}")
    auc = discrimination([(found.score, left) for found, left in scored])
    lines += ["", f"simulated AUC {auc:.3f} (0.5 is a coin, 1.0 is certainty)"]
    return "\n".join(lines)


def _customer(pick: random.Random) -> Simulated:
    """Trouble makes leaving likelier, moods make it noisy: most of what moves people we do not see."""
    unhappiness = pick.gauss(0, 1)
    complaints = min(6, int(pick.expovariate(1 / (0.4 + 0.5 * max(0.0, unhappiness)))))
    breaches = sum(pick.random() < 0.15 for _ in range(complaints))
    repeats = sum(pick.random() < 0.2 for _ in range(max(0, complaints - 1)))
    marks = tuple(
        min(5.0, max(1.0, round(pick.gauss(4.1 - 0.9 * unhappiness - 0.5 * bool(breaches), 0.7))))
        for _ in range(complaints)
        if pick.random() < 0.5
    )
    silent = int(pick.expovariate(1 / (30 * exp(0.5 * unhappiness)))) if pick.random() < 0.8 else None
    pull = -2.6 + 0.9 * unhappiness + 0.5 * breaches + 0.4 * repeats + (0.006 * silent if silent is not None else 0) + pick.gauss(0, 1)  # fmt: skip
    history = History(
        stage="trading" if silent is not None else "verified", marks=marks, complaints=complaints, repeats=repeats,
        breaches=breaches, last_trade_on=TODAY - timedelta(days=silent) if silent is not None else None,
    )  # fmt: skip
    return Simulated(history, pick.random() < 1 / (1 + exp(-pull)))
