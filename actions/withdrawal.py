"""Skill: takes a complaint back, after asking whether that is really meant."""

from __future__ import annotations

import re

from actions import tasks
from actions.api import ApiUnavailable, idempotency_key
from actions.own_tickets import find_ticket
from actions.question import Question
from actions.said import is_question
from actions.tasks import State
from actions.turn import Button, Turn

_NO = re.compile(r"不|别|勿|留着|继续处理|\b(?:no|not|don'?t|keep)\b", re.IGNORECASE)
_YES = re.compile(r"确认|确定|是的|^撤(?:回|销|诉|了|掉)*吧?[。!！]*$|\b(?:yes|confirm|sure)\b", re.IGNORECASE)
_NAMED = re.compile(r"撤|处理|留着|withdraw|keep", re.IGNORECASE)

_WANTED = re.compile(
    r"(?:^|[，,。；;！!\s])(?:那|就|请|麻烦|我?[要想]|帮我|给我|你们?|可以|先)*(?:(?:把)?(?:我的|这个|那个)*(?:投诉|工单)?(?:给我|帮我)?撤(?:了|掉|回|销|诉)?(?:我的|这个|那个)?(?:投诉|工单)?|取消(?:掉|了)?(?:我的|这个|那个)?(?:投诉|工单)|把(?:我的|这个|那个)*(?:投诉|工单)(?:给我)?取消(?:掉|了)?)(?:吧|了)?[。.!！~\s]*$"
    r"|(?:^|[,.;!]|\b(?:so|and|please|just|now|to|can you|want to|like to))\s*(?:withdraw|cancel|close|drop) (?:the|my|this|that) (?:complaint|case)(?: (?:please|now|then|thanks?))*[.!\s]*$",
    re.IGNORECASE,
)
_NOT_WANTED = re.compile(
    r"[让叫要逼劝]我|不[要想会肯]?撤|[没别]撤|\b(?:tells?|told|asks?|asked|made|force[ds]?|want(?:s|ed)?) (?:me|us)\b|\b(?:not|never|don'?t|won'?t)\b[^,.;]{0,12}(?:withdraw|cancel|close|drop)",
    re.IGNORECASE,
)


def is_wanted(text: str) -> bool:
    """Whether a text ends by asking for the complaint to be taken back: “他们打过电话了，撤诉吧”."""
    return bool(_WANTED.search(text)) and not (_NOT_WANTED.search(text) or is_question(text))


def withdraw(turn: Turn) -> None:
    """Names the ticket and asks for a yes."""
    ticket = find_ticket(turn, "withdraw_complaint", state="open", none="withdrawal.none")
    if ticket is not None:
        WITHDRAWAL.begin(turn, number=ticket["number"])


def _take(turn: Turn, task: State) -> bool:
    """Yes withdraws, no keeps; anything else is not an answer and leaves the ticket as it is."""
    number = task["number"]
    if turn.is_button and turn.field("ticket_number") != number:
        return False
    typed = "" if turn.is_button else turn.text
    answers = turn.intent in ("affirm", "withdraw_complaint", "deny") or bool(_NAMED.search(typed))
    if is_question(typed):
        return False
    if turn.intent == "deny" or (answers and _NO.search(typed)):
        tasks.close(turn, WITHDRAWAL.kind)
        _leave(turn, task)
        return True
    if turn.intent == "affirm" or (answers and _YES.search(typed)):
        _withdraw(turn, number)
        return True
    return False


def _withdraw(turn: Turn, number: str) -> None:
    try:
        ticket = turn.api.withdraw(number, idempotency_key(turn.conversation, "withdrawal", number))
    except ApiUnavailable:
        turn.say("withdrawal.unavailable", number=number, buttons=_buttons(turn, {"number": number}))
        return
    tasks.close(turn, WITHDRAWAL.kind)
    if (turn.memory.get("recent") or {}).get("number") == number:
        turn.memory["recent"] = None  # nothing more is added to it
    turn.say("withdrawal.done", number=number, status=ticket.get("status_text") or "")


def _leave(turn: Turn, task: State) -> None:
    turn.say("withdrawal.kept", number=task["number"])


def _buttons(turn: Turn, task: State) -> list[Button]:
    return [
        turn.button("withdraw_yes", "affirm", ticket_number=task["number"]),
        turn.button("withdraw_no", "deny", ticket_number=task["number"]),
    ]


WITHDRAWAL = Question("withdrawal", ("sure",), _take, _buttons, _leave, frozenset({"withdraw_complaint"}))
