"""Warns a customer who typed a password, a code or a full card number (the gateway has masked it already)."""

from __future__ import annotations

from actions.turn import Turn


def warn(turn: Turn) -> bool:
    """Says the warning once a message; true when the message held a secret."""
    kinds = [str(e.get("value")) for e in turn.all_named("secret")] if not turn.is_button else []
    if not kinds:
        return False
    turn.say(f"warning.{kinds[0]}", custom={"kind": "warning"})
    return True
