"""What is said on to someone in danger while they wait for a person: to what they ask, and never the same twice in a row.

Written with what police and crisis lines advise: 110, 120, the anti-fraud line 96110 and the support line 12356 of mainland China.
"""

from __future__ import annotations

import re

from actions import urgent
from actions.said import is_question

FRAUD, DISTRESS = "fraud", "distress"
FEW = 4
"""No text is said again within so many replies."""
WAYS = ("third", "fourth", "fifth")
"""The keys of what is said when nothing else fits, after `standing` and `more`."""
_ASKED = {
    FRAUD: {
        "threat": r"不敢挂|(?:挂|不转|不付|不给)[^，。,.]{0,4}(?:就|会)[^，。]{0,8}(?:扣|征信|抓|坐牢|起诉|冻结)|\b(?:if i (?:hang up|don'?t|refuse|stop)|or (?:else )?(?:i|they))\b[^.?]{0,30}\b(?:arrest\w*|jail|prison|police|credit|freeze|frozen|sue|charged?)\b",
        "remove": r"(?:软件|会议|app|程序)[^，。,.]{0,8}(?:删|卸)|(?:删|卸)[^，。,.]{0,6}(?:软件|app|程序|会议)|\b(?:delete|remove|uninstall)\b[^.?]{0,15}\b(?:app|software|program|it)\b",
        "online": r"还在(?:线|电话|通话|跟我说|会议)|没挂(?!了)|\bstill (?:on|in) the (?:line|phone|call|meeting)\b",
        "limit": r"限额|加急|额度不够|提高额度|\b(?:raise|lift|increase|change)\b[^.?]{0,15}\blimit\b|\bspeed (?:it|this) up\b",
        "bait": r"(?:别人|人家|群里|他们|大家)[^，。,.]{0,8}(?:提到|提现|赚|返)|返(?:了|过|钱|现)|\b(?:others|everyone|people|i|ive|i've)\b[^.?]{0,20}\b(?:withdr(?:ew|awn)|profits?|got paid|earned)\b",
        "hostage": r"绑架|綁架|撕票|人质|人質|赎金|贖金|扣押|\b(?:kidnap\w*|ransom|hostage|hurt (?:him|her|my))\b",
        "identity": r"身份证|身份證|(?:手机|手機|钱包|錢包)[^，。,.]{0,4}(?:偷|丢|丟|不见)|\b(?:id card|identity card|passport|phone (?:was |got |is )?(?:stolen|lost))\b",
        "back": r"追回|追得回|追的回|拿回|要回|找回来|止付|(?:能|会|可以|给)[^，。,.]{0,6}(?:赔|退)|赔给|赔吗|\b(?:get (?:it|my money|the money) back|recover|refund|reimburse\w*|compensat\w*|money (?:is )?gone)\b",
        "family": r"(?:妈|爸|爷|奶|婆|公公|老人|儿子|女儿|家里人)[^，。,.]{0,10}(?:不信|不听|老家|外地|一个人|不接|不肯|还在)|[她他](?:不信我|不听|不肯听|人在|一个人)|\b(?:she|he|mum|mom|mother|dad|father|gran\w*|my (?:son|daughter|parents?))\b[^.]{0,30}\b(?:won'?t|doesn'?t|not) (?:believe|listen|answer|pick)\w*",
        "pay": r"(?:要不要|该不该|能不能|是不是要|要|该|还)[^，。,.]{0,6}(?:转|转账|付|打钱|给钱|汇|給錢|轉)|转不转|让我[^，。,.]{0,4}转|已经转|\b(?:should|shall|must|do) i\b[^.?]{0,20}\b(?:pay|send|transfer)\b|\bsafe to (?:pay|send|transfer)\b|\b(?:told|tells|asks?|wants?) me to (?:pay|send|transfer)",
        "call": r"(?:又|还在|一直)?(?:打来|打電話|打电话|来电)|接不接|要不要接|回拨|\b(?:call(?:ing|s|ed)? (?:me )?(?:again|back)|pick up|answer (?:the|it|him|her|them)|hang up|hung up|closed the call)\b",
        "code": r"(?:验证码|驗證碼|密码|密碼)[^，。,.？?]{0,8}(?:给|给了|告诉|说了|念|发|填|输|泄)|(?:给|告诉|说了|念|发|填|输)[^，。,.？?]{0,8}(?:验证码|驗證碼|密码|密碼)|\b(?:gave|told|sent|read|entered|typed)\b[^.?]{0,30}\b(?:code|otp|pin|password)\b",
        "real": r"是不是[^，。,.]{0,6}(?:骗|真|诈)|真的还是假|真的假的|骗[^，。]{0,3}吗|没转就没事|\b(?:it'?s a scam|is (?:it|this|that|he|she) (?:a )?(?:scam|fake|real|genuine|legit)|scam or)\b",
        "reported": r"报[过了]?警|报[过了]?案|打[过了]?\s?(?:110|96110)|\b(?:reported (?:it|to)|called (?:110|96110|the police)|police (?:has|have|already|came|took))\b",
        "done": r"(?:已经|刚|我)?(?:锁|挂失|冻结|停卡|改了?密码|改好|挂断|挂了)[^，。,.？?]{0,4}(?:了|好了|过了)|接下来|然后呢|下一步|还要做(?:什么|啥)|要什么材料|回执|证据|\b(?:locked (?:it|my)|frozen|froze|reported|blocked|changed (?:it|my|the)|what (?:next|now|else)|now what|then what|next step|police (?:report|or)|or the police|evidence)\b",
    },
    DISTRESS: {
        "no_answer": r"(?:打不通|没人接|沒人接|占线|忙线|不接|打不进)|\b(?:no ?(?:one|body) (?:answers?|picks?)|not answering|busy|can'?t get through)\b",
        "edge": r"楼顶|樓頂|天台|窗边|窗台|阳台|桥上|桥边|河边|江边|海边|药|刀|绳|煤气|烧炭|遗书|(?:跟|对|和|替我)[^，。]{0,8}对不起|对不起(?:爸|妈|孩子|家人|大家)|永别|再见了|来世|下辈子|\b(?:roof|rooftop|bridge|window|ledge|balcony|pills?|knife|rope|river|good ?bye|tell my (?:mum|mom|mother|family|kids))\b",
        "here": r"还在吗|在吗|你在|有人吗|别走|陪|害怕|好怕|怕|不跳了|\b(?:are you (?:still )?there|still there|anyone|stay|scared|afraid|alone|lonely)\b",
        "alone": r"(?:没|沒|冇)(?:有)?(?:人|谁|誰)(?:可以|能|可|会|愿意)?(?:说|講|讲|听|打|找|倾诉|陪|帮|管|懂)|找不到人|\b(?:no ?(?:one|body)|don'?t have (?:any(?:one|body)|friends|family))\b[^.?]{0,15}\b(?:to (?:call|ring|talk|tell|turn)|listens?|cares?|left)\b|\bthere'?s no ?(?:one|body)\b",
        "law": r"坐牢|判刑|犯法|抓(?:我|人|走|进)|拘留|(?:收走?我|拿走|收走|查封|拍卖|没收)[^，。,.]{0,6}(?:房|家|车)|(?:房|家|车)[^，。,.]{0,6}(?:收走|拿走|查封|拍卖|没收)|上门|\b(?:jail|prison|arrest\w*|locked up|bailiffs?|evict\w*|take (?:away )?(?:\w+ ){0,2}(?:flat|house|home|car|apartment))\b",
        "plan": r"延期|宽限|分期|减免|少还|停[^，。,.]{0,4}(?:还|几个月)|(?:不|晚|慢)(?:点|一点)?还[^，。,.]{0,4}(?:月|行|吗)|还不[上起]|\b(?:pay less|payment holiday|defer|postpone|pause|instal\w+|more time|can'?t (?:re)?pay|repayment plan)\b",
        "machine": r"机器|機器|人工智能|\b(?:machine|robot|bot|computer|ai)\b",
        "thanks": r"谢|謝|唔该|\bthank(?:s| you)?\b(?! for nothing)",
    },
}
_FOUND = {
    danger: {name: re.compile(words, re.IGNORECASE) for name, words in asked.items()}
    for danger, asked in _ASKED.items()
}
_DEBT = re.compile(
    r"不还|还不|没还|欠|逾期|债|贷|催收|\b(?:owe|debts?|loans?|(?:re)?pay\w*|overdue|collectors?)\b", re.IGNORECASE
)
LIFTED = {
    FRAUD: re.compile(
        r"(?:没|没有|不是|唔系|冇)[^，。,.]{0,4}(?:被骗|受骗|骗我|上当|诈骗|骗子|遇到骗)|\b(?:not|nobody|no ?one|isn'?t|wasn'?t)\b[^.,]{0,20}\b(?:scam\w*|fraud|tricked)\b",
        re.IGNORECASE,
    ),
    DISTRESS: re.compile(
        r"没想不开|没有想不开|不是想不开|我(?:真的)?没事|我[挺很](?:好|正常)|只(?:是|想)(?:要|来|想)?投诉|别担心|没那么严重|没想死|开玩笑|口头禅|\bi(?:'?m| am) (?:quite |perfectly |really |very |doing )*(?:fine|well|ok(?:ay)?|all ?right|not (?:suicidal|going to))\b|\bonly want to complain\b|\bjust (?:joking|kidding|venting|an expression)\b",
        re.IGNORECASE,
    ),
}
"""Whoever says so is asked no more to call the police or a help line, and keeps the place in the queue."""
FIRST = {
    FRAUD: frozenset({"threat", "remove", "online", "limit", "bait", "real", "hostage"}),
    DISTRESS: frozenset({"no_answer", "edge", "alone", "law", "machine"}),
}
"""Advice that comes before any article: what to do this minute, or what an article would say too coldly."""
_HEARSAY = re.compile(
    r"(?:他|她|对方|人家|客服|老师)们?[^，。]{0,4}[说讲]|骗[^，。]{0,3}[吗吧]\s*[?？]?$|\b(?:he|she|they|mentor|guy|man)\b[^.?!]{0,12}\b(?:says?|said|tells?|told|swears?|promis\w+)\b|\bsure (?:that )?(?:it|this|he|she|they)\b",
    re.IGNORECASE,
)
"""What the deceiver says of it, or a doubt, lifts no alarm."""
MISLEADS = frozenset({"transfer-wrong-recipient"})
"""Articles that a deceived customer must not be told: that money which has arrived is its receiver's."""
LIKELY = ("security-", "privacy-", "account-", "card-", "verification-", "transfer-receipt", "transfer-cancel")
"""How the keys of articles begin that may be told to a deceived customer where it is only likely that they were asked for."""


def specific(danger: str, text: str, said: list[str], *, first: bool = False) -> str | None:
    """The key of the advice that this asks for, unless it was said lately; `first`: only what comes before any article."""
    names = (name for name, words in _FOUND[danger].items() if words.search(text))
    keys = (f"danger.{danger}.{name}" for name in names if not first or name in FIRST[danger])
    return next((key for key in keys if key not in said[-FEW:]), None)


def standing(danger: str, said: list[str]) -> str:
    """The key of what must not be forgotten, or after it or other advice one of the other ways of saying so."""
    advised = bool(said) and said[-1].startswith(f"danger.{danger}.")
    ways = ("more", "standing", *WAYS) if advised else ("standing", "more", *WAYS)
    return next(key for way in ways if (key := f"danger.{danger}.{way}") not in said[-FEW:])


def fears_law(text: str) -> bool:
    """Whether someone asks if a debt of theirs can cost them their freedom or their home."""
    return is_question(text) and bool(_DEBT.search(text) and _FOUND[DISTRESS]["law"].search(text))


def is_lifted(danger: str, text: str) -> bool:
    """Whether someone says that they are in no such danger, and no word of theirs says otherwise."""
    rest, count = LIFTED[danger].subn(" ", text)
    return bool(count) and not _HEARSAY.search(text) and not (danger == DISTRESS and urgent.speaks_of_dying(rest))
