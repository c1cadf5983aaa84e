"""Skill: notices that a complaint being told is one already filed, and offers to add to that instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from actions import tasks
from actions.api import ApiUnavailable, Json, idempotency_key
from actions.question import Question
from actions.tasks import State
from actions.turn import Button, Turn

_TOKENS = re.compile(r"[a-z]{3,}|\d+")
_COMMON = frozenset(
    [
        "the",
        "and",
        "was",
        "were",
        "been",
        "have",
        "has",
        "had",
        "for",
        "not",
        "but",
        "with",
        "that",
        "this",
        "they",
        "them",
        "you",
        "your",
        "are",
        "from",
        "still",
        "nobody",
        "yet",
        "its",
        "can",
        "any",
    ]
)
_AGAIN = re.compile(
    r"又|再次|再一次|还是(?:没|不)|还没|依然|仍然?|一直|第[二三四五\d]次|跟上次|同一|\b(?:again|still|another time|second time|same)\b",
    re.IGNORECASE,
)
_YES = re.compile(r"补充|加进|加到|同一件|就是那|是那[件个]|\b(?:add|same)\b", re.IGNORECASE)
_NO = re.compile(
    r"不是|不同|不一样|单独|另外?一?件|另一|新的|分开|别加|\b(?:different|separate|new one|not the same|another)\b",
    re.IGNORECASE,
)
_WEEKDAYS = {
    "zh": "一二三四五六日",
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def look(turn: Turn, values: Mapping[str, Any]) -> bool:
    """Asks whether an open ticket is meant, when one is like the complaint being told; false when there is none."""
    told = f"{values.get('description') or ''}"
    tickets = turn.try_call(turn.api.tickets, "open") or []
    found = next((ticket for ticket in tickets if alike(values, ticket)), None)
    if found is None or not told:
        return False
    known = {name: str(found.get(name) or "") for name in ("number", "category_text", "status_text")}
    when = _when(turn, str(found.get("created_at") or ""))
    SAME.begin(turn, note=turn.word(f"complaint.note.{'noted' if turn.replies else 'heard'}"), when=when, **known)
    return True


def alike(values: Mapping[str, Any], ticket: Json) -> bool:
    """Whether a complaint being told and a ticket are about the same matter."""
    order, amount = values.get("order_number"), values.get("amount")
    if order and order == ticket.get("order_number"):
        return True
    category = values.get("category") or values.get("category_predicted")
    same_class = bool(category) and category == ticket.get("category")
    told = str(values.get("description") or "")
    shared = overlap(told, str(ticket.get("description") or ""))
    if amount and amount == ticket.get("amount") and (same_class or shared >= 0.2):
        return True
    enough = 0.3 if _AGAIN.search(told) else 0.4
    return shared >= (enough if same_class else 0.6)


def overlap(one: str, other: str) -> float:
    """How much of the shorter text's substance is in the longer one, 0 to 1."""
    mine, theirs = _pieces(one), _pieces(other)
    smaller = min(len(mine), len(theirs))
    return len(mine & theirs) / smaller if smaller >= 3 else 0.0


def _pieces(text: str) -> frozenset[str]:
    text = text.lower()
    words = {word for word in _TOKENS.findall(text) if word not in _COMMON}
    pairs = (text[i : i + 2] for i in range(len(text) - 1))
    return frozenset(words | {pair for pair in pairs if all("㐀" <= c <= "鿿" for c in pair)})


def _take(turn: Turn, task: State) -> bool:
    """Yes adds what was told to the ticket, no goes on with a complaint of its own."""
    if turn.is_button and turn.field("ticket_number") not in (None, task["number"]):
        return False
    typed = "" if turn.is_button else turn.text
    if turn.intent == "deny" or (turn.intent != "ask_question" and _NO.search(typed)):
        tasks.close(turn, SAME.kind)
        return True
    if turn.intent == "affirm" or (turn.intent != "ask_question" and _YES.search(typed)):
        _add(turn, task)
        return True
    return False


def _add(turn: Turn, task: State) -> None:
    form = tasks.find(turn, "complaint") or {}
    text = str((form.get("values") or {}).get("description") or "")
    try:
        turn.api.add(
            task["number"], text, idempotency_key(turn.conversation, "repeated", task["number"], form.get("nonce"))
        )
    except ApiUnavailable:
        turn.say("same.unavailable", number=task["number"], buttons=_buttons(turn, task))
        return
    tasks.close(turn, SAME.kind)
    tasks.close(turn, "complaint")
    button = turn.button("status", "ask_ticket_status", ticket_number=task["number"])
    turn.say("addition.added", number=task["number"], buttons=[button])


def _leave(turn: Turn, task: State) -> None:
    """Giving up this question gives up the complaint it belongs to, which stays within reach."""
    left = tasks.put_aside(turn, only_top=True)
    if left:
        turn.say("complaint.cancelled", buttons=[tasks.resume_button(turn, left)])


def _buttons(turn: Turn, task: State) -> list[Button]:
    number = task["number"]
    return [
        turn.button("same_yes", "affirm", ticket_number=number),
        turn.button("same_no", "deny", ticket_number=number),
        turn.button("status", "ask_ticket_status", ticket_number=number),
    ]


def _when(turn: Turn, created_at: str) -> str:
    """“周一” within a week, else the date, as the customer's calendar has it."""
    try:
        day = datetime.fromisoformat(created_at.replace("Z", "+00:00")).astimezone(turn.now.tzinfo).date()
    except ValueError:
        return turn.word("same.earlier")
    ago = (turn.now.date() - day).days
    if ago == 0:
        return turn.word("same.today")
    date = f"{day.month}月{day.day}日" if turn.language == "zh" else f"{day.day} {_MONTHS[day.month - 1]}"
    weekday = _WEEKDAYS[turn.language][day.weekday()]
    if not 0 < ago < 7:
        return date
    return f"周{weekday}（{date}）" if turn.language == "zh" else f"{weekday}, {date}"


SAME = Question("same", ("which",), _take, _buttons, _leave, frozenset({"open_complaint", "add_to_complaint"}))
