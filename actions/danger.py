"""What is said on to someone in danger while they wait for a person: to what they ask, never the same twice in a row, nothing that they have done.

Written with what police and crisis lines advise: 110, 120, the anti-fraud line 96110 and the support line 12356 of mainland China.
"""

from __future__ import annotations

import re
from collections.abc import Set

from actions import suspicion, urgent
from actions.said import is_question
from actions.turn import Turn

FRAUD, DISTRESS = "fraud", "distress"
FEW = 4
"""No text is said again within so many replies."""
WAYS = ("third", "fourth", "fifth")
"""The keys of what is said when nothing else fits, after `standing` and `more`."""
_SCREEN = (
    r"(?:屏幕|桌面)[^，。,.没]{0,6}(?:共享|分享)(?:了|着|给|中|$)|(?<![没让叫要])(?<!没有)(?:共享|分享)(?:了|着|过)[^，。,.]{0,4}屏幕|看(?:得)?[到见][^，。,.]{0,3}(?:我的?)?(?:屏幕|手机)|(?:在|正)看着?我的?(?:屏幕|手机)|(?:关|停|退)[^，。,.了]{0,4}共享|共享[^，。,.没]{0,4}(?:关|停|退)(?!了)|(?:怎么|咋|如何)[^，。,.]{0,4}共享|(?:会议|软件|app|程序|远程|共享)[^，。,.]{0,6}(?:开着|在开|还在|没关|没退|关不[掉了]|退不[出了]|卸不[掉了])|开着[^，。,.]{0,6}(?:会议|软件|共享|app)"
    r"|\b(?:sees?|seeing|watch(?:es|ing)?|controls?|controlling)\b[^.?!]{0,12}\bmy (?:screen|phone|computer)\b|(?<!n't )(?<!not )\b(?:shared|sharing)\b[^.?!]{0,10}\bscreen\b|\b(?:app|meeting|teamviewer|anydesk|zoom|session|software|program)\b[^.?!]{0,12}\b(?:still (?:open|on|running|there|connected)|(?:won'?t|can'?t|cannot|does ?n[o']t) (?:close|quit|stop|end))"
)
_ASKED = {
    FRAUD: {
        "receipt": r"(?:回执|受案|立案|报警[单记]|案件编号)[^。！!]{0,16}(?:发|给|交|传|留|寄|用|要)[^。！!]{0,8}(?:吗|么|嘛|不|[?？])|(?:要不要|用不用|需要|要|用)[^，。]{0,8}(?:回执|报警[单记]|案件编号)[^，。]{0,4}(?:吗|么|不|[?？])|\b(?:(?<!transfer )(?<!payment )receipt|case number|report number|police report)\b[^.!]{0,30}\?|\b(?:do|should|shall|must|can|where|will|would) (?:you|i|u|we)\b[^.?!]{0,25}\b(?:(?<!transfer )(?<!payment )receipt|case number|report number|police report)\b",
        "order": r"先[^，。]{0,6}(?:报警|110|警)[^。]{0,8}先[^，。]{0,4}锁|先[^，。]{0,4}锁[^。]{0,10}先?[^，。]{0,4}(?:报警|110|警)[^。]{0,4}(?:[?？呢啊]|$)|\block (?:it |the account |my account )?(?:first|before)\b[^.!]{0,25}\b(?:police|110)\b|\b(?:police|110)\b[^.!]{0,20}\b(?:first|before)\b[^.!]{0,15}\block\b|\block\b[^.!]{0,20}\b(?:or|and|then)\b[^.!]{0,15}\b(?:police|110)\b[^.!]{0,8}\bfirst\b",
        "such": r"(?:真|到底|确实|果真)[^，。,.]{0,3}有[^，。,.]{0,8}(?:保险|保障|服务|费|规定|业务|政策|通道|程序|这回?事)|有(?:这|那)(?:种|个|样|回)[^，。,.]{0,8}(?:保险|保障|服务|费|规定|业务|政策|通道|程序|事)[^，。,.]{0,3}(?:吗|么|嘛|不|[?？])|(?:保险|保障|服务|费|规定|业务|政策)[^，。,.]{0,4}(?:是真的|真有|真的有|存在)[^，。,.]{0,3}(?:吗|么|嘛|不|[?？])|\b(?:is|are|does|do)\b[^.!]{0,15}\b(?:such|really|actually|real|exist)\b[^.!]{0,25}\b(?:insurance|protection|fees?|charges?|rules?|services?|deposit|polic(?:y|ies)|account)\b|\b(?:insurance|protection|fee|charge|rule|service|deposit|policy)\b[^.!]{0,10}\b(?:real|exists?|a thing)\b[^.!]{0,6}\?",
        "screen": _SCREEN,
        "sent": suspicion.GONE
        + r"|(?:已经?|刚刚?|刚才|都|[我钱])[^，。,.没不别要让]{0,6}(?:转|付|汇|打款|打钱)(?:过去|出去|走|给[他她对]方?)?了(?![吗么])|[我钱]转(?:到|给|进)[^，。,.不没]{1,8}了|^(?!.*会不会).*(?:被|让|把)[^，。,.]{0,8}(?:转|划|扣|刷|取|骗)走"
        r"|\b(?:i(?:'?ve| have)?(?: already| just)|i(?:'?ve| have)|just|already|i) (?:sent|paid|transferred|wired)\b(?! (?:nothing|no|not)\b)|\b(?:he|she|they|someone|the (?:scammer|man|guy|caller)) (?:has |have |already |just )*(?:took|taken|stole|withdrew|drained|emptied|transferred|moved)\b[^.?!]{0,12}\b(?:it|money|all|account|balance|\d\S*)",
        "threat": r"不敢挂|(?:挂|不转|不付|不给)[^，。,.]{0,4}(?:就|会)[^，。]{0,8}(?:扣|征信|抓|坐牢|起诉|冻结)|\b(?:if i (?:hang up|don'?t|refuse|stop)|or (?:else )?(?:i|they))\b[^.?]{0,30}\b(?:arrest\w*|jail|prison|police|credit|freeze|frozen|sue|charged?)\b",
        "remove": r"(?:软件|会议|app|程序)[^，。,.]{0,8}(?:删|卸)|(?:删|卸)[^，。,.]{0,6}(?:软件|app|程序|会议)|\b(?:delete|remove|uninstall)\b[^.?]{0,15}\b(?:app|software|program|it)\b",
        "knows": r"知道我?[^，。,.]{0,4}(?:身份证|证件|姓名|名字|地址|信息|住)|\b(?:knows?|has|have)\b[^.?!]{0,10}\bmy (?:id|identity|name|address|details|full name|personal)\b",
        "thanks": r"^\W*+(?:好的?|嗯|行|ok(?:ay)?|知道了)*[，,。.!\s]*(?:谢谢?|多谢|唔该|thank(?:s| you))(?!.*(?:nothing|全家)).{0,8}$",
        "online": _SCREEN
        + r"|还在(?:线|电话|通话|跟我说|会议|(?:给我|跟我|和我)?打(?:我)?(?:的)?电话)|(?:正在?|现在)(?:跟|和|给|在)[^，。,.]{0,5}(?:通话|打电话|讲电话)|没挂(?!了)|\bstill (?:on|in) the (?:line|phone|call|meeting)\b|\bon the (?:phone|line) with (?:me|him|her|them)\b|\bstill (?:calling|ringing|talking to) me\b|\bis (?:calling|ringing|talking to) me (?:right )?now\b",
        "limit": r"限额|加急|额度不够|提高额度|\b(?:raise|lift|increase|change)\b[^.?]{0,15}\blimit\b|\bspeed (?:it|this) up\b",
        "bait": r"(?:别人|人家|群里|他们|大家)[^，。,.]{0,8}(?:提到|提现|赚|返)|返(?:了|过|钱|现)|\b(?:others|everyone|people|i|ive|i've)\b[^.?]{0,20}\b(?:withdr(?:ew|awn)|profits?|got paid|earned)\b",
        "hostage": r"绑架|綁架|撕票|人质|人質|赎金|贖金|扣押|\b(?:kidnap\w*|ransom|hostage|hurt (?:him|her|my))\b",
        "identity": r"(?:身份证|身份證|证件|手机|手機|钱包|錢包)[^，。,.号]{0,4}(?:偷|丢|丟|不见|被抢|被拿走|没了)|(?:偷|丢|丟|抢|拿走)了?我?[^，。,.]{0,4}(?:身份证|证件|手机|钱包)|\b(?:lost|stole|stolen|took|missing)\b[^.?!]{0,12}\b(?:id card|identity card|passport|id|phone)\b|\b(?:id card|identity card|passport|phone|id) (?:was |got |is |has been )?(?:stolen|lost|taken|missing)\b",
        "pays": r"(?<!理)赔(?!款码)|(?:你们|平台|公司)[^，。,.]{0,8}(?:承担|负责|垫付)|\b(?:will|do|can|would|could|must|should|please|want|when|get|going to)\b[^.?!]{0,20}\b(?:refund\w*|reimburse\w*|compensat\w*)\b|\b(?:refund|reimburse|compensate) me\b|\b(?:refund|reimbursement|compensation)\b[^.?!]{0,15}\?|\b(?:will|do|can|would) (?:you|u|the (?:bank|company|app))\b[^.?!]{0,8}\b(?:pay|cover|return)\b",
        "police": r"(?:要不要|用不用|该不该|需不需要|要|用|该|需要|可以)[^，。,.]{0,3}(?:报警|报案)(?:吗|么|不|[?？])|\b(?:should|shall|must|do|can) i\b[^.?!]{0,20}\b(?:police|report (?:it|this|him|them))\b",
        "safe": r"钱(?:还|都|倒|暂时)*(?:没|沒)(?:有)?(?:少|动|丢|不见)|\b(?:money|balance) is (?:still|all) (?:all )?there\b|\bnothing (?:is |was |has )?(?:gone|missing|taken)\b|(?:钱|余额|账户|资金|存款)[^，。,.]{0,6}(?:安全(?!账户|帐户)|保得住|会不会(?:被|没|少)|还在吗)|会不会[^，。,.]{0,8}(?:转|划|刷|取)走|还会被?[^，。,.]{0,3}转走|\b(?:money|balance|account|funds?|savings)\b[^.?!]{0,12}\b(?:safe(?!ty| account)|secure|protected)\b|\bsafe\b(?! account)[^.?!]{0,8}\b(?:money|balance|account)\b",
        "freeze": r"(?:[他她]|对方|骗子|收款人)的?[^，。,.]{0,4}(?:信息|资料|真名|住址|地址)|\b(?:tell|give|send|get|need|want)\b[^.?!]{0,12}\b(?:his|her|their) (?:\w+ )?(?:details|name|address|identity)\b|(?:冻|凍|封|锁|止付|限制)[^，。,.]{0,6}(?:[他她]|对方|骗子|收款|人家)|(?:[他她]|对方|骗子|收款[人方]?|人家)们?的?[^，。,.]{0,6}(?:账|帐|賬|卡|号|钱)[^，。,.]{0,4}(?:冻|凍|封|锁|止付|限制)|\b(?:freez\w*|frozen|froze|block\w*|suspend\w*)\b[^.?!]{0,12}\b(?:his|her|their|the other|the (?:scammer|payee|receiver|thief|fraudster)(?:'?s)?|that)\b[^.?!]{0,14}\b(?:accounts?|cards?|wallet|money)\b",
        "prepare": r"准备[^，。,.]{0,4}(?:什么|啥|哪些)|(?:要|需要|带|给)[^，。,.]{0,3}(?:什么|啥|哪些)[^，。,.]{0,2}(?:材料|证据|资料|东西)|\bwhat\b[^.?!]{0,20}\b(?:prepare|ready|bring|documents?|papers|evidence|proof)\b",
        "back": r"追回|追得回|追的回|拿回|要回|找回来|止付|(?:能|会(?!议)|可以|给)[^，。,.]{0,6}(?:赔|退)|赔|\b(?:get (?:it|my money|the money) back|recover|refund|reimburse\w*|compensat\w*|money (?:is )?gone)\b",
        "family": r"(?:妈|爸|爷|奶|婆|公公|老人|儿子|女儿|家里人)[^，。,.]{0,10}(?:不信|不听|老家|外地|一个人|不接|不肯|还在)|[她他](?:不信我|不听|不肯听|人在|一个人)|\b(?:she|he|mum|mom|mother|dad|father|gran\w*|my (?:son|daughter|parents?))\b[^.]{0,30}\b(?:won'?t|doesn'?t|not) (?:believe|listen|answer|pick)\w*",
        "pay": r"(?:要不要|该不该|能不能|是不是要|要|该|还)[^，。,.]{0,6}(?:转|转账|付|打钱|给钱|汇|給錢|轉)|转不转|让我[^，。,.]{0,4}转|(?:要|让)我?[^，。,.]{0,4}交[^，。,.]{0,6}[费金钱]|\b(?:should|shall|must|do) i\b[^.?]{0,20}\b(?:pay|send|transfer)\b|\bsafe to (?:pay|send|transfer)\b|\b(?:told|tells|asks?|wants?) me to (?:pay|send|transfer)",
        "call": r"(?:又|还在|一直)?(?:打来|打電話|打电话|来电)|接不接|要不要接|回拨|\b(?:call(?:ing|s|ed)? (?:me )?(?:again|back)|pick up|answer (?:the|it|him|her|them)|hang up)\b",
        "code": r"(?:已经|都|刚才?)(?:发|给|报|念|告诉|说)(?:给)?(?:了?[他她]们?|对方)?(?:过去|出去)?了(?![吗么])|\b(?:already|just) (?:gave|told|read) (?:it|them|him|her)\b|(?:验证码|驗證碼|密码|密碼)[^，。,.？?]{0,8}(?:给|给了|告诉|说了|念|发|填|输|泄)|(?:给|告诉|说了|念|发|填|输)[^，。,.？?]{0,8}(?:验证码|驗證碼|密码|密碼)|\b(?:gave|given|told|sent|read|entered|typed)\b[^.?]{0,30}\b(?:code|otp|pin|password)\b",
        "real": r"是不是[^，。,.]{0,6}(?:骗|真|诈)|真的还是假|真的假的|骗[^，。]{0,3}吗|没转就没事|\b(?:it'?s a scam|is (?:it|this|that|he|she) (?:a )?(?:scam|fake|real|genuine|legit)|scam or)\b",
        "reported": suspicion.DEEDS["reported"].pattern,
        "calling": r"(?:我|那我?)?(?:这就|马上|现在(?:就)?|先|去)(?:打|拨|报)(?:110|96110|警|个?电话)|\b(?:i'?ll|i will|i am going to|i'?m (?:going to|gonna)|let me) (?:call|ring|go to|report (?:it|this|him) to) (?:110|96110|the police)\b",
        "steps": r"(?:怎么办|咋办|咋整|怎么做|做(?:什么|啥)|干(?:什么|啥|嘛))[啊呀呢?？!！。\s]*$|\bwhat (?:should|do|can|must|shall) i do\b|^\W*(?:so |ok |and )*what now\W*$",
        "done": r"(?:锁|挂失|冻结|停卡|改了?密码|改好|挂断|挂了)[^，。,.？?]{0,4}(?:了|好了|过了)|接下来|然后呢|下一步|还要做(?:什么|啥)|证据|\b(?:locked (?:it|my)|frozen|froze|reported|blocked|changed (?:it|my|the)|hung up|closed the call|what (?:next|now|else)|now what|then what|next step|police (?:report|or)|or the police|evidence)\b",
    },
    DISTRESS: {
        "no_answer": r"(?:打不通|没人接|沒人接|占线|忙线|不接|打不进)|\b(?:no ?(?:one|body) (?:answers?|picks?)|not answering|busy|can'?t get through)\b",
        "edge": r"楼顶|樓頂|天台|窗边|窗台|阳台|桥上|桥边|河边|江边|海边|药|刀|绳|煤气|烧炭|遗书|(?:跟|对|和|替我)[^，。]{0,8}对不起|对不起(?:爸|妈|孩子|家人|大家)|永别|再见了|来世|下辈子|\b(?:roof|rooftop|bridge|window|ledge|balcony|pills?|knife|rope|river|good ?bye|tell my (?:mum|mom|mother|family|kids))\b",
        "here": r"还在吗|在吗|你在|有人吗|别走|陪|害怕|好怕|怕|不跳了|\b(?:are you (?:still )?there|still there|anyone|stay|scared|afraid|alone|lonely)\b",
        "alone": r"(?:没|沒|冇)(?:有)?(?:人|谁|誰)(?:可以|能|可|会|愿意)?(?:说|講|讲|听|打|找|倾诉|陪|帮|管|懂)|找不到人|\b(?:no ?(?:one|body)|don'?t have (?:any(?:one|body)|friends|family))\b[^.?]{0,15}\b(?:to (?:call|ring|talk|tell|turn)|listens?|cares?|left)\b|\bthere'?s no ?(?:one|body)\b",
        "law": r"坐牢|判刑|犯法|抓(?:我|人|走|进)|拘留|(?:收走?我|拿走|收走|查封|拍卖|没收)[^，。,.]{0,6}(?:房|家|车)|(?:房|家|车)[^，。,.]{0,6}(?:收走|拿走|查封|拍卖|没收)|上门|\b(?:jail|prison|arrest\w*|locked up|bailiffs?|evict\w*|take (?:away )?(?:\w+ ){0,2}(?:flat|house|home|car|apartment))\b",
        "collectors": r"催收|催债|催款|逼债|爆通讯录|\b(?:debt )?collect(?:ors?|ions?)\b",
        "plan": r"(?:欠|还不[上起])[^。]{0,12}怎么办|\bowe\b[^.?!]{0,20}\bwhat (?:can|should|do) i\b|延期|宽限|分期|减免|少还|停[^，。,.]{0,4}(?:还|几个月)|(?:不|晚|慢)(?:点|一点)?还[^，。,.]{0,4}(?:月|行|吗)|还不[上起]|\b(?:pay less|payment holiday|defer|postpone|pause|instal\w+|more time|can'?t (?:re)?pay|repayment plan)\b",
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
BETTER = re.compile(
    r"好(?:多|些|一?点|受些?)了(?!吗|没|才)|缓过来|冷静(?:下来|些|多)?了|不做傻事|想通了|\b(?:i'?m|i am|i feel|feeling|feel) (?:\w+ )?(?:better|calmer)\b(?! (?:off|dead|if|without|when))",
    re.IGNORECASE,
)
_BUSINESS = re.compile(
    r"还款|贷|借[款钱]|欠|催|逾期|利息|手续费|账[单户]|[银信].{0,2}卡|转账|提现|投诉|工单|征信|额度|分期"
    r"|\b(?:loans?|(?:re)?pay\w*|collect\w*|interest|fees?|account|cards?|bills?|statement|transfer|withdraw\w*|credit|complain\w*|instal\w+|overdue)\b",
    re.IGNORECASE,
)
ASKED = {
    FRAUD: frozenset({"pays", "back", "safe", "freeze", "prepare", "limit"}),
    DISTRESS: frozenset({"collectors", "plan"}),
}
"""What is asked of us, rather than needed this minute."""
BUSINESS = frozenset(f"danger.{DISTRESS}.{name}" for name in (*ASKED[DISTRESS], "again"))
"""Advice about the debt itself, given with a word of care."""
_FEELS = re.compile(
    r"活(?![期动钱])|死|怕|哭|撑|熬|累|\b(?:live|alive|die|dead|cry\w*|scared|afraid|tired)\b", re.IGNORECASE
)
FIRST = {
    FRAUD: frozenset(
        {"receipt", "order", "such", "screen", "sent", "threat", "knows", "remove", "online", "limit", "bait", "real", "hostage", "pays", "safe", "prepare", "police", "steps"}
    ),
    DISTRESS: frozenset({"no_answer", "edge", "alone", "law", "machine"}),
}  # fmt: skip
"""Advice that comes before any article: what to do this minute, or what an article would say too coldly."""
_HEARSAY = re.compile(
    r"(?:他|她|对方|人家|客服|老师)们?[^，。]{0,4}[说讲]|骗[^，。]{0,3}[吗吧]\s*[?？]?$|\b(?:he|she|they|mentor|guy|man)\b[^.?!]{0,12}\b(?:says?|said|tells?|told|swears?|promis\w+)\b|\bsure (?:that )?(?:it|this|he|she|they)\b",
    re.IGNORECASE,
)
"""What the deceiver says of it, or a doubt, lifts no alarm."""
MISLEADS = frozenset({urgent.MISTAKES})
"""Articles that a deceived customer must not be told: that money which has arrived is its receiver's."""
ABOUT_OTHERS = "security-freeze-scammer"
"""The one article to tell who wants the deceiver's account frozen, or to be compensated for what they were led to pay."""
LIKELY = {
    FRAUD: ("security-", "privacy-", "account-", "card-", "verification-", "transfer-receipt", "transfer-cancel"),
    DISTRESS: ("overdue-", "repayment-"),
}
"""How the keys of articles begin that may be told where it is only likely that they were asked for."""
_SENTENCE = re.compile(r".+?(?:[。！？；]|[.!?;](?=\s|$)|$)\s*", re.DOTALL)
_ADVISES = {
    "locked": re.compile(r"紧急锁定|emergency lock", re.IGNORECASE),
    "reported": re.compile(r"(?<!\d)110|请(?:马上|尽快|立即)?报警|\breport it to the police\b", re.IGNORECASE),
    "left": re.compile(r"挂断|退出会议|\bhang up\b|\bleave the meeting\b", re.IGNORECASE),
    "past": re.compile(
        r"挂断|\bhang up\b|停止转账|不要再转钱|\bstop transferring\b|\bsend no more money\b", re.IGNORECASE
    ),
}
"""The advice that is idle once it was followed, or the fraud is over."""
_LIVE = tuple(
    f"danger.{FRAUD}.{name}"
    for name in ("screen", "online", "threat", "remove", "hostage", "call", "real", "knows", "family")
)
"""What is told whole but for the lock: who asks for it has the deceiver on the line again, whatever was done before."""


def words(turn: Turn, key: str) -> str:
    """The text of a key, of advice against fraud without the sentences that tell what was done already."""
    text = turn.word(key)
    done = suspicion.done(turn) if key.startswith((f"danger.{FRAUD}", f"handover.{FRAUD}")) else set()
    idle = [advice for deed, advice in _ADVISES.items() if deed in (done & {"locked"} if key in _LIVE else done)]
    left = [part for part in _SENTENCE.findall(text) if not any(advice.search(part) for advice in idle)]
    if not left:
        return turn.word(f"danger.{FRAUD}.settled")
    return re.sub("；$", "。", "".join(left).strip())


def specific(
    danger: str, text: str, said: list[str], *, first: bool = False, done: Set[str] = frozenset()
) -> str | None:
    """The key of the advice that this asks for, unless it was said lately; `first`: only what comes before any article.

    Money that has gone is not advised against, and once it went days ago no transfer waits to be cancelled. Who asks once
    more what was just answered is told that it was read.
    """
    names = [name for name, words in _FOUND[danger].items() if words.search(text)]
    idle = {"pay"} if "sent" in names else set()
    idle |= {"sent"} if "past" in done else set()
    asks = is_question(text) and not ASKED[danger].isdisjoint(names)
    if asks and not first:
        names, idle = [*names, "again"], idle | {"reported", "done"}
    names = [name for name in names if name not in idle and (not first or name in FIRST[danger])]
    lately = said[-1:] if asks else said[-FEW:]
    return next((key for name in names if (key := f"danger.{danger}.{name}") not in lately), None)


def is_on_the_line(text: str) -> bool:
    """Whether the deceiver speaks to them at this moment."""
    return bool(_FOUND[FRAUD]["online"].search(text))


def asks_of_receipt(text: str) -> bool:
    """Whether somebody asks what to do with the police's receipt."""
    return bool(_FOUND[FRAUD]["receipt"].search(text))


def asks_if_real(text: str) -> bool:
    """Whether somebody asks if there is such a thing as the deceiver spoke of."""
    return bool(_FOUND[FRAUD]["such"].search(text))


def misleads(key: str, text: str) -> bool:
    """Whether an article must not be told to who is deceived, or not to what they ask: the others know only of one's own account."""
    of_others = _FOUND[FRAUD]["freeze"].search(text) or _FOUND[FRAUD]["pays"].search(text)
    return key in MISLEADS or bool(of_others and key != ABOUT_OTHERS)


def is_better(text: str) -> bool:
    """Whether someone who despaired says that they are better."""
    return bool(BETTER.search(text)) and not urgent.speaks_of_despair(text)


def is_business(text: str) -> bool:
    """Whether someone who despaired asks about a loan, an account or the like, and says nothing of despair."""
    return bool(_BUSINESS.search(text)) and not (_FEELS.search(text) or urgent.speaks_of_despair(text))


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
