"""Skill: refuses what is never done, in approved words for each rule, and tells the rule where the rule may have been meant.

“怎么把额度变成现金” wants cash from a credit card or wants to know whether that is allowed; a wrong guess either helps with what is
forbidden or leaves a question unanswered. So a doubtful message gets both: what we never do, and the article about it.
"""

from __future__ import annotations

import re

from actions import answer, complaint, fallback
from actions.api import ApiProblem, ApiUnavailable, Json
from actions.complaint_vocabulary import COMPLAINT, REQUEST
from actions.said import is_question, may_lean
from actions.turn import Turn

_CRAFTY = re.compile(
    r"绕|避|套|伪|假|内幕|保证|稳|包|流水|代|改|删|洗|破解|黑|拆|分(?:开|几|批)|推荐|哪|什么|涨|跌|密码|验证码"
    r"|\b(?:bypass|around|avoid|fak\w+|forg\w+|insid\w+|cash(?:ing)? out|guarante\w+|sure|delete|remove|launder|split|trick|hack|best|which|what|recommend|rise|fall|password|code|otp|pin)\b",
    re.IGNORECASE,
)
"""Words of what is never done; a short question without any, right after an answer, may be about that answer."""

_STATES = re.compile(r"\b(?:is|are|was|were|has|have|had)\b", re.IGNORECASE)
"""How English says that something is so; orders have none of these."""


def refuse(turn: Turn) -> None:
    """Refuses; offers a person, and in doubt what the knowledge base says. In other words to who asks for the same again."""
    if turn.doubtful and COMPLAINT.search(turn.text):
        complaint.open_complaint(turn)
        return
    goes_on = answer.was_told_just_now(turn) and may_lean(turn.text)
    plain = goes_on and not _CRAFTY.search(turn.text)
    # "the name is in capitals at the bank"; "my daughter can do it for me?"
    asks_nothing = plain and bool(_STATES.search(turn.text)) and not REQUEST.search(turn.text)
    in_flow = plain and is_question(turn.text)
    found = _article(turn) if turn.doubtful or asks_nothing or in_flow else {}
    if found.get("results") and goes_on and (turn.doubtful or asks_nothing):
        answer.tell_found(turn, found)  # “卡里有钱啊” after an answer is no request
        return
    if asks_nothing:
        fallback.not_understood(turn, found)
        return
    if in_flow and turn.rule == "evasion":
        answer.tell_found(turn, found)  # “怎么攒得快一点” after an answer about points names no way round
        return
    turn.memory["refused_at"] = turn.count
    if found.get("results"):
        answer.tell_found(turn, found)
        _caution(turn)
        return
    again = turn.memory.get("refused") == turn.rule
    turn.memory["refused"] = turn.rule
    person = [turn.button("person", "talk_to_person")]
    if again:
        turn.say("refusal.again", never=turn.word(f"never.{turn.rule}"), buttons=person)
    else:
        turn.say(f"refusal.{turn.rule}", buttons=person)


def _caution(turn: Turn) -> None:
    """What is never done, in the same breath as the answer, and last, for most who get it asked in good faith."""
    caution = turn.word("refusal.caution", never=turn.word(f"never.{turn.rule}"))
    reply = turn.replies[-1]
    choices = (reply.get("custom") or {}).get("kind") == "choices"  # they stand right above their buttons
    reply["text"] = "\n\n".join([caution, reply["text"]] if choices else [reply["text"], caution])


def _article(turn: Turn) -> Json:
    """What the knowledge base says; nothing while it cannot be asked, for the refusal does not wait for it."""
    try:
        return turn.api.search(turn.text, answer.topic(turn))
    except (ApiUnavailable, ApiProblem):
        return {}
