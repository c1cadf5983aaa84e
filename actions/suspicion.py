"""What a whole conversation shows of a fraud: one plain sign of it, hints in several lines that fit together, what was done about it.

Who is being deceived trusts the deceiver and tells the story bit by bit, so no classifier hears it in a line. Hints are kept
in `memory["hints"]`; the alarm is raised by a line that adds to them, so that who was warned is not warned by every line.
What they have done is kept in `memory["deeds"]`, so that nobody is told to do it once more.
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
    "loan_fee": r"(?:中介|对方|有人|有个人|[他她]们?|微信上?|QQ|群里|自称)[^，。,.!?！？]{0,20}(?:交|付|转|打|缴)[^，。,.!?！？]{0,8}(?:保证金|解冻费?|验资|包装费|工本费|前期费|认证金|激活费|手续费)[^，。,.!?！？]{0,8}(?:放款|下款|批(?:款|贷|下来)|提额|解冻|能借|能贷)"
    r"|\b(?:someone|somebody|an? (?:guy|man|woman|friend|person|stranger|broker|agent)|(?<!your )(?:agent|broker)|he|she)\b[^.?!]{0,40}\b(?:says?|said|can|will|promis\w+|offer\w*|guarantee\w*)\b[^.?!]{0,40}\b(?:approv\w+|releas\w+|unfreez\w+)\b[^.?!]{0,30}(?<!without )(?<!without a )(?<!no )\b(?:fee|deposit)\b",
    "insurance": r"说[^，。,.]{0,4}不(?:关|取消|注销)闭?[^。]{0,10}(?:征信|扣[费钱])|(?:不(?:关|取消|注销)闭?[^，。,.]{0,6})?百万保障[^。]{0,14}(?:征信|扣[费钱]|到期)"
    r"|\b(?:says?|said|told|tells?|or)\b[^.?!]{0,40}\b(?:cancel|close|turn off|deactivate)\b[^.?!]{0,50}\bcredit\b",
}
"""Each is nearly proof, by the scheme it belongs to."""
_HINTS = {
    "loan_fee": r"(?:放款|下款|贷款|提额|批贷)[^，。,.!?！？]{0,14}(?:先|要|得)[^，。,.!?！？]{0,6}(?:交|付|转|打|缴)[^，。,.!?！？]{0,8}(?:保证金|解冻费?|验资|包装费|工本费|前期费|认证金|激活费)"
    r"|\b(?:fee|deposit)\b[^.?!]{0,30}\b(?:to|before) (?:get|getting|release|releasing|approv\w+|unfreez\w+|receiv\w+)\b[^.?!]{0,12}\bloan\b",
    "taken": r"(?:手机|钱包|银行卡|信用卡)[^，。,.]{0,4}(?:被偷|被抢|给偷|偷了|让人偷)|\b(?:stole|robbed|snatched)\b[^.?!]{0,15}\b(?:phone|card|wallet|bag|me)\b|\b(?:phone|card|wallet|bag)\b[^.?!]{0,15}\b(?:stolen|robbed|snatched)\b",
    "not_mine": r"(?:不是|唔系)我(?:自己|本人)?(?:刷|花|转|操作|消费|买|付|取)的(?!问题|失误|错)|\b(?:payments?|transactions?|purchases?|transfers?|charges?|withdrawals?|orders?)\b[^.?!,]{0,30}\bi (?:did ?n[o']?t|never|have ?n[o']?t) (?:ma[dk]e|authori[sz]e\w*|do|done|recogni[sz]e\w*)\b",
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
    "loan_fee": "loan_fee",
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
GONE = (
    r"(?:已经|刚才?|都)[给]?[^，。,.不没]{0,4}(?:转|付|充|打(?![了过完]*\s?(?:110|96110|12356|120)(?!\d))|投|垫)了?[^，。,.不没]{0,6}[\d一二两三四五六七八九十百千万]|(?:转|付|充|投|垫)了[^，。,.]{0,6}[千万块]"
    r"|(?:已经|刚才?|都)[^，。,.不没]{0,2}(?:转|付|打|交|汇)(?:给)?(?:他们?|她|对方|过去)?了(?![吗么]|\s?(?:110|96110|12356|120)(?!\d))"
    r"|\bi(?:'ve| have)?(?: already| just)? (?:sent|paid|transferred|deposited|recharged|invested|put in)\b[^.?!]{0,20}\d"
    r"|\bi(?:'ve| have)? (?:already |just )?(?:sent|paid|transferred|wired)(?: (?:it|money|the (?:money|fee|deposit)) to)? (?:him|her|them)\b"
)
_GONE = re.compile(GONE, re.IGNORECASE)
_DEEDS = {
    "locked": r"(?:锁(?:定|住|上)?|紧急锁定)(?:好|过)?了(?!吗|没|么)|锁好(?!了?[吗没])|\b(?:locked (?:it|my|the|everything)|(?:pressed|used|did|activated|turned on|put on|set) (?:the )?(?:emergency )?lock|lock is (?:on|active))\b",
    "reported": r"报(?:[过了完]了?(?:警|案)|(?:警|案)(?:了|过))(?!吗|没|么)|打(?:过|了|完)了?\s?(?:110|96110)|打\s?(?:110|96110)(?:电话)?[了过]|(?:110|96110)[^，。,.]{0,2}打(?:过|了)|(?:警察|民警|派出所)[^，。,.]{0,6}(?:立案|受理|登记|来过)|警察说?让我(?:联系|找)(?:平台|你们)|跟警察说了|回执"
    r"|\b(?:reported (?:it|this|him|them|to|last|already)|(?:called|told|been to|went to|rang) (?:the )?(?:police|110|96110)|filed a (?:police )?report|police (?:has|have|already|came|took|gave|told me to (?:contact|ask) you)|police report (?:is |was )?(?:done|made|filed)|case number)\b",
    "left": r"挂(?:断|掉|电话)?了(?!就|会|要|他|吗|没)|(?:会议|共享|软件)[^，。,.]{0,4}(?:关|退|停|卸|删)(?:掉|出|载|除)?了(?!吗|没)|退出(?:来|会议)?了|拉黑了"
    r"|\b(?:i|and|have|'ve|already)(?: \w+){0,4}? (?:hung up|left the (?:call|meeting)|(?:closed|ended) the (?:call|meeting|app)|stopped sharing|blocked (?:him|her|them|(?:his|her|their|the|that) number))\b|^hung up\b",
    "past": r"(?:上个?(?:周|星期|礼拜|月)|前几天|几天前|[\d一二两三四五六七八九十半](?:天|周|个月)(?:以?前)|前天|去年)[^，。,.让叫]{0,8}(?:骗|转[了过的]|报|的事)|(?:骗|转了|的事|是|发生在)[^，。,.让叫]{0,6}(?:上个?(?:周|星期|礼拜|月)|前几天|几天前|前天|去年)"
    r"|\b(?:scammed|defrauded|cheated|tricked|sent|paid|transferred|lost|reported|happened|it was|that was|gone)\b[^.?!]{0,30}\b(?:last (?:week|month|year|\w+day)|(?:days?|weeks?|months?) ago|the other day)\b"
    r"|\blast (?:week|month|year|\w+day)\b[^.?!]{0,12}\bi (?:was (?:scammed|defrauded|tricked)|sent|paid|lost|transferred)\b",
}
_UNDONE = re.compile(
    r"(?:没有?|未|不|别|要不要|该不该|能不能|怎么|如何|[是否需]要|还没有?|不敢)[^，。,.]{0,6}(?:锁|报|打|挂|退|关)[^，。,.]*|(?<![^，。,.?!])[^，。,.]*[吗么没]\s*[?？]?$"
    r"|\b(?:not|never|n't|nt|should|shall|how|can|could|whether|if|he|she|they|yet to)\b[^.,?!]{0,15}\b(?:lock\w*|report\w*|call\w*|hung|left|closed|ended|blocked|told|filed)\b[^.,?!]*",
    re.IGNORECASE,
)
"""What is asked, was not done, or somebody else did; the question from where its clause begins, or each of its characters is tried."""
_NAMED = re.compile(r"骗|騙|诈|詐|盗|\b(?:scam\w*|fraud\w*|tricked|stole\w*|hacked)\b", re.IGNORECASE)
_NOW = re.compile(
    r"现在|正在|刚才?|今天|还在|又(?:打|让|来|要)|\b(?:now|just|still|today|right away|is calling|keeps? calling|again)\b",
    re.IGNORECASE,
)
SIGNS = {scheme: re.compile(words, re.IGNORECASE) for scheme, words in _SIGNS.items()}
DEEDS = {deed: re.compile(words, re.IGNORECASE) for deed, words in _DEEDS.items()}
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
    """Keeps the hints of this line for those that follow, and where a fraud is spoken of what was done about it."""
    if not is_told_of(turn.text):
        turn.memory["hints"] = sorted(_before(turn) | _hints(turn.text))
    spoken_of = turn.waiting == "fraud" or turn.memory.get("deeds") or _NAMED.search(turn.text)
    if spoken_of and (found := _done_before(turn) | deeds(turn.text)):
        turn.memory["deeds"] = sorted(found)


def sign(text: str) -> str | None:
    """The scheme of which a line alone is a plain sign."""
    return next((name for name, words in SIGNS.items() if words.search(text)), None)


def scheme(turn: Turn) -> str | None:
    """The kind of fraud that the conversation shows: `coached`, `task`, `staff`, `stranger` or `investment`, where it can be told."""
    if found := sign(turn.text):
        return found
    known = _before(turn) | _hints(turn.text)
    return next((name for hint, name in _SCHEMES.items() if hint in known), None)


def deeds(text: str) -> set[str]:
    """What a line says was done about a fraud: `locked`, `reported`, `left` the deceiver; `past`: it was days ago and is over."""
    said = _UNDONE.sub(" ", text)
    found = {deed for deed, words in DEEDS.items() if words.search(text if deed == "past" else said)}
    return found - {"past"} if _NOW.search(text) or sign(text) else found


def done(turn: Turn) -> set[str]:
    """What was done up to this line; no fraud is over for who tells what happens now."""
    found = _done_before(turn) | deeds(turn.text)
    return found - {"past"} if _NOW.search(turn.text) else found


def is_suspected(turn: Turn) -> bool:
    """Whether what was told up to this line hints at a deceiver."""
    return bool(_before(turn) | _hints(turn.text) or turn.memory.get("deeds"))


def is_gone(text: str) -> bool:
    """Whether money was sent already."""
    return bool(_GONE.search(text))


def is_told_of(text: str) -> bool:
    """Whether a fraud is only asked about or told of, by someone who did not fall for it."""
    if is_gone(text) or _LOST.search(text):
        return False
    return bool(_UNHARMED.search(text) or (_GENERAL.search(text) and not _TO_ME.search(text)))


def _done_before(turn: Turn) -> set[str]:
    """What was done up to the line before; where another fraud shows itself, none of it was done about that."""
    return set() if sign(turn.text) else set(turn.memory.get("deeds") or ())


def _before(turn: Turn) -> set[str]:
    return set(turn.memory.get("hints") or ())


def _hints(text: str) -> set[str]:
    return {hint for hint, words in HINTS.items() if words.search(text)}
