"""Which skill serves a message: the open task first, then the skill of its intent, then back to the task."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from actions import (
    addition,
    answer,
    complaint,
    fallback,
    handover,
    plain_words,
    rating,
    refusal,
    repeated,
    situation,
    small_talk,
    stray,
    tasks,
    ticket_status,
    withdrawal,
)
from actions.own_tickets import CHOICE
from actions.question import Question
from actions.turn import Turn

Skill = Callable[[Turn], None]

SKILLS: dict[str, Skill] = {
    "ask_question": answer.answer_question,
    "open_complaint": complaint.open_complaint,
    "tell_situation": situation.take_situation,
    "add_to_complaint": addition.add_to_complaint,
    "ask_ticket_status": ticket_status.serve_status,
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
    "forbidden_request": refusal.refuse,
    "nlu_fallback": fallback.not_understood,
}


@dataclass(frozen=True)
class Task:
    """A kind of task: what it may be asking, how it takes a message, how it asks again."""

    steps: tuple[str, ...]
    go_on: Callable[[Turn], str]
    ask: Callable[..., None]


def _task(question: Question) -> Task:
    return Task(question.steps, question.go_on, question.ask)


TASKS: dict[str, Task] = {
    complaint.KIND: Task(complaint.STEPS, complaint.go_on, complaint.ask),
    addition.ADDITION.kind: _task(addition.ADDITION),
    withdrawal.WITHDRAWAL.kind: _task(withdrawal.WITHDRAWAL),
    rating.RATING.kind: _task(rating.RATING),
    repeated.SAME.kind: _task(repeated.SAME),
    CHOICE.kind: _task(CHOICE),
}
"""Every kind of task with everything it may ask. The conversation tests interrupt each of these questions."""

_CARRY_ON = re.compile(
    r"^(?:好的?[，, ]*)?(?:我(?:想|要))?(?:接着|继续|繼續)(?:刚才|剛才|上次|之前|填|投诉|投訴|办|说|来|吧|那个|那件|写|评价|补充|撤诉|的|了)*[。.!！]*$"
    r"|^(?:ok(?:ay)?,? )?(?:let'?s |please |i(?:'d like| want)? to )?(?:continue|go on|carry on|resume|pick up)(?: (?:with|where we left off|my|the|that|this|complaint|form|please|then|it|rating))*[.!]*$"
    r"|^(?:能|可以|我们?|想|把)*(?:回到|说回|接着|继续|繼續|再说)?(?:刚才|剛才|之前|前面|上次)(?:说)?的?(?:那个|那件|那份)?(?:投诉|投訴)(?:接着|继续|再)?(?:填|弄|办|说)?(?:完|下去)?(?:吧|吗|行吗|可以吗|好吗|了|[？?。.!！])*$"
    r"|^(?:ok(?:ay)?|please|so|now|and|[, ])*+(?:(?:can|could|may) (?:i|we)|i(?:'d like| want| would like) to|let'?s|let me)?(?: now| please)* ?(?:finish|complete|continue|resume|go back to|return to|get back to|carry on with|go on with) (?:with )?(?:the|my|that|our) (?:earlier |first |old |unfinished )?complaint(?: (?:about|on|against) .{1,40}?)?(?: now| please| then)*[.!?]*$",
    re.IGNORECASE,
)


def serve(turn: Turn) -> None:
    """The skill of the message's intent."""
    SKILLS.get(turn.intent, stray.take_stray)(turn)


def take_up(turn: Turn) -> bool:
    """Whether the message takes up what was put aside: its button, or “接着填” while nothing is open."""
    nonce = str(turn.field("form") or "") if turn.field("choice") == "resume" else ""
    if not nonce and not turn.is_button and not turn.memory.get("tasks") and _CARRY_ON.match(turn.text.strip()):
        nonce = (tasks.aside(turn) or {}).get("nonce", "")
    if not nonce or not (tasks.take_up(turn, nonce) or tasks.is_open(turn, nonce)):
        return False
    _resume(turn)
    return True


def _resume(turn: Turn) -> None:
    """The open task from where it stands, with a clean slate."""
    task = tasks.top(turn) or {}
    if task["kind"] == complaint.KIND:
        complaint.take_up(turn)
    else:
        task |= {"failures": 0, "offered_person": False}
        TASKS[task["kind"]].ask(turn, lead="task.resumed")


def continue_task(turn: Turn) -> None:
    """Offers the message to the task asked; serves it as a digression; asks again what is open then."""
    if nonce := str(turn.field("form") or "").partition(".")[0]:
        tasks.uncover(turn, nonce)
    asked, open_before = tasks.top(turn), list(turn.memory.get("tasks") or [])
    if asked is None:
        serve(turn)
        return
    if not turn.is_button and _CARRY_ON.match(turn.text.strip()):
        _resume(turn)
        return
    if not turn.is_button and plain_words.wants_message(turn.text):
        handover.hand_over(turn)
        return
    follow = TASKS[asked["kind"]].go_on(turn)
    if follow == "person":
        handover.call_a_person(turn, "failed")
    elif follow == "digress":
        serve(turn)
    now = tasks.top(turn)
    if now in open_before and (follow == "digress" or now is not asked):
        ask_again(turn)


def ask_again(turn: Turn) -> None:
    """Back to the open question, if there is one."""
    if task := tasks.top(turn):
        lead = "complaint.resume" if task["kind"] == complaint.KIND else "task.resume"
        TASKS[task["kind"]].ask(turn, lead=lead)
