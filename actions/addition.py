"""Skill: adds what a customer has to say to a complaint already filed."""

from __future__ import annotations

from actions import complaint_slots
from actions.api import ApiUnavailable, idempotency_key
from actions.own_tickets import find_ticket
from actions.turn import Turn

KIND = "addition"


def add_to_complaint(turn: Turn) -> None:
    """Finds the ticket, then takes the sentence itself when it says something, else asks for it."""
    ticket = find_ticket(turn, "add_to_complaint", state="open", none="addition.none")
    if ticket is None:
        turn.memory["heard"] = None if turn.is_button else turn.text
        return
    text = turn.memory.pop("heard", None) if turn.is_button else turn.text
    if text and says_something(text):
        _add(turn, ticket["number"], text)
    else:
        turn.memory["pending"] = {"kind": KIND, "number": ticket["number"]}
        turn.say("addition.ask", number=ticket["number"])


def take_addition(turn: Turn) -> bool:
    """The next typed sentence is the addition, unless it plainly wants something else."""
    number = turn.memory["pending"]["number"]
    turn.memory["pending"] = None
    if turn.is_button:
        return False
    if turn.intent in ("cancel", "deny"):
        turn.say("addition.dropped")
        return True
    if (
        turn.intent in ("talk_to_person", "report_fraud", "express_distress", "ask_ticket_status")
        and turn.confidence > 0.6
    ):
        return False
    if turn.intent == "ask_question" and complaint_slots.is_question(turn.text):
        return False
    _add(turn, number, turn.text)
    return True


def says_something(text: str) -> bool:
    """Whether a sentence holds more than the wish to add something."""
    _, colon, rest = text.replace(":", "：").partition("：")
    return len(rest.strip()) >= 4 if colon else complaint_slots.tells_more(text)


def _add(turn: Turn, number: str, text: str) -> None:
    key = idempotency_key(turn.conversation, "addition", number, turn.message_seq or text)
    try:
        turn.api.add(number, text, key)
    except ApiUnavailable:
        turn.memory["pending"] = {"kind": KIND, "number": number}
        turn.say("addition.unavailable")
        return
    turn.say(
        "addition.added",
        number=number,
        buttons=[turn.button("status", "ask_ticket_status", ticket_number=number)],
    )
