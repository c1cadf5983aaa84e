"""Which of the customer's own tickets is meant: the one named, the only one, or the one they choose."""

from __future__ import annotations

from actions.api import Json
from actions.turn import Turn


def find_ticket(turn: Turn, intent: str, *, state: str, none: str) -> Json | None:
    """The ticket a message is about, or None after saying what is missing.

    `intent` is what the choice buttons stand for, `none` the text when there are no tickets. A number that is not the
    customer's ends in ApiProblem with the API's own 404 text.
    """
    if number := turn.named("ticket_number"):
        return turn.api.ticket(str(number))
    tickets = turn.api.tickets(state)
    if not tickets:
        turn.say(none, buttons=[turn.button("complain", "open_complaint"), turn.button("person", "talk_to_person")])
        return None
    if len(tickets) == 1:
        return tickets[0]
    buttons = [turn.titled(_title(ticket), intent, ticket_number=ticket["number"]) for ticket in tickets[:6]]
    turn.say("tickets.which", buttons=buttons, custom={"kind": "choices"}, count=len(tickets))
    return None


def _title(ticket: Json) -> str:
    return " · ".join(str(ticket[key]) for key in ("number", "category_text", "status_text") if ticket.get(key))
