"""What a whole conversation shows of a fraud at work: one plain sign of it, or hints in several lines that fit together.

Who is being deceived trusts the deceiver and tells the story bit by bit, so no classifier hears it in a line. Hints are kept
in `memory["hints"]`; the alarm is raised by a line that adds to them, so that who was warned is not warned by every line.
"""

from __future__ import annotations

import re

from actions.turn import Turn

_THEY_TELL = r"\b(?:told|tells?|asked|asks|asking|coached|taught|says?|said|wants?|wanted|instructed|made)(?: me| us)? (?:to |(?:that )?i (?:should|must) )?"
_PAY = r"\b(?:pay|paid|paying|recharge|deposit|top(?:ping)?[- ]?up|send|charge|put in)\b"
_SIGNS = {
    "coached": r"(?:教|让|叫|要我|交代)[^，。,.]{0,8}(?:银行|客服|柜员|工作人员|警察|问)[^，。,.]{0,6}[说讲](?:是|成)|(?:银行|客服|警察|柜员)[^，。,.]{0,4}问[^，。,.]{0,4}[，,]?(?:就|要|得)?说是"
    r"|(?:别|不要|不许|不能|不让我?)(?:告诉|跟|和)[^，。,.]{0,4}(?:银行|家里?人|警察)"
    rf"|{_THEY_TELL}(?:say|lie|pretend)\b[^.?!]{{0,40}}\b(?:bank|teller|police|family|wife|husband|relative|decoration|renovation)\b"
    rf"|{_THEY_TELL}not (?:to )?tell (?:the bank|my family|anyone|the police)\b",
    "task": r"(?:任务|[做接]单)[^，。,.]{0,8}(?:充|垫|交|付)[^，。,.]{0,8}(?:解锁|激活|下一)|(?:充|垫|交|付)[^，。,.]{0,12}(?:解锁|激活)[^，。,.]{0,4}(?:任务|[下一]单)|再垫|垫完[^，。]{0,4}返"
    rf"|{_PAY}[^.?!]{{0,30}}\bto (?:unlock|open|activate|get|continue|start)\b[^.?!]{{0,15}}\b(?:tasks?|orders?|level|missions?|jobs?)\b",
    "staff": r"(?:转|移|存|打|汇)[^，。,.]{0,8}安全(?:账户|帳戶|账号)|(?:让|叫|要|请|喊)[^，。,.]{0,10}(?:共享|分享)[^，。,.]{0,3}屏幕"
    rf"|\b(?:to|into) (?:a|the|their|this|another) (?:\w+ )?safe(?:ty)? account\b|{_THEY_TELL}share (?:my|the) screen\b",
}
"""Each is nearly proof, by the scheme it belongs to."""
_HINTS = {
    "mentor": r"(?:导师|老师|大师|分析师|群主|教练|助理)[^，。,.!?！？]{0,12}(?:投资|炒|下单|带单|跟单|入金|赚|盈利|内幕)|\bmy (?:trading |investment |crypto )?(?:mentor|guru|analyst)\b"
    r"|\b(?:teacher|coach|instructor|advis[eo]r)\b[^.?!]{0,40}\b(?:invest\w*|trad(?:e|es|ing)|crypto|profits?)\b",
    "platform": r"(?<!你们)(?<!你们的)(?<!您们的)(?<!贵司的)(?:投资|交易|外汇|虚拟币|数字货币|炒币|博彩)(?:平台|app|软件|网站)"
    r"|(?<!your )(?<!have a )\b(?:trading|investment|crypto|forex|betting) (?:platform|app|site|website)\b",
    "deadline": r"(?:今晚|今天|名额|马上)[^，。,.]{0,4}(?:截止|关闭|结束)|过了今晚|今晚之?前|\b(?:clos|end|expir)(?:es|ing) (?:tonight|today|at midnight)\b|\blast chance\b",
    "profit": r"提[现过]+(?:成功)?过?[^，。,.]{0,3}(?:利润|收益)|前[几两]单[^，。]{0,6}返|\b(?:withdr(?:ew|awn)|cashed out|got)\b[^.?!]{0,12}\bprofits?\b",
    "job": r"(?:网上|线上|群里)[^，。,.]{0,6}(?:兼职|做任务|接单)|刷单|\bonline (?:job|task)s?\b|\bcommission\b[^.?!]{0,20}\btasks?\b|\btasks?\b[^.?!]{0,20}\bcommission\b",
    "stranger": r"(?:网上|网恋|交友|抖音|微信)[^，。,.]{0,6}认识|网友|网恋|\bmet (?:\w+ ){0,4}(?:online|on (?:tinder|telegram|whatsapp|facebook|instagram|a dating))\b|\bonline (?:girl|boy)?friend\b",
    "asked": r"(?:(?<!其)[他她]|对方|网友|对象|导师)[^，。,.]{0,4}(?:让|叫|要|催)我?[^，。,.]{0,6}(?:转|打钱|打款|汇|(?<!补)充|投|垫)"
    r"|\b(?:he|she|they)\b[^.?!]{0,15}\bme to (?:send|pay|transfer|deposit|lend|invest|wire)\b",
}
_SCHEMES = {
    "job": "task",
    "stranger": "stranger",
    "mentor": "investment",
    "platform": "investment",
    "profit": "investment",
}
"""What a hint alone belongs to."""
_GENERAL = re.compile(
    r"什么[是叫]|怎么(?:识别|防|辨)|如何(?:识别|防|辨)|有哪些(?:骗|套路)|新闻|听说|宣传|\bhow (?:do|does|can|to)\b[^.?!]{0,40}\b(?:scams?|fraud\w*)\b|\bhow (?:do|can) (?:i|you|we|people) (?:spot|recogni[sz]e|avoid)\b"
    r"|\bwhat is an?\b|\b(?:in|on) the news\b|\bi (?:read|heard)\b",
    re.IGNORECASE,
)
_UNHARMED = re.compile(
    r"(?<!还)[没沒]有?(?:上当|上當|相?信|理他|理会|转给|给他|转钱)|识破"
    r"|\b(?:didn'?t|did not|never|won'?t) (?:fall for|believe|pay|send|give|share|transfer)\b(?!.{0,20}\byet\b)|\b(?:ignored|blocked|refused|hung up on) (?:him|her|them|it)\b",
    re.IGNORECASE,
)
_TO_ME = re.compile(r"[教让叫要催劝]我|\b(?:told|asked|asks|tells|wants|wanted|made|making) me\b", re.IGNORECASE)
_LOST = re.compile(
    r"不见了|没了|少了|(?:钱|余额)[^，。]{0,6}被|\b(?:gone|missing|disappeared|emptied|drained|stolen|hacked|taken|unauthori[sz]ed)\b",
    re.IGNORECASE,
)
_DOUBTS = re.compile(
    r"骗[^，。]{0,4}[吗么吧？?]|是不是[^，。]{0,4}骗|真的?(?:还是)?假|靠谱|可信|能信|安全吗|(?:该不该|要不要|能不能)再?[转付充打交]"
    r"|\b(?:a|an) (?:scam|fraud)\b|\bis (?:it|this|that|he|she) (?:\w+ )?(?:safe|real|legit|genuine|fake|a scam)\b|\bshould i (?:pay|send|transfer)\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:已经|刚才?|都)[给]?[^，。,.不没]{0,4}(?:转|付|充|打|投|垫)了?[^，。,.不没]{0,6}[\d一二两三四五六七八九十百千万]|(?:转|付|充|投|垫)了[^，。,.]{0,6}[千万块]"
    r"|\bi(?:'ve| have)?(?: already| just)? (?:sent|paid|transferred|deposited|recharged|invested|put in)\b[^.?!]{0,20}\d",
    re.IGNORECASE,
)
SIGNS = {scheme: re.compile(words, re.IGNORECASE) for scheme, words in _SIGNS.items()}
HINTS = {hint: re.compile(words, re.IGNORECASE) for hint, words in _HINTS.items()}


def shows_fraud(turn: Turn) -> bool:
    """Whether this line is a plain sign, or with what was told before adds up to a fraud."""
    if is_told_of(turn.text):
        return False
    before, new = _before(turn), _hints(turn.text)
    known = before | new
    if sign(turn.text) or (new - before and len(known) > 1):
        return True
    return bool((known and is_gone(turn.text)) or (before and _DOUBTS.search(turn.text)))


def keep(turn: Turn) -> None:
    """Keeps the hints of this line for those that follow."""
    if not is_told_of(turn.text):
        turn.memory["hints"] = sorted(_before(turn) | _hints(turn.text))


def sign(text: str) -> str | None:
    """The scheme of which a line alone is a plain sign."""
    return next((name for name, words in SIGNS.items() if words.search(text)), None)


def scheme(turn: Turn) -> str | None:
    """The kind of fraud that the conversation shows: `coached`, `task`, `staff`, `stranger` or `investment`, where it can be told."""
    if found := sign(turn.text):
        return found
    known = _before(turn) | _hints(turn.text)
    return next((name for hint, name in _SCHEMES.items() if hint in known), None)


def is_gone(text: str) -> bool:
    """Whether money was sent already."""
    return bool(_GONE.search(text))


def is_told_of(text: str) -> bool:
    """Whether a fraud is only asked about or told of, by someone who did not fall for it."""
    if is_gone(text) or _LOST.search(text):
        return False
    return bool(_UNHARMED.search(text) or (_GENERAL.search(text) and not _TO_ME.search(text)))


def _before(turn: Turn) -> set[str]:
    return set(turn.memory.get("hints") or ())


def _hints(text: str) -> set[str]:
    return {hint for hint, words in HINTS.items() if words.search(text)}
