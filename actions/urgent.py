"""What must not wait: fraud in progress, distress, a threat to go outside, fury. Says so, and a person is called at once.

Word rules beside the classifier: missing one of these costs more than a person called for nothing. The backend judges
how serious a filed complaint is by rules of its own (`ticketing/tickets/severity_signals.py`).
"""

from __future__ import annotations

import re

from actions import suspicion
from actions.said import CONFIDENT, LIKELY, SURE, is_question
from actions.turn import Turn

_SELF_HARM = re.compile(
    r"不想活(?![期钱跃动])|唔想活|活不下去|活唔落去|自杀|自殺|轻生|輕生|跳楼(?![价大甩促])|跳樓(?![價大])|跳下去|(?:结束|了结)(?:自己|我)的?(?:生命|命)|一死了之|(?<![我都快])想死(?![机機])|我想死"
    r"|去死算了|遗书|遺書|割腕|上吊"
    r"|\bkill(?:ing)? myself\b|\bsuicid|\bend my life\b|\bdon'?t want to (?:live|be alive)\b|\bwant to die\b|\bbetter off (?:dead|without me)\b|\btake my own life\b",
    re.IGNORECASE,
)
_DESPAIR = re.compile(
    r"绝望|絕望|崩溃|崩潰|撑不住|撑不下去|走投无路|没有?活路|逼死|走绝路|没路|没希望|看不到头|熬不住|去死|死了(?:家里|才|就|算)|想消失|抑郁|累赘|桥上|放过我|一身债|对不起(?:爸|妈|父母|孩子)|\bhurt myself\b|\bbreaking down\b|\bto the edge\b|\bi'?ll jump\b|\bdisappear\w* forever\b|\bno will\b|\ball alone\b|\bhow to go on\b|\bi shake\b|\b(?:hopeless|desperate|can'?t go on|no way out|can'?t take (?:it|this) any ?more)\b",
    re.IGNORECASE,
)
_AT_AN_END = re.compile(
    r"活着(?:还|真|也)?(?:有|没)(?:什么|啥)?意思|没意思了|不如死|没法活|过不下去|熬不下去|撑不下去|扛不住了|\bcan'?t go on (?:like this|any ?more|living)|\blost everything\b|\bend it all\b|\bno (?:point|reason) (?:in|to) liv|\bnothing (?:left )?to live for\b|\bdon'?t want to be here any ?more\b",
    re.IGNORECASE,
)
"""Words of someone at the end of their strength, for which a hint of despair from the classifier is enough."""
BEREAVED = re.compile(
    r"(?:爸|妈|父亲|母亲|爷爷|奶奶|外公|外婆|老公|老婆|丈夫|妻子|爱人|老伴|先生|儿子|女儿|哥哥?|姐姐?|弟弟|妹妹|家人|亲人)[^，。,.]{0,6}(?:去世|过世|病逝|离世|(?<![取拿转划刷卷提带])走了|不在了|没了|死了)|亡夫|亡妻"
    r"|\b(?:my|our) (?:late|dead|deceased) (?:husband|wife|mother|father|mum|mom|dad|son|daughter|brother|sister|partner|parents?)\b"
    r"|\bmy (?:husband|wife|mother|father|mum|mom|dad|son|daughter|brother|sister|partner|gran\w*)\b[^.?!,]{0,12}\b(?:died|dead|passed away|is gone)\b|\bi(?:'?m| am) a widow",
    re.IGNORECASE,
)
_HARD_UP = re.compile(
    r"失[业業](?!金|保险|率|证)|下岗|被裁|(?:没|丢)了工作|工作没了|没有?收入(?!证)|还不[上起]|没钱还(?!我)|断供|公司倒闭|我(?:实在|真的?|现在|这个?月|最近|已经|也|是|都)*没钱了?(?![^，。]{0,3}收到)|手头(?:太|很|有点|比较|实在)?紧|周转不(?:开|过来)"
    r"|\blost (?:my|his|her) job\b|\blaid off\b|\bmade redundant\b|\bunemployed\b|\bout of work\b|\b(?:can'?t|cannot|unable to|couldn'?t) (?:afford|(?:re)?pay)\b[^.?!]{0,25}\b(?:loan|debt|instal\w+|repayments?|it back|this month)\b|\bbehind on (?:my|the)\b|\b(?:i'?m|i am) (?:broke|skint)\b|\b(?:have|got|have got|there'?s) no money (?:left|now|this month)\b|\bshort of (?:money|cash)\b",
    re.IGNORECASE,
)
"""Hardship and grief: they call for sympathy and help, not for a help line."""
_INJURED = re.compile(
    r"骨折|摔(?:伤|断|了|到)|受伤|住院|手术|车祸|(?:手|腿|脚|胳膊|腰|肋骨)[^，。,.]{0,2}断了|\b(?:broke|broken|fractured|sprained|hurt) (?:my|his|her|an?|the) (?:left |right )?(?:arm|leg|wrist|ankle|hip|foot|toe|finger|hand|ribs?|nose|tooth|collarbone|back|knee|shoulder)\b|\b(?:surgery|in (?:the )?hospital|injur(?:ed|y)|car accident)\b",
    re.IGNORECASE,
)
"""A body that is hurt: what an insurance claim tells of."""
_COLLECTORS = re.compile(r"催收|催债|逼债|\b(?:debt )?collect(?:ors?|ions?)\b", re.IGNORECASE)
_ACCUSES = re.compile(
    r"[你您]们(?![这那家]|的钱)|投诉|投訴|道歉|赔|骂|凭什么|(?<!with )\b(?:you|u)\b|\byour (?:agents?|staff|clerk|people|man|colleagues?|app)\b|\b(?:complain\w*|apolog\w+|refund|shouted|rude)\b",
    re.IGNORECASE,
)
_UNSURE = frozenset(
    {"open_complaint", "out_of_scope", "nlu_fallback", "inform", "express_distress", "report_fraud", "deny", "goodbye"}
)
"""What a plain word of hardship is taken for when its class is missed."""
_IMPATIENT = re.compile(
    r"(?:等|累|急|烦|慢|忙|热|困|饿|笑|气|贵|卡|吵|冷|吓|嚇|骂|罵|怕|羞|愁|尬|坑)[^，。,.]{0,4}死|要死了|\b(?:wait(?:ing|ed)?|slow|ages|forever|boring|killing me|dying to|to death)\b",
    re.IGNORECASE,
)
"""Words of despair that mean impatience."""
_LOCKED = re.compile(r"锁[住定]?了|被锁|\b(?:is|are|got|was|been|keeps?|gets?) (?:\w+ )?locked\b", re.IGNORECASE)
_FRAUD = re.compile(
    r"安全账户|安全帳戶|屏幕共享|共享屏幕|刷单|杀猪盘|冒充|骗子|騙子|诈骗|詐騙|被骗|被騙|被呃|盗刷|(?:验证码|密码).{0,8}(?:告诉|发给|念给|给了)|(?:告诉|发给|念给|给了).{0,8}(?:验证码|密码)"
    r"|\bscam|\bfraud|\bimpersonat|\bpretend(?:ing|s|ed)? to be\b|\bphish|\bsafe account\b|\bshar(?:e|ed|ing) my screen\b|\b(?:gave|give|told|read|shared|sent)\b[^.?]{0,30}\b(?:code|password|otp|pin)\b|\bgave (?:it|them|him|her|that|this|those) to (?:the|a|some)\b[^.?]{0,12}\b(?:lady|man|guy|caller|woman|person|stranger|agent)\b|\btricked\b",
    re.IGNORECASE,
)
_STOLEN = re.compile(
    r"盗刷|盜刷|(?:钱|錢|余额|卡|账户|账号|号)[^，。,.]{0,6}(?:被|遭|让|给|畀)[^，。,.]{0,4}(?:盗|偷|转走|划走|取走|提走|刷)|(?:不是|唔系|没有?)我(?:自己|本人)?(?:刷|花|转|操作|消费|买|付|取|提|借|贷|办|注册|开)的?"
    r"|(?:别人|有人|人家|骗子|他们)[^，。,.]{0,6}(?:用|拿|冒用|盗用)我[^，。,.]{0,8}(?:注册|贷|借|开|办|登|刷|付)|冒用|盗用|我(?:可|也|都|从来|根本|压根)?(?:没有?|冇)(?:买|花|刷|消费|转|借)过"
    r"|\b(?:(?:wallet|account|card|balance) (?:was |has been |got |is )?(?:emptied|hacked|drained|stolen|cleaned out|used by)|(?:never|didn'?t|did not|wasn'?t me who|not me who) (?:made?|authori[sz]ed?|paid?|sen[dt]|used?|bought|approved?) (?:this|that|these|it|the|any)"
    r"|someone (?:else )?(?:took|stole|used|withdrew|transferred|spent|opened)|unauthori[sz]ed|stole my|hacked|in my name without)\b",
    re.IGNORECASE,
)
_PAID_TO_ME = re.compile(
    r"(?:客人|顾客|客户|买家|食客)[^，。]{0,10}(?:扫[^，。]{0,3}我的?(?:收款)?码(?!.{0,8}走)|(?:付钱?|付款|转账?|打钱?)给我|给我(?:付|转|打))"
    r"|\b(?:customers?|buyers?|guests?|clients?)\b[^.?!]{0,12}\b(?:pays?|paid|scans?|scan)\b[^.?!]{0,8}\b(?:me|my (?:code|qr))\b",
    re.IGNORECASE,
)
"""“不是我付钱，是客人扫我的码”: a shop is being paid, and nothing was taken."""
_BY_US = re.compile(
    r"[你妳您]们?(?:公司|平台|家|银行)?[^，。,.]{0,4}(?:偷|抢|骗|坑|吞|扣)|\b(?:you|u|ya|yall|your (?:app|bank|company)|this (?:app|bank|company))\b(?: \w+){0,2} (?:stole|steal|took|robbed|rob|scammed|cheated|charged|deducted)\b",
    re.IGNORECASE,
)
"""Who says that we took the money is angry at us, and no deceiver is at work."""
_CALLED_ONE = re.compile(
    r"说我(?:们)?(?:是|在)?(?:骗|老赖|诈骗)|骂我[^，。]{0,4}骗子|\b(?:said|says?|saying|call(?:s|ed|ing)?|accus\w+)\b[^.?!]{0,12}\b(?:i'?m|i am|me|us|we'?re|my \w+)\b[^.?!]{0,12}\b(?:fraud\w*|scammers?|cheat\w*|liars?|thie(?:f|ves))\b",
    re.IGNORECASE,
)
"""Who is called a fraudster is not robbed by one."""
_NOT_DECEIVED = re.compile(
    r"(?<!是)不是(?:被|遭)人?[骗騙呃]|没有?(?:被|遭)人?[骗騙]|沒有?被人?騙"
    r"|\b(?:not|never|wasn'?t|weren'?t|haven'?t) (?:been )?(?:a )?(?:scam(?:med)?|defrauded|tricked|deceived)\b",
    re.IGNORECASE,
)
_MISTAKEN = re.compile(
    r"(?<![说称讲])(?<![说称讲].)(?<![说称讲]..)[转汇]错"
    r"|\b(?:sent|send|transferr?ed|paid|wired)\b[^.?!]{0,40}\bwrong (?:person|account|number|recipient|guy|payee)\b|\bwrong transfer\b|\bi (?:\w+ )?(?:sent|transferr?ed|paid|wired)\b[^.?!]{0,40}\b(?:by mistake|mistakenly)\b",
    re.IGNORECASE,
)
"""What its owner did; “他说转错了，让我退回去” is what deceivers say."""
_SOON = 3
"""So many turns after its article a mistaken transfer is still spoken of."""
MISTAKES = "transfer-wrong-recipient"
"""The article about money that its owner sent to the wrong receiver; nobody was deceived."""
_SOMEONE = re.compile(
    r"骗|騙|呃|诈|詐|假|冒|盗|盜|偷|黑|陌生|不认识|唔识|对方|他们|她们|人家|有人|别人|网友|老师|导师|客服|警察|公安|法院|领导|老板|群|链接|鏈接|二维码|验证码|驗證碼|密码|密碼|刷|让我|叫我|逼我|威胁|远程|共享|下载|兼职|返利|投资|中奖|保证金|解冻|拉黑|联系不上|失联|不是我|没买|异地|登录|登陆"
    r"|\b(?:scam\w*|fraud\w*|fake|hack\w*|st[eo]le\w*|stranger|some(?:one|body)|they|he|she|caller|call(?:ed|ing)?|link|code|otp|pin|password|police|officer|agent|tricked|duped|phish\w*|remote|screen|whatsapp|telegram|wetin|wasn'?t me|not me|didn'?t|login|logged|blocked me|deposit)\b",
    re.IGNORECASE,
)
"""Who or what a deceiver comes with: without any of it a classifier alone is no reason for an alarm."""
_OUTSIDE = (
    r"(?:银保监|銀保監|金融监管|金管局|监管(?:局|部门|机构|那边|层)|证监会|人民银行|人行|央行|消协|消保委|消费者协会|(?<!\d)123(?:78|63|45|15)(?!\d)|信访|金融办|工信部"
    r"|市长热线|记者|記者|媒体|媒體|电视台|報社|报社|焦点访谈|黑猫|315晚会|曝光|起诉|起訴|法院|打官司|律师|律師|仲裁)"
)
_THREAT = re.compile(
    rf"(?:我|咱|马上|立刻|明天|今天|现在|这就|就|要|会|准备|打算|只能|只好|直接|已经|等着|去|向|找|打|跟|到|让|叫|联系|告)[^，。！？；,.!?;]{{0,8}}{_OUTSIDE}"
    rf"|{_OUTSIDE}[^，。！？；,.!?;]{{0,4}}(?:见|投诉你|告你|举报你|曝光你|等着)|告你们|举报你们|發到網上|(?:发|挂|放|传)(?:到|上)?(?:网上|微博|抖音|小红书|知乎|朋友圈)"
    r"|\b(?:i'?ll|i will|i'?m|i am|gonna|or i|else i|i have|i'?ve|about to|have to|want to|shall)\b[^.!?]{0,60}"
    r"\b(?:regulators?|ombudsman|cbirc|nfra|consumer (?:association|council)|123(?:78|63|15|45)|the press|newspapers?|journalists?|reporters?|media|tv stations?"
    r"|in court|to court|sue|suing|lawyers?|solicitors?|lawsuit|go public|going public|expose|twitter|weibo|trustpilot)\b"
    r"|\bsee you in court\b|\b(?:you'?ll|you will) hear from my (?:lawyer|solicitor)",
    re.IGNORECASE,
)
_NO_THREAT = re.compile(
    r"(?:受|被|经|由|归)\w{0,6}监管|监管\w{0,2}(?:规定|要求|政策|批准|备案)|[自全新流多]媒体|社交媒体账|律师费|法院\w{0,6}(?:冻结|执行|传票|判决|查封|扣划)|收到\w{0,4}(?:法院|律师)"
    r"|(?:被|你们|说|要|会)\w{0,4}起诉我|被\w{0,4}(?:起诉|曝光)|(?:不想|不会|不打算|没想|不愿|没打算|不是要)[^，。,.]{0,10}"
    + _OUTSIDE
    + r"|\b(?:don'?t|not|never|won'?t|without)\b[^.,!?]{0,30}\b(?:regulator|press|sue|court|lawyer|media|public)|\b(?:saw|read|heard)\b[^.!?]{0,20}\bmedia\b",
    re.IGNORECASE,
)
_ULTIMATUM = re.compile(
    r"再不|再这样|否则|不然|要不然|信不信|等着|\bor else\b|\bunless\b|\bif you don'?t\b", re.IGNORECASE
)
_HEATED = re.compile(
    r"太过分|過分|气死|氣死|气炸|火大|忍无可忍|欺人太甚|垃圾(?!短信|邮件|信息|电话)|黑心|无耻|無恥|不要脸|坑人|坑爹|坑钱|岂有此理|恶心|受够了|受夠|什么破|甚麼爛|烂透|太差劲|太离谱|太離譜|气愤|愤怒|憤怒|谢谢?[你您]们?全家|真?服了[你您]们"
    r"|(?:你们|公司|平台|一群|一帮|就是|都是)\w{0,3}(?:骗子|强盗|流氓|土匪)|(?:骗子|强盗|流氓)(?:公司|平台|银行)|吸血鬼"
    r"|\b(?:outrageous|furious|thanks? (?:you |a lot )?for nothing|disgusting|disgusted|unacceptable|appalling|disgrace(?:ful)?|pathetic|ridiculous|fed up|sick and tired|sick of|rip-?off|useless|shameful|livid|incompetent|enraged|so angry|really angry|worst (?:app|bank|company|service))\b",
    re.IGNORECASE,
)
_FURIOUS = re.compile(
    r"他妈|(?<![我你他她爸姑姨舅])妈的|媽的|操你|草泥马|尼玛|滚蛋|王八蛋|混蛋|狗屁|放屁|畜生|傻[逼比]|屌你|仆街|^滚(?:开|远点|吧)?[!！。]*$"
    r"|\b(?:f+u+c+k\w*|wtf|bullshit|bastards?|assholes?|idiots?|scumbags?|go to hell)\b|\b(?:you|u) (?:bloody |damn |are |r |all )*(?:thieves|crooks|scammers|liars)\b",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"(?:\b[A-Z]{2,}\b\W+){4,}|[!！]{3,}")

ALARMS = frozenset({"report_fraud", "express_distress"})
HINTED_DESPAIR = 0.05
HINTED = 0.2
"""How likely the classifier must hold fraud to be when the words speak of it."""


def reason(turn: Turn) -> str | None:
    """`fraud`, `distress`, `threat` or `anger` when a person is needed at once.

    Plain words come before the classifier: fury is not despair, and going to the regulator is no fraud.
    """
    if turn.is_button:
        return None
    text, heat = turn.text, anger(turn.text)
    certain = CONFIDENT if turn.memory.get("tasks") else LIKELY
    taken_for = turn.intent if turn.confidence >= certain else ""
    suspected = taken_for == "report_fraud" or dict(turn.ranking).get("report_fraud", 0.0) >= HINTED
    hinted = dict(turn.ranking).get("express_distress", 0.0) >= HINTED_DESPAIR and _AT_AN_END.search(text)
    if _SELF_HARM.search(text) or hinted or (taken_for == "express_distress" and _despairs(turn, heat)):
        return "distress"
    asks, told_of = is_question(text), suspicion.is_told_of(text)
    called_one = (_CALLED_ONE.search(text) and not stolen(text)) or is_mistaken(turn)
    if not called_one and suspicion.shows_fraud(turn) and (asks or not _BY_US.search(text)):
        return "fraud"
    # who fell for it last week asks what is left to do, and needs a person all the same
    past = "past" in suspicion.deeds(text)
    denied = _NOT_DECEIVED.search(text) and not (asks or stolen(text))
    preyed_on = not (called_one or denied or told_of or _BY_US.search(text))
    if preyed_on and _FRAUD.search(text) and (past or (suspected and not asks)):
        return "fraud"
    if threatens(text):
        return "threat"
    if taken_for == "report_fraud" and not heat and not (told_of or called_one or denied) and _is_preyed_on(turn):
        return "fraud"
    return "anger" if heat == 2 or (heat == 1 and turn.memory.get("heated")) else None


def _despairs(turn: Turn, heat: int) -> bool:
    """Whether what the classifier takes for distress is that; “等得我要死了” is not, nor hardship, nor what it is unsure of."""
    if speaks_of_despair(turn.text):
        return True
    calm = _IMPATIENT.search(turn.text) or is_hardship(turn.text) or _COLLECTORS.search(turn.text)
    calm = calm or _INJURED.search(turn.text)
    calm = calm or (turn.memory.get("bereaved") and is_question(turn.text))  # asks about the one they lost
    return not heat and turn.confidence >= SURE and not calm


def speaks_of_dying(text: str) -> bool:
    """Whether a text says so itself, whatever it is taken for."""
    return bool(_SELF_HARM.search(text) or _AT_AN_END.search(text))


def speaks_of_despair(text: str) -> bool:
    """Whether a text has words of dying or of despair, whatever it asks besides."""
    return speaks_of_dying(text) or bool(_DESPAIR.search(text))


def is_hardship(text: str) -> bool:
    """Whether someone tells of a death in the family, of lost work or of a debt that they cannot pay."""
    return bool(BEREAVED.search(text) or _HARD_UP.search(text))


def is_plight(turn: Turn) -> bool:
    """Whether hardship was taken for something that it is not: nobody is accused of it, and it is our business."""
    if turn.is_button or turn.intent not in _UNSURE or not is_hardship(turn.text):
        return False
    return not (_ACCUSES.search(turn.text) or _COLLECTORS.search(turn.text))


def _is_preyed_on(turn: Turn) -> bool:
    """Whether what the classifier takes for fraud is that: by its words, or because it is sure; a locked account is none."""
    if _BY_US.search(turn.text):
        return False
    if _FRAUD.search(turn.text) or stolen(turn.text):
        return True
    sure = turn.confidence >= SURE and bool(_SOMEONE.search(turn.text))
    return sure and not is_question(turn.text) and not _LOCKED.search(turn.text)


def stolen(text: str, *, asked: bool = False) -> bool:
    """Whether money went that its owner did not send, or someone acts in their name; `asked`: also where it is a question."""
    if _PAID_TO_ME.search(text) or _BY_US.search(text):
        return False
    return bool(_STOLEN.search(text)) and (asked or not is_question(text))


def is_mistaken(turn: Turn) -> bool:
    """Whether money was sent to the wrong receiver by its owner, now or as answered before: blocked and unpaid, but not deceived."""
    if _FRAUD.search(turn.text) or suspicion.sign(turn.text) or suspicion.is_suspected(turn):
        return False
    answered = turn.memory.get("topic") == MISTAKES and turn.count - int(turn.memory.get("topic_at") or 0) <= _SOON
    return answered or bool(_MISTAKEN.search(turn.text))


def is_false_alarm(turn: Turn) -> bool:
    """Whether the classifier alone took a message for fraud or despair, which its words do not bear out."""
    return not turn.is_button and turn.intent in ALARMS


def calmer_intent(turn: Turn) -> str:
    """What a message is that was no alarm: a plight or a question about it, a grievance if it may be one, else not understood."""
    if is_plight(turn):
        return "ask_question" if is_question(turn.text) else "inform" if turn.memory.get("tasks") else "tell_situation"
    if suspicion.is_told_of(turn.text) or (is_mistaken(turn) and not turn.memory.get("tasks")):
        return "ask_question"
    if _INJURED.search(turn.text) and not _ACCUSES.search(turn.text):
        return "ask_question" if is_question(turn.text) else "inform" if turn.memory.get("tasks") else "tell_situation"
    if is_hardship(turn.text) or _COLLECTORS.search(turn.text):
        return "ask_question" if is_question(turn.text) else "open_complaint"
    likely = [name for name, _ in turn.ranking if name not in ALARMS][:2]
    return "open_complaint" if "open_complaint" in likely else "nlu_fallback"


def threatens(text: str) -> bool:
    """Whether a text says that its writer goes to a regulator, the press, the public or a court; asking how does not."""
    if not _THREAT.search(text) or _NO_THREAT.search(text):
        return False
    return not is_question(text) or bool(_ULTIMATUM.search(text))


def without_threat(text: str) -> str:
    """The clauses of a text that do not threaten: what else it tells."""
    return " ".join(
        clause for clause in re.split(r"[，。！？；,.!?;\n]|\b(?:and|or|so|but)\b", text) if not _THREAT.search(clause)
    )


def anger(text: str) -> int:
    """0 calm, 1 heated, 2 furious."""
    if _FURIOUS.search(text):
        return 2
    return 1 if _HEATED.search(text) or _SHOUTED.search(text) else 0


def without_heat(text: str) -> str:
    """The text without its angry words: what else it says."""
    return _SHOUTED.sub(" ", _HEATED.sub(" ", text))
