"""Skill: tells how the customer's own case stands, with its promises."""

from __future__ import annotations

import re
from typing import Any

from actions import answer
from actions.own_tickets import find_ticket
from actions.promises import promise_lines, ticket_card
from actions.turn import Turn

_OWN_CASE = re.compile(
    r"投诉|投訴|客诉|工单|单号|单子|案[子件]|反映|反馈|留言|进度|進度|进展|答复|回复|回音|结果|处理[得的]?(?:怎么样|咋样|好|完)|到哪|哪一步|催|人工|同事|KS-?\d|jindu"
    r"|\b(?:cases?|tickets?|complain\w*|progress|updates?|news|hear|heard|repl(?:y|ied)|outcome|reference|report(?:ed)?|KS-?\d+)\b",
    re.IGNORECASE,
)
"""What names a case of theirs, or asks for news of it."""


def serve_status(turn: Turn) -> None:
    """Their own tickets or, right after an answer and with no word of a case, what that says of it: “状态显示处理中”."""
    of_answer = answer.was_told_just_now(turn) and not (turn.named("ticket_number") or _OWN_CASE.search(turn.text))
    if turn.is_button or not of_answer:
        tell_status(turn)
    else:
        answer.tell_found(turn, turn.api.search(turn.text, answer.topic(turn)))


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
