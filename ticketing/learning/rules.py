"""What in a transcript shows that the assistant failed, what may be learned from it, and how a cluster stands. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

REASONS = ("corrected", "thumbs_down", "rejected", "handed_over", "declined", "fallback")
"""From what is said outright to what is guessed; of two in one conversation the first in this order stays."""
INTENTS = (
    "open_complaint",
    "tell_situation",
    "ask_ticket_status",
    "add_to_complaint",
    "withdraw_complaint",
    "talk_to_person",
    "rate_service",
    "report_fraud",
    "express_distress",
    "forbidden_request",
    "greet",
    "thank",
    "goodbye",
    "bot_challenge",
)
"""Intents that stand by themselves; what only answers a question of the assistant's is nothing to learn from here."""
OUT_OF_SCOPE = "out_of_scope"
ASK_QUESTION = "ask_question"
DISMISSALS = ("noise", "rare", "elsewhere", "private")
LONGEST = 200
"""Characters of what may become an asking; who writes more tells a story."""
TREND_DAYS = 14
_FAILED = '"choice": "failed"'
_PERSON = "/talk_to_person"
_STEPS = 5


@dataclass(frozen=True)
class Line:
    """A line of a transcript. ``sends`` is what a pressed button sent, ``pressed`` the line that offered it."""

    seq: int
    author: str
    text: str
    at: datetime
    kind: str | None = None
    sends: str | None = None
    pressed: int | None = None
    reply_to: int | None = None
    payloads: tuple[str, ...] = ()
    article_key: str | None = None
    answer_id: int | None = None

    @property
    def is_typed(self) -> bool:
        """Whether the customer said it in words (a button whose words are the message counts)."""
        return self.author == "customer" and not (self.sends or "").startswith(("/", "kesu:"))


@dataclass(frozen=True)
class Failure:
    """What was asked and not served, when, and the article that did not help."""

    text: str
    at: datetime
    reason: str
    article_key: str | None = None


def failures(lines: Sequence[Line], unhelpful: Collection[int] = ()) -> Iterator[Failure]:
    """What a transcript shows; ``unhelpful`` are the ids of answers with a thumb down."""
    known = {line.seq: line for line in lines}
    for line in lines:
        reason = _reason(line, known, unhelpful)
        if reason is None:
            continue
        answer = line
        if reason == "rejected":
            answer = known[line.pressed or 0]
        elif reason == "handed_over":
            answer = known[_answer_before(line, known) or 0]
        question = asked(answer, known)
        if question is not None:
            yield Failure(question.text, question.at, reason, answer.article_key)


def asked(answer: Line, known: Mapping[int, Line]) -> Line | None:
    """The typed line that led to an answer, through the buttons pressed in between; None when it is not known."""
    line = known.get(answer.reply_to or 0)
    for _ in range(_STEPS):
        if line is None or line.is_typed:
            return line
        offered = known.get(line.pressed or 0)
        line = known.get(offered.reply_to or 0) if offered is not None else None
    return None


def _reason(line: Line, known: Mapping[int, Line], unhelpful: Collection[int]) -> str | None:
    if line.answer_id is not None and line.answer_id in unhelpful:
        return "thumbs_down"
    if line.author == "bot" and any(_FAILED in payload for payload in line.payloads):
        return "fallback"
    offered = known.get(line.pressed or 0)
    if offered is not None and offered.kind == "choices" and (line.sends or "").startswith(_PERSON):
        return "rejected"
    if line.kind == "handoff" and line.author == "bot" and _answer_before(line, known) is not None:
        return "handed_over"
    return None


def _answer_before(handoff: Line, known: Mapping[int, Line]) -> int | None:
    """The article that was the last thing said before the customer asked for a person."""
    request = known.get(handoff.reply_to or 0)
    earlier = [line for line in known.values() if request is not None and line.seq < request.seq]
    before = max(earlier, key=lambda line: line.seq, default=None)
    return before.seq if before is not None and before.author == "bot" and before.kind == "article" else None


def is_learnable(text: str) -> bool:
    """Whether a text may be taught: not a story, and nothing in it was masked, which would be kept for good."""
    return len(text) <= LONGEST and "*" not in text


def stronger(reason: str, other: str) -> bool:
    """Whether the first reason says more than the second."""
    return REASONS.index(reason) < REASONS.index(other)


def trend(said_at: Sequence[datetime], now: datetime) -> tuple[int, ...]:
    """How often on each of the last TREND_DAYS days, the oldest first, counted back from now."""
    days = Counter((now - at) // timedelta(days=1) for at in said_at)
    return tuple(days[back] for back in reversed(range(TREND_DAYS)))


def week_on_week(days: Sequence[int]) -> tuple[int, int]:
    """This week and the one before, out of a trend."""
    half = len(days) // 2
    return sum(days[half:]), sum(days[:half])


def forget_before(now: datetime, keep_days: int) -> datetime:
    """What was last said before this is forgotten unless it was taught."""
    return now - timedelta(days=keep_days)
