"""What a customer makes of an answer: they leave it be, draw a conclusion they want confirmed, or have found what was lost."""

from __future__ import annotations

import re

from actions import answer
from actions.complaint_vocabulary import COMPLAINT, TROUBLE
from actions.feelings import keep_topic
from actions.said import is_question, is_short, may_lean
from actions.turn import Turn

NEVER = frozenset({"talk_to_person", "withdraw_complaint", "open_complaint", "ask_ticket_status", "rate_service"})
"""Wishes that no conclusion is taken for."""
_DECIDES = re.compile(
    r"(?:好吧?|好的|行吧?|哦|嗯|唉|算了吧?|这样啊|明白了?|知道了|那么?|我|就|先|还是|暂时|暂且|也|这次|[，,。\s])+"
    r"(?:不(?:想|要|打算|再|去|用|着急)?(?!知道|清楚|懂|对|行|好|见|能|会|到|是|在|动|显示|够|同意|记得|满意|接受|止|管用)[一-鿿]{1,6}了|(?:再|先)?(?:想想|考虑(?:考虑|一下)?|等等看?|看看))(?:吧|啊|呀|哈|再说|[。.!！~\s])*"
    r"|(?:ok(?:ay)?|fine|alright|all right|right|well|then|so|hmm+|oh|i see|got it|[,.\s])+(?:i (?:won'?t|will not|wont|'ll not)(?! (?:be|get|receive|have|accept|pay|let|stop|give|forget|wait)\b)|i(?:'ll| will) (?:leave|skip|keep|think|wait)|i'?d rather not|i(?:'ve| have)? changed my mind|let'?s not|maybe (?:later|another time|not))\b[\w' ]{0,30}[.!\s]*",
    re.IGNORECASE,
)
"""The decision not to do it, or not yet."""
_CONCLUDES = re.compile(
    r"(?:不|没|会|要|都|也|能|可以|一样|免费|算|属于|只)[^，。]{1,10}吧[?？。.~\s]*$|\w[, ]+(?:right|correct|yes)\?*\s*$|\bi guess[.\s]*$",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"我(?:再|先|就|还是|等|试|去)|算了|这样吧|帮|给我|替|请|麻烦|转|取消|都行吧|可以吧$|\b(?:all|that'?s|you'?re|you are) right\b",
    re.IGNORECASE,
)
"""Ends in “吧” or “right” and asks nothing."""
_FOUND = re.compile(
    r"(?:找到|找着|找回来|找回|翻到|捡回来|又?出现)了?(?!吗|没|么)|还回来了|原来(?:就)?在[^，。]{1,12}"
    r"|\bfound (?:it|them|my|the|both)\b|\bgot (?:my|the) (?:card|phone|wallet|bag|id)\b|\bgot (?:it|them) back\b|\bit turned up\b|\bit was (?:just )?(?:in|under|on|at|behind)\b",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"没|不|怎么|如果|要是|万一|有人|别人|\b(?:not|n't|never|if|when|someone|somebody|who|whoever|he|she|they)\b",
    re.IGNORECASE,
)
LOST = {"card-lost": "talk.found_card", "security-phone-lost": "talk.found_phone", "security-emergency-lock": "talk.found_phone"}  # fmt: skip
"""What is said to who finds again what these articles are about."""


def take(turn: Turn) -> bool:
    """Whether a line was that; it has been served then."""
    if turn.is_button or turn.memory.get("tasks"):
        return False
    text = " ".join(turn.text.split())
    if (key := LOST.get(str(turn.memory.get("topic")))) and has_found(text):
        turn.say(key)
    elif turn.intent in NEVER or COMPLAINT.search(text) or not answer.was_told_just_now(turn):
        return False
    elif decides_against(text):
        turn.say("stray.deny")
    elif concludes(text) and turn.intent != "ask_question":
        answer.tell_found(turn, turn.api.search(text, answer.topic(turn)))
        return True
    else:
        return False
    keep_topic(turn)
    return True


def decides_against(text: str) -> bool:
    """Whether a few words say that it will not be done, or not yet."""
    troubled = TROUBLE.search(text) and not text.isascii()  # “won't” is a trouble's word, too
    return bool(_DECIDES.fullmatch(text)) and may_lean(text) and not (is_question(text) or troubled)


def concludes(text: str) -> bool:
    """Whether a few words draw a conclusion and want to hear that it is right: “不借也不扣钱吧”."""
    return bool(_CONCLUDES.search(text)) and is_short(text) and not _WANTS.search(text)


def has_found(text: str) -> bool:
    """Whether somebody says that they have found what they had lost."""
    return bool(_FOUND.search(text)) and may_lean(text) and not (_NOT_FOUND.search(text) or is_question(text))
