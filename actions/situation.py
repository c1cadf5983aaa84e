"""Skill: a plain fact or a bare topic that neither asks nor complains: “你们那个保险啊”, "borrowed 5k last month".

It is kept, so that a question or a complaint that follows need not repeat it, and the customer is asked what it is about.
"""

from __future__ import annotations

import re

from actions import answer, complaint
from actions.complaint_vocabulary import TROUBLE
from actions.said import is_question
from actions.told import facts_before, remember_facts
from actions.turn import Turn

_ASKS = re.compile(r"(?:能|可以|会|要|得|行|有)[^，。！？,!?不没]{0,8}不\s*$")
"""“六十七了能买不”: asks, where no form is open in which it might answer."""
GOES_ON = frozenset({"out_of_scope", "inform", "nlu_fallback"})
"""What the next fact is taken for where it alone fits nothing: “是装修用的”."""
MAY_BE_WRONG = 0.05
"""How likely a grievance must be for a fact in words of trouble to be one."""


def take_situation(turn: Turn) -> None:
    """The article, or the line of the one above, that such a fact calls for; the likely ones to choose from; or “what about it?”."""
    # "ok so i'm on month 5, nothing extra then?" right after an answer asks about that
    if _ASKS.search(turn.text) or (is_question(turn.text) and answer.was_told_just_now(turn)):
        answer.answer_question(turn)
        return
    wrong = TROUBLE.search(turn.text) and dict(turn.ranking).get("open_complaint", 0.0) >= MAY_BE_WRONG
    if wrong and not turn.memory.get("no_complaint"):
        complaint.open_complaint(turn)
        return
    goes_on = remember_facts(turn)
    found = turn.try_call(turn.api.search, turn.text, answer.topic(turn)) or {}
    results = found.get("results") or []
    if found.get("verdict") == "answer" and results:
        answer.tell_article(turn, results[0], found.get("answer_id"), supposed=True)
        return
    if results and found.get("passage") and answer.was_told_just_now(turn):
        answer.tell_found(turn, found)  # “抬头写错了”: the article above has a line about it
        return
    choices = results[: answer.MOST_CHOICES - 1] if found.get("verdict") == "ask" else []
    buttons = [turn.titled(r["question"], "ask_question", article=r["key"]) for r in choices]
    buttons += [turn.button("complain", "open_complaint"), turn.button("person", "talk_to_person")]
    turn.say("situation.go_on" if goes_on else "situation.ask", buttons=buttons)


def go_on(turn: Turn) -> bool:
    """Whether a text that fits nothing goes on from a fact told just before; it has been served then."""
    if turn.intent not in GOES_ON or is_question(turn.text) or not facts_before(turn):
        return False
    take_situation(turn)
    return True
