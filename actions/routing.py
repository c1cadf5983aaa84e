"""Which skill serves a message: the open task first, then the skill of its intent, then back to the task."""

from __future__ import annotations

from collections.abc import Callable

from actions import (
    addition,
    answer,
    complaint,
    fallback,
    handover,
    rating,
    small_talk,
    stray,
    ticket_status,
    withdrawal,
)
from actions.turn import Turn

Skill = Callable[[Turn], None]

SKILLS: dict[str, Skill] = {
    "ask_question": answer.answer_question,
    "open_complaint": complaint.open_complaint,
    "add_to_complaint": addition.add_to_complaint,
    "ask_ticket_status": ticket_status.tell_status,
    "withdraw_complaint": withdrawal.withdraw,
    "talk_to_person": handover.hand_over,
    "report_fraud": handover.hand_over,
    "express_distress": handover.hand_over,
    "rate_service": rating.rate,
    "greet": small_talk.greet,
    "thank": small_talk.thank,
    "goodbye": small_talk.say_goodbye,
    "bot_challenge": small_talk.disclose,
    "out_of_scope": small_talk.decline_topic,
    "forbidden_request": small_talk.refuse,
    "nlu_fallback": fallback.not_understood,
}

PENDING: dict[str, Callable[[Turn], bool]] = {
    addition.KIND: addition.take_addition,
    withdrawal.KIND: withdrawal.take_answer,
    rating.KIND: rating.take_mark,
}


def serve(turn: Turn) -> None:
    """The skill of the message's intent."""
    SKILLS.get(turn.intent, stray.take_stray)(turn)


def continue_task(turn: Turn) -> None:
    """Offers the message to the question waiting, then to the form; serves it as a digression; resumes the form."""
    pending = turn.memory.get("pending")
    if pending and PENDING[pending["kind"]](turn):
        _resume(turn)
    elif turn.memory.get("form"):
        _form(turn)
    else:
        serve(turn)
        _resume(turn)


def _form(turn: Turn) -> None:
    follow = complaint.go_on(turn)
    if follow == "person":
        handover.call_a_person(turn, "failed")
    elif follow == "digress":
        serve(turn)
        _resume(turn)


def _resume(turn: Turn) -> None:
    if turn.memory.get("form") and not turn.memory.get("pending"):
        complaint.repeat_question(turn)
