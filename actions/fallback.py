"""Skill: what was not understood is asked again with best guesses; the second time a person is offered."""

from __future__ import annotations

from actions import answer, situation
from actions.api import Json
from actions.turn import Button, Turn

GUESSES = {"ask_question": "guess_question", "open_complaint": "complain", "add_to_complaint": "add", "ask_ticket_status": "status",
           "withdraw_complaint": "withdraw", "talk_to_person": "person", "rate_service": "rate"}  # fmt: skip


def not_understood(turn: Turn, found: Json | None = None) -> None:
    """First the knowledge base is asked whether it knows better (`found`: it was already); then two guesses; then a person."""
    if _is_a_fact(turn):
        situation.take_situation(turn)
        return
    if found is None:
        found = turn.try_call(turn.api.search, turn.text, answer.topic(turn)) or {}
    if found.get("verdict") not in answer.TOLD_AT_ONCE and answer.tells_a_detail(turn):
        answer.note(turn)
        return
    missed = int(turn.memory.get("missed") or 0) + 1
    turn.memory["missed"] = missed
    if missed >= 2:
        buttons = [
            turn.button("person", "talk_to_person", choice="failed"),
            turn.button("complain", "open_complaint"),
        ]
        turn.say("fallback.second", buttons=buttons)
        return
    if found.get("verdict") in ("answer", "passage", "ask") and found.get("results"):
        turn.memory["missed"] = 0
        answer.tell_found(turn, found)
        return
    if answer.tell_related(turn):
        return
    turn.say("fallback.first", buttons=_guesses(turn), custom={"kind": "choices"})


def _is_a_fact(turn: Turn) -> bool:
    """Whether only a plain fact and a grievance come into question: “上周提现的九百块不见了” is heard as the one, and filed as the other."""
    likely = {name for name, _ in turn.ranking[:2]}
    return not turn.is_button and not turn.memory.get("tasks") and likely == {"tell_situation", "open_complaint"}


def _guesses(turn: Turn) -> list[Button]:
    said = " ".join(turn.text.split())[:300]
    likely = [name for name, _ in turn.ranking if name in GUESSES][:2]
    likely += [name for name in ("ask_question", "open_complaint") if name not in likely][: 2 - len(likely)]
    buttons = [
        turn.button(GUESSES[name], name, **({"text": said} if name == "open_complaint" else {})) for name in likely
    ]
    return (
        [*buttons, turn.button("person", "talk_to_person", choice="failed")]
        if "talk_to_person" not in likely
        else buttons
    )
