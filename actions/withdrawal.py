"""Skill: takes a complaint back, after asking whether that is really meant."""

from __future__ import annotations

import re

from actions.api import ApiUnavailable, idempotency_key
from actions.own_tickets import find_ticket
from actions.turn import Turn

KIND = "withdrawal"
_NO = re.compile(r"不|别|勿|\b(?:no|not|don'?t|keep)\b", re.IGNORECASE)
_YES = re.compile(r"确认|确定|是的|^撤(?:回|销|诉)?吧?$|\b(?:yes|confirm|sure)\b", re.IGNORECASE)


def withdraw(turn: Turn) -> None:
    """Names the ticket and asks for a yes."""
    ticket = find_ticket(turn, "withdraw_complaint", state="open", none="withdrawal.none")
    if ticket is not None:
        _ask(turn, ticket["number"], "withdrawal.ask")


def take_answer(turn: Turn) -> bool:
    """Yes withdraws, no keeps; anything else is not an answer and leaves the ticket as it is."""
    number = turn.memory["pending"]["number"]
    turn.memory["pending"] = None
    pressed = turn.field("ticket_number")
    if turn.field("form"):
        return False
    typed = "" if turn.is_button else turn.text
    if turn.intent in ("deny", "cancel") or (_NO.search(typed) and turn.intent in ("affirm", "withdraw_complaint")):
        turn.say("withdrawal.kept", number=number)
        return True
    sure = turn.intent == "affirm" or (turn.intent == "withdraw_complaint" and _YES.search(typed))
    if sure and pressed in (None, number):
        _withdraw(turn, number)
        return True
    return False


def _ask(turn: Turn, number: str, key: str) -> None:
    turn.memory["pending"] = {"kind": KIND, "number": number}
    buttons = [
        turn.button("withdraw_yes", "affirm", ticket_number=number),
        turn.button("withdraw_no", "deny", ticket_number=number),
    ]
    turn.say(key, buttons=buttons, number=number)


def _withdraw(turn: Turn, number: str) -> None:
    try:
        ticket = turn.api.withdraw(number, idempotency_key(turn.conversation, "withdrawal", number))
    except ApiUnavailable:
        _ask(turn, number, "withdrawal.unavailable")
        return
    turn.say("withdrawal.done", number=number, status=ticket.get("status_text") or "")
