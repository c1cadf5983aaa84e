"""Skill: stays with a customer who waits for a person: answers what can be answered, and says again what must not be forgotten.

Whatever they tell is for the person who comes, so no form is opened and nobody is called twice.
"""

from __future__ import annotations

from actions import answer, handover, small_talk, urgent
from actions.said import is_question
from actions.turn import Turn

DANGERS = frozenset({"fraud", "distress"})
SAFETY_TOPIC = "security-"
"""Where a deceiver is at work only articles on security are told: how a mistaken transfer is called back would mislead."""
POLITE = {"thank": small_talk.thank, "goodbye": small_talk.say_goodbye}


def accompany(turn: Turn) -> None:
    """Replies to a typed line; to a mere statement not twice in a row, for the gateway has said that it is passed on."""
    said_before = turn.memory.pop("noted", None)
    reason = urgent.reason(turn)
    danger = reason if reason in DANGERS else turn.waiting if turn.waiting in DANGERS else None
    if reason and _is_worse(reason, turn.waiting):
        handover.call_a_person(turn, reason)
        return
    asks = is_question(turn.text) or turn.intent == "ask_question"
    if asks and _tell(turn, danger):
        return
    if turn.intent in POLITE:
        POLITE[turn.intent](turn)
    elif danger:
        _say_once(turn, f"waiting.{danger}", danger, unless=None if asks else said_before, kind="warning")
    elif urgent.anger(turn.text):
        turn.memory["heated"] = 1  # the next heated line is served first (`urgent.reason`)
        _say_once(turn, "waiting.sorry", "sorry", unless=said_before)
    elif asks:
        turn.say("waiting.unknown")
    else:
        _say_once(turn, "waiting.noted", "noted", unless=said_before)


def _is_worse(reason: str, queued_for: str | None) -> bool:
    """Whether what is told now must be served before what the customer queued for."""
    return queued_for not in DANGERS and (reason in DANGERS or queued_for not in handover.URGENT)


def _say_once(turn: Turn, key: str, name: str, *, unless: object, kind: str | None = None) -> None:
    """Says it, but not twice in a row."""
    if unless != name:
        turn.memory["noted"] = name
        turn.say(key, custom={"kind": kind} if kind else None)


def _tell(turn: Turn, danger: str | None) -> bool:
    """Whether the knowledge base is sure of an answer, which is told then."""
    found = turn.try_call(turn.api.search, turn.text, turn.memory.get("topic")) or {}
    results = found.get("results") or []
    fits = results and (not danger or str(results[0].get("key")).startswith(SAFETY_TOPIC))
    if not fits or found.get("verdict") not in (("answer", "ask") if danger == "fraud" else ("answer",)):
        return False
    answer.tell_article(turn, results[0], found.get("answer_id"), supposed=found.get("verdict") == "ask")
    told = turn.replies[-1]
    told["buttons"] = [b for b in told.get("buttons") or () if b["payload"] != "/talk_to_person"]  # they wait for one
    return True
