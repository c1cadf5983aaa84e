"""Skill: tells how the customer's own case stands, with its promises."""

from __future__ import annotations

from typing import Any

from actions.own_tickets import find_ticket
from actions.promises import promise_lines, ticket_card
from actions.turn import Turn


def tell_status(turn: Turn) -> None:
    """The state of the ticket named, of the only one, or a choice."""
    ticket = find_ticket(turn, "ask_ticket_status", state="all", none="tickets.none")
    if ticket is None:
        return
    answer = ticket.get("answer")
    told = turn.word(
        "tickets.status",
        number=ticket["number"],
        category=ticket.get("category_text") or "",
        status=ticket.get("status_text") or "",
        progress=ticket.get("progress_text") or "",
        promises=turn.word("tickets.answered", **answer) if answer else promise_lines(turn, ticket),
    )
    turn.say_text(
        "\n".join(line for line in told.splitlines() if line.strip()),
        buttons=_next_steps(turn, ticket),
        custom={"kind": "ticket", "card": ticket_card(ticket) | {"text": _above_card(turn, ticket)}},
    )


def _above_card(turn: Turn, ticket: dict[str, Any]) -> str:
    """What stands above the drawn ticket: how it goes, or the answer."""
    answer = ticket.get("answer")
    return turn.word("tickets.answered", **answer) if answer else str(ticket.get("progress_text") or "")


def _next_steps(turn: Turn, ticket: dict[str, object]) -> list[dict[str, str]]:
    if ticket.get("status") in ("closed", "withdrawn", "merged"):
        return [turn.button("person", "talk_to_person")]
    number = ticket["number"]
    return [
        turn.button("add", "add_to_complaint", ticket_number=number),
        turn.button("person", "talk_to_person"),
        turn.button("withdraw", "withdraw_complaint", ticket_number=number),
    ]
