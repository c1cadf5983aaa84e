"""Which of the customer's own tickets is meant: the one named, the only one, or the one they choose."""

from __future__ import annotations

import re

from actions import tasks
from actions.api import Json
from actions.complaint_vocabulary import ORDINALS
from actions.question import Question
from actions.tasks import State
from actions.turn import Button, Turn

MOST_SHOWN = 6


def find_ticket(turn: Turn, intent: str, *, state: str, none: str) -> Json | None:
    """The ticket a message is about, or None after saying what is missing or asking which.

    `intent` is what is wanted with the ticket, `none` the text when there are no tickets. A number that is not the
    customer's ends in ApiProblem with the API's own 404 text.
    """
    if number := turn.named("ticket_number"):
        ticket = turn.api.ticket(str(number))
        # A merged ticket's number stands for the one that goes on.
        return turn.api.ticket(str(ticket["merged_into"])) if ticket.get("merged_into") else ticket
    tickets = turn.api.tickets(state)
    if not tickets:
        turn.say(none, buttons=[turn.button("complain", "open_complaint"), turn.button("person", "talk_to_person")])
        return None
    ends = _by_last_digits(turn.text, tickets) if not turn.is_button else []
    if len(tickets) == 1 or len(ends) == 1:
        return ends[0] if ends else tickets[0]
    shown = [{"number": str(ticket["number"]), "title": _title(ticket)} for ticket in tickets[:MOST_SHOWN]]
    CHOICE.begin(turn, wanted=intent, count=len(tickets), tickets=shown)
    return None


def _take(turn: Turn, task: State) -> bool | None:
    """The ticket chosen is handed to the skill that wanted it; asking for the same again asks which again."""
    number = turn.field("ticket_number") if turn.is_button else _number(turn, task)
    if number in [ticket["number"] for ticket in task["tickets"]]:
        tasks.close(turn, CHOICE.kind)
        turn.entities.append({"entity": "ticket_number", "value": number})
        turn.intent = task["wanted"]
        return None
    if turn.intent == task["wanted"] and not turn.named("ticket_number") and not turn.is_button:
        CHOICE.ask(turn)
        return True
    return False


def _number(turn: Turn, task: State) -> str | None:
    """The number named in full, by its last digits, by its place, or by its title's words."""
    if number := turn.named("ticket_number"):
        return str(number)
    text, known = turn.text.strip().lower(), task["tickets"]
    if len(text) > 24:
        return None
    if re.search(r"\d{2,5}(?!\d)", text):
        ends = _by_last_digits(text, known, least=2)
        return ends[0]["number"] if len(ends) == 1 else None
    place = next((place for pattern, place in ORDINALS.items() if re.search(pattern, text)), None)
    if place is not None:
        return known[place]["number"] if place < len(known) else None
    named = [t["number"] for t in known if any(part.lower() in text for part in t["title"].split(" · ")[1:])]
    return named[0] if len(named) == 1 else None


def _by_last_digits(text: str, known: list[Json], *, least: int = 4) -> list[Json]:
    """The tickets whose number ends in the first few digits that a text names: “刚才那个工单00013”."""
    digits = re.search(rf"(?<!\d)\d{{{least},5}}(?!\d)", text)
    return [ticket for ticket in known if digits and str(ticket["number"]).endswith(digits.group())]


def _buttons(turn: Turn, task: State) -> list[Button]:
    return [turn.titled(t["title"], task["wanted"], ticket_number=t["number"]) for t in task["tickets"]]


def _leave(turn: Turn, task: State) -> None:
    turn.memory["heard"] = None
    turn.say("ticket.left")


def _card(task: State) -> dict[str, object]:
    return {"kind": "choices"}


def _title(ticket: Json) -> str:
    return " · ".join(str(ticket[key]) for key in ("number", "category_text", "status_text") if ticket.get(key))


CHOICE = Question("ticket", ("which",), _take, _buttons, _leave, frozenset(), card=_card)
