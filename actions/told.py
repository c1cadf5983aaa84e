"""What a customer has told before a complaint begins: a trouble asked about, or plain facts; nobody needs to say it twice."""

from __future__ import annotations

from dataclasses import replace

from actions.api import Json
from actions.complaint_vocabulary import TROUBLE
from actions.said import informative
from actions.turn import Turn

MAY_COMPLAIN = 0.1
"""How likely a grievance must be for a question to be remembered as one."""
SOON = 2
"""Facts told so many turns before a complaint belong to its story."""
QUOTED = 60


def may_complain(turn: Turn) -> bool:
    """Whether what was taken for a question may well be a grievance."""
    return dict(turn.ranking[:3]).get("open_complaint", 0.0) >= MAY_COMPLAIN


def remember(turn: Turn) -> None:
    """Keeps a trouble told as a question, so that it need not be told again to whom complains about it later."""
    troubled = may_complain(turn) or TROUBLE.search(turn.text)
    if troubled and not turn.is_button and informative(turn.text):
        _keep(turn)


def remember_facts(turn: Turn) -> bool:
    """Keeps plain facts; true when they go on from others told just before."""
    goes_on = facts_before(turn)
    after = _after_facts(turn, turn.memory["told"]) if goes_on else turn
    _keep(after)
    turn.memory["told"]["facts_at"] = turn.count
    return goes_on


def facts_before(turn: Turn) -> bool:
    """Whether facts were told so shortly before that they belong to what is told now."""
    told = turn.memory.get("told") or {}
    return not turn.is_button and turn.count - told.get("facts_at", -SOON - 1) <= SOON


def recall(turn: Turn) -> Turn:
    """The turn that opens a complaint, with what was told before; it is said back to who says no more than “我要投诉”."""
    goes_on, told = facts_before(turn), turn.memory.pop("told", None)
    if told and not informative(turn.said.text):
        shown = str(told["text"])
        shown = shown if len(shown) <= QUOTED else shown[: QUOTED - 1] + "…"
        turn.say_text(turn.word("complaint.recalled", told=shown), quotes=(shown,))
        told.pop("facts_at", None)
        return replace(turn, **told, is_button=False)
    return _after_facts(turn, told) if told and goes_on else turn


def _keep(turn: Turn) -> None:
    kept = ("text", "entities", "category", "message_seq")
    turn.memory["told"] = {name: getattr(turn, name) for name in kept}


def _after_facts(turn: Turn, told: Json) -> Turn:
    """The turn as if the facts told before had been said in the same breath."""
    before = f"{told['text']}\n"
    moved = [e | {"start": e["start"] + len(before), "end": e["end"] + len(before)} for e in turn.entities]
    known = [*moved, *told["entities"]]  # what is told now comes first where both name an amount
    return replace(turn, text=before + turn.text, entities=known, message_seq=told["message_seq"])
