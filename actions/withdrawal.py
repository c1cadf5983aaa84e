"""Skill: takes a complaint back, after asking whether that is really meant."""

from __future__ import annotations

import re

from actions import tasks
from actions.api import ApiUnavailable, idempotency_key
from actions.own_tickets import find_ticket
from actions.question import Question
from actions.said import is_question
from actions.tasks import State
from actions.turn import Button, Turn

_NO = re.compile(r"不|别|勿|留着|继续处理|\b(?:no|not|don'?t|keep)\b", re.IGNORECASE)
_YES = re.compile(r"确认|确定|是的|^撤(?:回|销|诉|了|掉)*吧?[。!！]*$|\b(?:yes|confirm|sure)\b", re.IGNORECASE)
_NAMED = re.compile(r"撤|处理|留着|withdraw|keep", re.IGNORECASE)


def withdraw(turn: Turn) -> None:
    """Names the ticket and asks for a yes."""
    ticket = find_ticket(turn, "withdraw_complaint", state="open", none="withdrawal.none")
    if ticket is not None:
        WITHDRAWAL.begin(turn, number=ticket["number"])


def _take(turn: Turn, task: State) -> bool:
    """Yes withdraws, no keeps; anything else is not an answer and leaves the ticket as it is."""
    number = task["number"]
    if turn.is_button and turn.field("ticket_number") != number:
        return False
    typed = "" if turn.is_button else turn.text
    answers = turn.intent in ("affirm", "withdraw_complaint", "deny") or bool(_NAMED.search(typed))
    if is_question(typed):
        return False
    if turn.intent == "deny" or (answers and _NO.search(typed)):
        tasks.close(turn, WITHDRAWAL.kind)
        _leave(turn, task)
        return True
    if turn.intent == "affirm" or (answers and _YES.search(typed)):
        _withdraw(turn, number)
        return True
    return False


def _withdraw(turn: Turn, number: str) -> None:
    try:
        ticket = turn.api.withdraw(number, idempotency_key(turn.conversation, "withdrawal", number))
    except ApiUnavailable:
        turn.say("withdrawal.unavailable", number=number, buttons=_buttons(turn, {"number": number}))
        return
    tasks.close(turn, WITHDRAWAL.kind)
    turn.say("withdrawal.done", number=number, status=ticket.get("status_text") or "")


def _leave(turn: Turn, task: State) -> None:
    turn.say("withdrawal.kept", number=task["number"])


def _buttons(turn: Turn, task: State) -> list[Button]:
    return [
        turn.button("withdraw_yes", "affirm", ticket_number=task["number"]),
        turn.button("withdraw_no", "deny", ticket_number=task["number"]),
    ]


WITHDRAWAL = Question("withdrawal", ("sure",), _take, _buttons, _leave, frozenset({"withdraw_complaint"}))
