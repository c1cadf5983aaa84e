"""Skill: what comes to mind just after a complaint was filed: a forgotten detail, a contact, hurry, or when there will be news.

“还有新情况随时告诉我，我来补充” was promised; without this a line such as “忘了说，当时是晚上八点” fits nothing.
"""

from __future__ import annotations

import re

from actions import addition, ticket_status
from actions.complaint_vocabulary import ASKS_WHEN, COMPLAINT
from actions.said import adds, informative, is_noise, is_question
from actions.turn import Turn

SOON = 3
"""So many turns after the filing, or after what was last said of it."""
NEVER = frozenset({"withdraw_complaint", "report_fraud", "express_distress", "bot_challenge"})
"""Wishes that no detail is taken for; what is refused, or a mark, often is (“the correct address is …”)."""
FACTS = frozenset({"inform", "tell_situation", "add_to_complaint", "correct_answer"})
"""What a plain fact is taken for."""
_FORGOT = re.compile(
    r"(?:忘了?|忘记|漏了?|没)(?:跟你们?)?(?:说|讲|提|写|告诉你们?)了?|(?:刚才|刚刚|前面)(?:说|写|填|打|讲)错|(?:正确的?|准确的?|对的|真正的)[^，。]{0,8}(?:是|应该)|^(?:对了|另外|还有)[，,：:\s].*是"
    r"|\bi (?:just )?(?:forgot|remember(?:ed)?)(?: to (?:say|mention|add|tell\w*|give))?(?=[,.:;]| (?:the|it|that|to) )|\bforgot to (?:say|mention|add|tell|give)\b"
    r"|\b(?:the )?(?:correct|right|actual) (?:\w+ )?(?:\w+) (?:is|was)\b|\b(?:sorry|actually),? (?:the|it|my|his|her) .*\b(?:is|was|should be)\b"
    r"|(?:^|[.,!;]\s*)(?:also|by the way|btw|one more (?:thing|detail)),?:? (?:the|it|he|she|they|there|his|her|my|that)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:微信|[qQ]{2}|手机|电话|邮箱|地址|住址|名字|单号|订单号)(?:号码?)?(?:是|：|:)|\b(?:we ?chat|whats ?app|phone|number|e-?mail|address|name|reference)(?: (?:id|number))? (?:is|was)\b",
    re.IGNORECASE,
)
_HURRY = re.compile(
    r"(?:能|可以|请|麻烦)?(?:不能)?(?:快点|快些|尽快|加急|加快)|太(?:久|慢)了|\b(?:please )?hurry\b|\btoo (?:long|slow)\b|\b(?:faster|urgent|asap)\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"怎么|如何|\bhow\b", re.IGNORECASE)
_SECRET = re.compile(r"密码|账号|登录|\b(?:password|pin|passcode|login)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"(?:多久|什么时候|几时|几天)[^，。]{0,4}(?:能|会)?(?:处理|解决|回|有结果)|(?:工单|投诉|留言)[^，。]{0,4}(?:多久|几天|什么时候)"
    r"|\bwhen (?:will|do|does|can) (?:i|you|someone|somebody|they|anyone)\b.{0,12}\b(?:call|hear|ring|contact|reply|answer)\b|\bhow long\b.{0,20}\b(?:ticket|message)\b",
    re.IGNORECASE,
)

_TICKET = re.compile(r"工单|留言|\bmy (?:ticket|message)\b", re.IGNORECASE)


def take(turn: Turn) -> bool:
    """Whether the line belongs to the complaint filed last; it has been added, offered to be, or answered then.

    To be asked every turn: the first counts as the one after the filing.
    """
    if turn.is_button or turn.memory.get("tasks"):
        return False
    recent = turn.memory.get("recent")
    if not recent:
        return _tells_of_left_message(turn)
    soon = turn.count - recent.setdefault("since", turn.count) < SOON
    if not soon or turn.intent in NEVER or is_noise(turn.text):
        return False
    served = _serve(turn, str(recent["number"]))
    if served:
        recent["since"] = turn.count
    return served


def _tells_of_left_message(turn: Turn) -> bool:
    """“留言多久回我”: a ticket left instead of waiting was filed by the gateway, and is not remembered here."""
    if not (_TICKET.search(turn.text) and _asks_when(turn.text) and turn.try_call(turn.api.tickets, "open")):
        return False
    ticket_status.tell_status(turn)
    return True


def _serve(turn: Turn, number: str) -> bool:
    if _asks_when(turn.text):
        turn.entities.append({"entity": "ticket_number", "value": number})
        ticket_status.tell_status(turn)
    elif _is_of_it(turn):
        addition.add(turn, number, turn.text)
    elif turn.intent in FACTS and informative(turn.text) and not (is_question(turn.text) or _SECRET.search(turn.text)):
        add = turn.button("add_it", "add_to_complaint", ticket_number=number, text=turn.text)
        turn.say("addition.offer", number=number, buttons=[add])
    else:
        return False
    return True


def _asks_when(text: str) -> bool:
    return bool(ASKS_WHEN.search(text) or _WHEN.search(text))


def _is_of_it(turn: Turn) -> bool:
    """Whether the words leave no doubt that they belong to what was filed: they say so, or hurry us."""
    text = turn.text
    if _HURRY.search(text) and not _HOW.search(text):
        return len(text) <= (80 if text.isascii() else 30)
    if is_question(text) or COMPLAINT.search(text) or _SECRET.search(text):
        return False
    adding = adds(text) and addition.says_something(text)
    return adding or bool(_FORGOT.search(text)) or (turn.intent != "talk_to_person" and bool(_CONTACT.search(text)))
