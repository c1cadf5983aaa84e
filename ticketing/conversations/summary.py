"""A conversation in a few lines for whoever takes over: what the customer wants, in their own words, and what was tried. Pure.

Extractive: nothing is written that was not said. Lines are ``(seq, author, text, payload)`` as the transcript holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

MOST_WISHES = 2
LONGEST_WISH = 140

_EMPTY = re.compile(
    r"(?:你好|您好|在吗|在么|喂|hi|hello|hey|嗯+|好的?|是的?|对的?|不是的?|没有|没错|确认|确定|可以|不用了?|不需要|不要|否|谢谢\w{0,2}|多谢|ok(?:ay)?|y(?:es|ep|eah)?|no(?:pe)?|n|sure|confirm(?:ed)?|correct|right|thanks?(?: you)?|请问|有人吗|人呢|anyone(?: there)?"
    r"|(?:我|想|要|请|帮我|给我|能不能|可不可以|可以|麻烦|快点?|跟|和)*(?:转|接|找|换|叫)?(?:一?个|你们|你们的)?(?:人工|真人|客服|活人|(?<=[转找换叫个])人)(?:客服|服务|坐席)?(?:说话|说|聊聊?|谈谈?|处理|来)?"
    r"|(?:(?:please|hi|hello|ok(?:ay)?|just)[, ]+)*(?:(?:can|could|may) i |(?:can|could) you |i(?:'d| would| just)? (?:want|need|like|wanna) |let me )?(?:to )?"
    r"(?:(?:talk|speak|chat) (?:to |with )|get (?:me )?|connect me (?:to |with )|transfer me to |put me through to )?"
    r"(?:a |an |some |the |your )?(?:real |live |actual )?(?:person|people|human(?: being)?|agent|representative|someone|somebody|operator)(?: (?:real|else))?(?:,? (?:please|pls|now))*)"
    r"[\s,，.。!！?？~～…、啊呀吧呢吗的了]*",
    re.IGNORECASE,
)
_TROUBLE = re.compile(
    r"没|不到|不了|不能|无法|失败|错|扣|退|被|丢|骗|冻结|投诉|少了|多了|重复|异常"
    r"|\bnot\b|n't\b|\bnever\b|\bfail|\bwrong\b|\bcharged?\b|\brefund|\bmissing\b|\bdeclined?\b|\bfrozen\b|\bcomplain|\btwice\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|怎么|为什么|为何|多久|多少|能不能|可以吗|什么时候|哪里|\b(?:how|why|when|where|what|can i|could i)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\d{2,}|[A-Za-z]{2}\d|元|块|yuan|cny|rmb|[¥￥$]", re.IGNORECASE)


_DETAIL = re.compile(
    r"(?:[A-Za-z]{0,4}[\d*]+|[¥￥$]|元|块钱?|yuan|cny|rmb|[年月日号点分:：/.,，\s+-])++", re.IGNORECASE
)
"""An amount, a number or a date alone: what a form was answered with. Not given back, or “yuan1” is read in two ways each time."""


class Line(NamedTuple):
    """One line of the transcript."""

    seq: int
    author: str
    text: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Tried:
    """Something the assistant did: ``article`` shown (``helpful`` as the customer said), ``ticket`` filed, ``form`` begun, ``status`` told."""

    kind: str
    title: str
    helpful: bool | None = None


@dataclass(frozen=True)
class Summary:
    """What the agent reads first."""

    wishes: tuple[str, ...]
    tried: tuple[Tried, ...]


def summarise(lines: Iterable[Line], *, helpful: Mapping[int, bool | None]) -> Summary:
    """The summary; ``helpful`` tells by answer id whether the customer said that an answer helped."""
    kept = list(lines)
    return Summary(wishes(kept), tuple(dict.fromkeys(_tried(kept, helpful))))


def wishes(lines: Iterable[Line]) -> tuple[str, ...]:
    """The customer's lines that say most of what they want, in their order, shortened."""
    said = [line for line in lines if is_typed(line) and not says_nothing(line.text)]
    best = sorted(said, key=lambda line: (-_weight(line.text), line.seq))[:MOST_WISHES]
    return tuple(dict.fromkeys(_shortened(line.text) for line in sorted(best, key=lambda line: line.seq)))


def last_question(lines: Iterable[Line]) -> str:
    """The customer's latest line that is about something: no nod, no detail alone, no file, and no button's words. Empty without one."""
    kept = list(lines)
    offered = {str(button.get("title")) for line in kept for button in line.payload.get("buttons") or ()}
    said = [line.text for line in kept if is_typed(line) and line.payload.get("kind") != "file"]
    asked = (text for text in reversed(said) if not says_nothing(text) and not _DETAIL.fullmatch(text.strip()))
    return next((text for text in asked if text.strip() not in offered), "")


def is_typed(line: Line) -> bool:
    """Whether the customer wrote it themselves: a pressed button says what we wrote."""
    return line.author == "customer" and "sends" not in line.payload


def says_nothing(text: str) -> bool:
    """Whether a line only greets, nods or asks for a person."""
    return _EMPTY.fullmatch(text.strip()) is not None


def _weight(text: str) -> float:
    """Trouble weighs most, then a question, then figures; length up to a point."""
    return (
        2.0 * bool(_TROUBLE.search(text))
        + bool(_ASKS.search(text))
        + bool(_NAMES.search(text))
        + min(len(text), 60) / 60
    )


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_WISH else flat[: LONGEST_WISH - 1].rstrip() + "…"


def _tried(lines: Iterable[Line], helpful: Mapping[int, bool | None]) -> Iterable[Tried]:
    for line in lines:
        if line.author != "bot":
            continue
        kind, card = line.payload.get("kind"), line.payload.get("card") or {}
        if kind == "article" and card.get("question"):
            yield Tried("article", str(card["question"]), helpful.get(card.get("answer_id", 0)))
        elif kind == "ticket" and card.get("number"):
            yield Tried("ticket", str(card["number"]))
        elif kind == "summary":
            yield Tried("form", "")
        elif kind == "promise":
            yield Tried("status", "")
