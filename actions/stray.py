"""Skill: an answer nobody waits for: a bare yes or no, a number out of the blue, or a button of long ago."""

from __future__ import annotations

import re

from actions import complaint, fallback, small_talk, ticket_status
from actions.said import SHORT
from actions.turn import Turn

_NO = re.compile(r"不|没|别|唔|冇|免了|\b(?:no|nope|nah|not|nothing|don'?t|none)\b", re.IGNORECASE)
_YES = re.compile(r"^(?:好|是|对|嗯|行|可以|ok|okay|yes|yeah|yep|sure|确认|同意|中|得|没问题)", re.IGNORECASE)


def take_stray(turn: Turn) -> None:
    """Buttons of an old form are explained; a bare yes or no gets the menu; anything else was not understood."""
    if token := turn.field("form"):
        complaint.tell_stale(turn, str(token))
    elif turn.is_button:
        turn.say("stray.old_button", buttons=small_talk.menu(turn))
    elif turn.named("ticket_number"):
        ticket_status.tell_status(turn)
    elif turn.intent == "cancel":
        turn.say("stray.cancel")
    elif turn.intent == "deny" and len(turn.text) <= SHORT and _NO.search(turn.text):
        turn.say("stray.deny")
    elif _YES.search(turn.text.strip()):
        turn.say("stray.what", buttons=small_talk.menu(turn))
    else:
        fallback.not_understood(turn)
