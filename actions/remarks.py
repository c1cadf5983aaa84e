"""What is said before anything else about a message: a warning, a calming word, the language changed.

Each looks at every message of every task. When a message held nothing else, it is spent: the open question is repeated.
"""

from __future__ import annotations

import re

from actions import bereaved, danger, feelings, suspicion, urgent
from actions.said import informative, is_noise, is_question
from actions.turn import Turn

_ENGLISH = re.compile(
    r"(?:说|講|讲|用|换|换成|切换到?|改成)\s*(?:一下)?(?:英文|英语|英語|english)|\b(?:in|speak|switch to|back to|use|write|reply in) english\b(?! (?!please|pls|now|only|and|or|but|if|so|thanks?|to|for|i)\w)|\benglish,? please\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?:说|講|讲|用|换|换成|切换到?|改成)\s*(?:一下)?(?:中文|汉语|普通话|國語|chinese)|\b(?:in|speak|switch to|back to|use|reply in) (?:chinese|mandarin)\b(?! (?!please|pls|now|only|and|or|but|if|so|thanks?|to|for|i)\w)|\bchinese,? please\b",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"请|請|可以|能|吗|嗎|你们?|您|我|想|继续|跟|和|了|好的|一下|\b(?:can|could|would|you|we|i|please|want|would like|to|continue|like|me|do|does|anyone|there|sorry|my|is|not|good|don't|understand)\b|[?？!！,，。.\s]",
    re.IGNORECASE,
)
_OTHER_FACTS = ("amount", "order_number", "ticket_number", "phone", "email", "number", "product")
_SECRET_WORDS = re.compile(
    r"(?:我的|这是|就?是|登录|登陆|支付|交易|银行卡?号?|信用卡|储蓄卡|卡号|身份证号?码?|验证码|密码|号码|收到的?|短信|给你|发你|[\d*\s:：，,。])++"
    r"|\b(?:my|the|is|it's|here|here's|password|code|card|number|verification|bank|id|pin|otp|login|this|you|for|a)\b",
    re.IGNORECASE,
)


_LINK = re.compile(
    r"https?://|\bwww\.|\b[a-z0-9-]++\.(?:com|cn|top|net|xyz|vip|cc|info|shop|club|site|online|link)\b(?:/\S*)?",
    re.IGNORECASE,
)
_LURE = re.compile(
    r"【[^】]{2,12}】|\[[^\]]{2,20}\]|(?:点击|點擊|登录|访问|打开|验证|驗證|核实|激活|解冻|领取).{0,20}(?:链接|網址|网址|http|www)|(?:将被|即将|已被|被)(?:冻结|凍結|停用|注销|限制)"
    r"|\b(?:verify|click|tap|confirm|unlock|claim|suspended|frozen|expires?|deactivated|prize|parcel)\b",
    re.IGNORECASE,
)
"""What such messages say beside their link."""

_FRAUD_ARTICLES = frozenset({"security-scam-in-progress", "security-stolen-funds", danger.ABOUT_OTHERS})


def make(turn: Turn, *, calm: bool) -> bool:
    """Says what has to be said first, a calming word only if `calm`; true when that was all the message called for."""
    if turn.is_button:
        return False
    bereaved.hear(turn)
    remarks = (
        _warn_of_secrets(turn),
        _warn_of_link(turn),
        _change_language(turn),
        _protect(turn) if calm else None,
        _sympathise(turn) if calm else None,
        _mourn(turn) if calm else None,
        _acknowledge_report(turn) if calm else None,
        _deny_such(turn) if calm else None,
        _reassure(turn),
        _calm(turn) if calm else None,
    )
    return any(remark is not None for remark in remarks) and all(remark is not False for remark in remarks)


def _warn_of_secrets(turn: Turn) -> bool | None:
    """A warning about a typed password, code or number (the gateway has masked it already), once a message."""
    kinds = [str(e.get("value")) for e in turn.all_named("secret")]
    if not kinds:
        return None
    turn.say(f"warning.{kinds[0]}", custom={"kind": "warning"})
    return not _tells(turn, _SECRET_WORDS.sub(" ", turn.text))


def _warn_of_link(turn: Turn) -> bool | None:
    """A warning about a message with a link that was pasted whole: who sent it is not the customer, so it is not served."""
    if not _LINK.search(turn.text) or not _LURE.search(turn.text):
        return None
    turn.say("warning.link", custom={"kind": "warning"})
    return True


def _protect(turn: Turn) -> bool | None:
    """What to do at once for someone whose money was taken by others, once a conversation; their complaint is taken all the same."""
    if (
        turn.memory.get("protected")
        or turn.intent == "report_fraud"
        or not urgent.stolen(turn.text, asked=bool(turn.memory.get("tasks")))
    ):
        return None
    turn.memory["protected"] = True
    turn.say("warning.stolen", buttons=[turn.button("person", "talk_to_person")], custom={"kind": "warning"})
    return False


def _sympathise(turn: Turn) -> bool | None:
    """A sentence for someone in grief or hardship, once a conversation; it decides nothing about what they say."""
    if turn.memory.get("sympathised") or not urgent.is_hardship(turn.text):
        return None
    turn.memory["sympathised"] = True
    turn.say("talk.bereaved" if urgent.BEREAVED.search(turn.text) else "talk.hard_up")
    return None


def _mourn(turn: Turn) -> bool | None:
    """What who lost somebody asks about that is served before it is read without the death."""
    return bereaved.take(turn) or None


def _acknowledge_report(turn: Turn) -> bool | None:
    """“报过警了” after an article about a fraud: what comes next; the police's case number is none of ours to look up."""
    about_fraud = str(turn.memory.get("topic")) in _FRAUD_ARTICLES
    of_receipt = danger.asks_of_receipt(turn.text)
    asks = (is_question(turn.text) and not of_receipt) or turn.memory.get("tasks")
    if not about_fraud or asks or not (of_receipt or "reported" in suspicion.deeds(turn.text)):
        return None
    turn.say(
        "danger.fraud.receipt" if of_receipt else "danger.fraud.reported",
        buttons=[turn.button("person", "talk_to_person")],
    )
    return True


def _deny_such(turn: Turn) -> bool | None:
    """“真有这种保险吗” after hints of a fraud or an article about one: a flat no."""
    about_fraud = turn.memory.get("hints") or str(turn.memory.get("topic")) in _FRAUD_ARTICLES
    if not about_fraud or turn.memory.get("tasks") or not danger.asks_if_real(turn.text):
        return None
    turn.say("danger.fraud.such", buttons=[turn.button("person", "talk_to_person")])
    return True


def _reassure(turn: Turn) -> bool | None:
    """“还不上会坐牢吗”: what the law says, wherever it is asked; there is no article about it."""
    if turn.waiting in (danger.FRAUD, danger.DISTRESS) or not danger.fears_law(turn.text):
        return None
    turn.say("danger.distress.law")
    return True


def _change_language(turn: Turn) -> bool | None:
    """“请说英文”: from here on in that language, until they clearly write in the other."""
    wanted = "en" if _ENGLISH.search(turn.text) else "zh" if _CHINESE.search(turn.text) else None
    if wanted is None:
        return None
    only = len(_POLITE.sub("", _CHINESE.sub("", _ENGLISH.sub("", turn.text)))) < 6
    if wanted == turn.language and not only:
        return None  # “is the invoice in English, too” asks about something else
    turn.language = turn.memory["language_wanted"] = wanted
    turn.say("talk.language")
    return only


def _calm(turn: Turn) -> bool | None:
    """A word of regret for someone heated, with the way to a person; the second time a person is called (`urgent`)."""
    if urgent.anger(turn.text) != 1:
        return None
    turn.memory["heated"] = int(turn.memory.get("heated") or 0) + 1
    turn.say("talk.calm", buttons=[turn.button("person", "talk_to_person")])
    rest = urgent.without_heat(turn.text)
    return feelings.is_reproach(rest.strip(" ，,。.!！")) or not _tells(turn, rest)


def _tells(turn: Turn, rest: str) -> bool:
    """Whether there is more to a message than what was remarked upon."""
    if any(turn.named(kind) is not None for kind in _OTHER_FACTS) or is_question(rest):
        return True
    return not is_noise(rest) and informative(rest)
