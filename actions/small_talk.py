"""Skills of a sentence or two: greeting, thanks, goodbye, what the assistant is, and what is none of its business."""

from __future__ import annotations

from actions import tasks
from actions.turn import Button, Turn


def menu(turn: Turn) -> list[Button]:
    """What the assistant can do, as buttons."""
    return [
        turn.button("complain", "open_complaint"),
        turn.button("status", "ask_ticket_status"),
        turn.button("person", "talk_to_person"),
    ]


def greet(turn: Turn) -> None:
    """Returns a greeting; in the middle of something, says that one is still here."""
    if turn.memory.get("tasks"):
        turn.say("talk.still_here")
    else:
        turn.say("talk.greet", buttons=menu(turn))


def thank(turn: Turn) -> None:
    """Accepts thanks."""
    turn.say("talk.thank")


def say_goodbye(turn: Turn) -> None:
    """Says goodbye; what was not finished is kept, and not asked for again."""
    if left := tasks.put_aside(turn):
        turn.say("talk.goodbye_kept", buttons=[tasks.resume_button(turn, left)])
    else:
        turn.say("talk.goodbye")


def disclose(turn: Turn) -> None:
    """Says that it is an assistant, not a person."""
    turn.say("talk.bot", buttons=[turn.button("person", "talk_to_person")])


def decline_topic(turn: Turn) -> None:
    """Says that this is not its business, and what is."""
    turn.say("talk.out_of_scope", buttons=None if turn.memory.get("tasks") else menu(turn))
