"""Skill: a plain fact or a bare topic that neither asks nor complains: “你们那个保险啊”, "borrowed 5k last month".

It is kept, so that a question or a complaint that follows need not repeat it, and the customer is asked what it is about.
"""

from __future__ import annotations

from actions import answer, complaint
from actions.turn import Turn


def take_situation(turn: Turn) -> None:
    """The article that such a fact calls for if one surely does, the likely ones to choose from, or “what about it?”."""
    goes_on = complaint.keep_situation(turn)
    found = turn.try_call(turn.api.search, turn.text, turn.memory.get("topic")) or {}
    results = found.get("results") or []
    if found.get("verdict") == "answer" and results:
        answer.tell_article(turn, results[0], found.get("answer_id"), supposed=True)
        return
    choices = results[: answer.MOST_CHOICES - 1] if found.get("verdict") == "ask" else []
    buttons = [turn.titled(r["question"], "ask_question", article=r["key"]) for r in choices]
    buttons += [turn.button("complain", "open_complaint"), turn.button("person", "talk_to_person")]
    turn.say("situation.go_on" if goes_on else "situation.ask", buttons=buttons)
