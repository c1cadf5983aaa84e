"""Skill: an answer nobody waits for: a bare yes or no, a number out of the blue, or a button of long ago."""

from __future__ import annotations

from actions import complaint, small_talk
from actions.turn import Turn


def take_stray(turn: Turn) -> None:
    """Buttons of an old form are explained; the rest gets the menu."""
    if token := turn.field("form"):
        complaint.tell_stale(turn, str(token))
    elif turn.is_button:
        turn.say("stray.old_button", buttons=small_talk.menu(turn))
    elif turn.intent == "deny":
        turn.say("stray.deny")
    elif turn.intent == "cancel":
        turn.say("stray.cancel")
    elif turn.named("ticket_number"):
        turn.intent = "ask_ticket_status"
        from actions.routing import serve

        serve(turn)
    else:
        turn.say("stray.what", buttons=small_talk.menu(turn))
