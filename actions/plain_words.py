"""What a few plain words mean whatever the classifier takes them for, while nothing is open: words that leave no doubt.

Each row is a pattern, and what serves it. A sentence that only contains such words among others is left to the classifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from actions import addition, answer, complaint, handover, small_talk, ticket_status, withdrawal
from actions.complaint_denial import besides_denial
from actions.said import adds, is_question
from actions.turn import Turn

_COMPLAINT = re.compile(
    r"(?:那|好|行|算了|不管|我|就|现在|直接|还是|真的|[，,。\s])*(?:要|想|得|必须|帮我|给我|幫我)?(?:要)?(?:投诉|投訴)(?:你们?|妳們|了|吧|一下|这个|這個|啊)*(?:[，,。！!\s].{0,30})?"
    r"|(?:na )?wo yao tou ?su"
    r"|(?:ok|no|so|and|then|now|please|just|[,.!\s])*i (?:want|need|wish|would like|'d like|wanna) to (?:(?:make|file|lodge|open|raise|start) an? (?:new )?complaint|complain)\b.{0,60}",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?<![不别没用要])(?:转|找|换|接|叫)(?:个|一?下|到)?(?:人工|真人|客服)(?:客服)?(?:吧|了|来|好了)?[。.!！~]*$"
    r"|(?<!n't )(?<!not )\b(?:connect|get|give|transfer|put)(?: me)?(?: (?:to|through to|with))?(?: (?:an?|the|a real|a live|your))? ?(?:agent|human|person|staff|representative)(?: please| pls| now| then)*[.!]*$",
    re.IGNORECASE,
)
"""A message that ends in the wish for a person, whatever went before."""
_MESSAGE = re.compile(
    r"(?:那|好的?|行|我|就|想|要|能|可以|给你们|[，,\s])*留(?:个|一个|条)?言(?:给客服)?(?:吧|行吗|可以吗|吗)?[。.!！?？~]*"
    r"|(?:(?:ok(?:ay)?|so|then|please|fine|well|and|just)[, ]+)*(?:(?:can|could|may) i |i(?:'d like| want| will|'ll)(?: to)? |let me )?leave (?:a |the |my )?message(?: (?:instead|then|please|here|now))*[.!?]*",
    re.IGNORECASE,
)
"""The wish to leave a message is the wish for a person; where none is there, the queue asks for the message."""
_WITHDRAWS = re.compile(
    r"撤(?:了|掉|回|销|诉)?(?:吧|它|啦|了)?[。!！~]*$|\b(?:cancel|withdraw|close|drop)\b", re.IGNORECASE
)
_WHEN_ANSWERED = re.compile(
    r"(?:那|大概|请问|你们|客服|一般|到底|[，,\s])*(?:什么时候|啥时候|几时|多久|多长时间)(?:能|会|才|可以)*(?:有人)?(?:给我)?(?:回复?|联系|答复|处理)(?:我|好|完)?(?:呢|啊|呀|吗)?[?？。\s]*"
    r"|(?:and |so |then )*(?:when|how soon) (?:will|do|can|would) (?:you|i|someone|somebody|they|a person|your colleague)(?: guys)? (?:reply|answer|get back|call|contact|respond|hear back|get an? (?:answer|reply))(?: to me| me| back| from you)*[?.\s]*",
    re.IGNORECASE,
)
"""What is asked after something of theirs, if anything of theirs is open."""
_WITHDRAWN = re.compile(
    r"^(?!.*(?:能|可以|怎么)).*撤(?:了|掉|回|销|诉)?(?:了)?(?:吗|没有?|么|嘛)[?？]*$", re.IGNORECASE
)
_SAID: tuple[tuple[str, str], ...] = (
    (
        "talk.ask",
        r"(?:那|我|嗯|你好|您好|请问|不好意思|[，,\s])*(?:有|想|还有|还想)(?:个|一个|几个|点|些|一下)?(?:问题|事情?|东西)?(?:想|要)?(?:问|请教|咨询|諮詢)(?:一?下|你|您|你们|个问题|点事|问题)*[。.!！~]*"
        r"|(?:我|还)*有(?:个|一个)?(?:问题|疑问)[。.!！~]*|(?:hi|hello|so|ok|,|\s)*(?:i have (?:a|another|one more|some) questions?|(?:can|may|could) i ask (?:you )?(?:something|a question|one thing|smth))(?: please)?[.?!]*",
    ),
    (
        "talk.here",
        r"[\s。．.…?？!！~～、,，]+|(?:你|您)?(?:还)?在(?:么|吗|不|嘛|线吗|不在)?[?？!！。~]*|喂+[?？!！。~]*|(?:are )?(?:you |u )?(?:still )?there[?!.]*",
    ),
    (
        "stray.deny",
        r"(?:嗯|好的?|行|哦|那|[，,\s])*(?:没事(?:儿)?了|没(?:有)?别的(?:了|事了?|问题)?|没(?:有)?(?:其他|什么)?问题了|就这些了?)[，,。.!！~\s]*(?:(?:谢谢?(?:你|您|啊|了)?|多谢|辛苦了?)[。.!！~\s]*)?"
        r"|(?:(?:ok(?:ay)?|no|great|alright)[, ]+)*(?:that'?s all|that is all|nothing else|no more questions|no other questions)(?: for now| thanks?| thank you|[,.! ])*",
    ),
    (
        "talk.help",
        r"(?:请|你|您|能|可以|可否|[，,\s])*(?:帮帮我|帮我一下|帮帮忙|帮个忙|帮我)(?:吗|好吗|行吗|吧)?[?？。!！~]*"
        r"|(?:hi|hello|hey|pls|please|,|\s)*(?:can|could|will) (?:you|u) (?:please |pls )?help(?: me)?(?: out)?(?: please| pls)?[?.!]*|(?:please |pls )?help(?: me)?(?: please| pls)?[.!?]*",
    ),
    (
        "talk.languages",
        r".{0,20}\b(?:speak|talk|write|reply|chat|have|support|in)\b.{0,12}\b(?:hindi|urdu|tamil|bengali|malay|bahasa|tagalog|filipino|french|spanish|arabic|japanese|korean|thai|vietnamese|russian|german|portuguese|yoruba|igbo|hausa|swahili)\b.{0,15}"
        r"|.{0,10}(?:说|講|讲|用|会|支持)(?:不会)?(?:日语|日文|韩语|韩文|法语|德语|俄语|西班牙语|泰语|越南语|藏语|维语|蒙语|上海话|闽南话|四川话)(?:吗|么|不)?.{0,6}",
    ),
)
_PRAISES = re.compile(
    r"(?:服务|态度|客服|app|软件|你们?|这个|做得?|用着|办事)[^，。？?不没]{0,10}(?:真不错|挺不错|还不错|不错|真好(?!意思)|挺好|特别好|很好|太好了|好用|给力|贴心|周到|[真很太挺]棒)|替我(?:谢谢|表扬)|夸[你您]|表扬(?:一下)?(?:你们?|客服|她|他)"
    r"|\b(?:you(?:'re| are)? (?:so |very |really )?(?:kind|helpful|great|awesome)|good job|well done|great (?:service|app|job|work)|love (?:your|this|the) (?:app|service)|(?:better|faster|quicker) than (?:my|other|the)|(?:works?|worked) (?:great|well|perfectly)|that was (?:quick|fast|easy))\b",
    re.IGNORECASE,
)
_BUT_BAD = re.compile(
    r"但|可是|就是(?!.{0,4}好)|不过|然而|才怪|不(?!错|过)|没(?!投诉|有投诉|得说|话说)|投诉(?<!没投诉)(?<!没有投诉)|差|\b(?:but|not|n't|never|however|except|joke|sarcas\w*|yeah right|nothing|complain\w*)\b",
    re.IGNORECASE,
)
LONGEST_PRAISE = 80
SAID = [(key, re.compile(words, re.IGNORECASE)) for key, words in _SAID]
_THANKS, _WAVES = re.compile(r"[\s🙏👍❤️😊😄🥰👌💪🌹🌸😁☺️😘]+"), re.compile(r"[\s👋]+")
WITH_MENU = frozenset({"talk.here", "talk.help"})


def wants_message(text: str) -> bool:
    """Whether a text is the wish to leave a message and nothing else."""
    return _MESSAGE.fullmatch(" ".join(text.split())) is not None


def take(turn: Turn) -> bool:
    """Whether plain words said what is wanted; it has been served then."""
    if turn.is_button or turn.memory.get("tasks"):
        return False
    text = " ".join(turn.text.split())
    if _is_praise(text):
        turn.say("talk.praised")
        return True
    serve = _case_of(turn, text)
    if serve is not None:
        serve(turn)
        return True
    if _WAVES.fullmatch(text) or _THANKS.fullmatch(text):
        (small_talk.greet if _WAVES.fullmatch(text) else small_talk.thank)(turn)
        return True
    key = next((key for key, words in SAID if words.fullmatch(text)), None)
    if key is None:
        return False
    turn.say(key, buttons=small_talk.menu(turn) if key in WITH_MENU else None)
    return True


def _is_praise(text: str) -> bool:
    """Whether a text praises, asks nothing and holds nothing against us."""
    return (
        len(text) <= LONGEST_PRAISE
        and bool(_PRAISES.search(text))
        and not (_BUT_BAD.search(text) or is_question(text.rstrip("呢哈 ")))
    )


def _go_on_without(turn: Turn) -> None:
    """What is said besides a denial; “不用投诉了，我等等看” asks nothing."""
    if is_question(turn.text) or (turn.try_call(turn.api.search, turn.text, None) or {}).get("results"):
        answer.answer_question(turn)
    else:
        turn.say("stray.deny")


def _ask(turn: Turn) -> None:
    turn.say("talk.ask")


def _case_of(turn: Turn, text: str) -> Callable[[Turn], None] | None:
    """What is to be done with a complaint of theirs, new, filed or none."""
    if (rest := besides_denial(text)) is not None:
        turn.text, turn.intent = rest, "ask_question"
        turn.memory["no_complaint"] = True
        return _go_on_without if rest else _ask
    if _COMPLAINT.fullmatch(text) and not is_question(text):
        return complaint.open_complaint
    if wants_message(text) or (_PERSON.search(text) and not is_question(text)):
        return handover.hand_over
    if _WITHDRAWN.search(text) or (_WHEN_ANSWERED.fullmatch(text) and turn.try_call(turn.api.tickets, "open")):
        return ticket_status.tell_status
    named = turn.named("ticket_number") is not None
    if _WITHDRAWS.search(text) and not is_question(text) and (named or "撤" in text[-4:]):
        return withdrawal.withdraw
    if turn.intent == "add_to_complaint":
        return None
    if adds(text) and not is_question(text) and turn.try_call(turn.api.tickets, "open"):
        return addition.add_to_complaint
    return None
