"""Skill: takes a complaint back, after asking whether that is really meant."""

from __future__ import annotations

from actions.api import ApiUnavailable, idempotency_key
from actions.own_tickets import find_ticket
from actions.turn import Turn

KIND = "withdrawal"


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
    if turn.intent == "affirm" and pressed in (None, number) and not turn.field("form"):
        _withdraw(turn, number)
        return True
    if turn.intent in ("deny", "cancel") and not turn.field("form"):
        turn.say("withdrawal.kept", number=number)
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
