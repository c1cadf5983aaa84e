"""The words that make a complaint serious, as customers write them; simplified characters and lower case.

Each signal has its words and the uses in which the same words are harmless: a regulator that "requires" a photo, police
in a story, a scam that happened to the customer rather than an insult. What counts as what is measured on labelled
sentences (``python -m ticketing.tickets.evaluation severity``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """Words that speak for a reason. ``harmless`` uses are not counted; ``veiled`` ones only as a mention."""

    reason: str
    words: re.Pattern[str]
    harmless: re.Pattern[str] | None = None
    veiled: re.Pattern[str] | None = None


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts))


REGULATOR = Signal(
    "regulator",
    _any(
        r"银保监[会局]?|金融监管(总|管理)?局|证监会|(?<!被)监管(局|部门|机构)|12378|12363|12345|12315|消协|消费者(权益保护)?(协会|委员会)",
        r"消保委|信访|金融办|工商局|市场监管|金管局|上级(主管)?(部门|单位)|主管(部门|单位)|人民银行\w{0,4}(热线|投诉|反映|举报)|央行\w{0,4}(投诉|举报|反映)|市长热线|政府热线|举报你们",
        r"\bregulators?\b|regulatory (authority|body)|\bombudsman\b|consumer (council|association|protection)",
        r"\b(cbirc|nfra|fca|cfpb)\b|financial conduct authority|financial services authority|\b(complain|complaint|report you|escalate)\b[^.,]{0,20}\bauthorit(y|ies)\b",
    ),
    harmless=_any(
        r"监管\w{0,2}(规定|要求|政策|办法)",
        r"(银保监[会局]?|监管\w{0,2})(批准|批复|备案|许可|核准)",
        r"受\w{0,10}监管|(听说|据说|听闻)\w{0,6}(监管|金管|银保监)\w{0,3}",
        r"regulators? (now )?(requires?|required|demands?|wants)|(approved|licensed|authorised|regulated) by the regulator",
    ),
    veiled=_any(r"在\w{0,6}监管\w{0,2}(上班|工作)", r"works? (for|at) (a|the) regulator"),
)
PRESS = Signal(
    "press",
    _any(
        r"记者|媒体|电视台|上电视|曝光(?![率量度])|315晚会|焦点访谈|登报|报社|新闻(热线|频道|媒体|记者)",
        r"\bthe press\b|\bnewspapers?\b|\bjournalists?\b|\breporters?\b|\bthe media\b|\btv station|\bgo(ing)? public\b|\b(local|national) paper\b|\bnews (desk|channel)\b",
    ),
    harmless=_any(
        r"[自全新流多]媒体|社交媒体|媒体账号",
        r"(视频|网上|微博|抖音|小红书|网络|朋友圈)\w{0,4}曝光",
        r"(read|saw|seen|heard|was)\b.{0,20}\b(in|on) the (press|media|newspapers?)|press the\b|(freelance|as a) (\w+ )?reporter",
    ),
    veiled=_any(r"(是|当)\w{0,3}记者", r"(is|as|am) an? (\w+ )?(journalist|reporter)"),
)
COURT = Signal(
    "court",
    _any(
        r"起诉|法院|法庭|打官司|律师|仲裁|诉讼|法律(程序|途径|手段|责任|武器)|告(你们|上|到)",
        r"\bsu(e|ing)\b|\b(lawyers?|solicitors?|attorneys?|lawsuit)\b|(take|see|meet) (you|this|them)( all)? (in|to) court",
        r"\bsmall claims\b|letter before action|\bsolicitors\b|\blegal (action|proceedings|steps)\b|\bgo(ing)? to court\b",
    ),
    harmless=_any(
        r"法院\w{0,8}(冻结|执行|判决|扣划|裁定|查封|上班|工作)|在法院|哪个法院|律师费|仲裁委|裁决书|被\w{0,4}起诉|(法院)?\w{0,2}传票|我收到\w{0,4}(法院|律师函)|起诉我(?!们就)",
        r"lawyer's fees?|solicitor's fees?|court order",
    ),
    veiled=_any(
        r"(我|他|她|妹妹|姐姐|哥哥|弟弟|朋友|同学|老公|老婆|亲戚|家人|儿子|女儿)(就)?是\w{0,2}律师",
        r"(i am|i'm) an? (lawyer|solicitor|attorney)",
    ),
)
POLICE = Signal(
    "police",
    _any(
        r"(就|要|会|马上|立马|立刻|这就|准备|只能|只好|让|叫|去|直接|等着)(我|你们)?\w{0,4}(报警|报案|警察|公安|派出所)",
        r"(i'll|i will|i'm|i am|going to|gonna|will have to)\b[^.,]{0,40}\bpolice\b|\bor\b[^.,]{0,12}\bpolice\b[^.,]{0,20}\b(involved|called|know)",
    ),
    harmless=_any(
        r"(要不要|需不需要|该不该|需要|是否|能不能|可不可以|你们说\w{0,4}要|客服说\w{0,4}要|才去|已经去|去了)\w{0,6}(报警|报案)",
        r"police (officer|report|station)|told by the police|should i\b[^.,]{0,30}police",
    ),
)
SOCIAL_MEDIA = Signal(
    "social_media",
    _any(
        r"(发|挂|传|晒|放)(到|上|在)?\w{0,3}(微博|抖音|小红书|知乎|朋友圈|网上|网络|快手|论坛|贴吧|热搜)",
        r"(微博|抖音|小红书|知乎|b站|贴吧|快手|网上)\w{0,6}(发帖|发文|发视频|曝光|避雷|挂出来)",
        r"黑猫|发帖|发视频\w{0,3}曝光|上热搜",
        r"\b(post|posting|posted|share|sharing|put|putting|going|goes|tweet|tweeting)\b.{0,40}"
        r"\b(twitter|reddit|trustpilot|facebook|tiktok|weibo|xiaohongshu|youtube|instagram|social media|online)\b",
        r"\bfollowers\b.{0,30}\b(hear|know|see|read)|\b(everyone|everybody|people) (on|in) (my )?(facebook|twitter|wechat|reddit|social media)\b.{0,30}\b(hear|know|see|read)|\bgo(ing)? viral\b|\bone-star reviews?\b",
    ),
)
ANGER = Signal(
    "anger",
    _any(
        r"(你们|公司|平台|客服|一群|一帮|都是|就是|大)\w{0,4}骗子|骗子(平台|公司|软件|app|机构|集团)",
        r"(你们|简直|纯粹|这就?是|赤裸裸)\w{0,4}(欺诈|诈骗)",
        r"垃圾(平台|公司|软件|app|系统|服务|客服|产品|玩意)|破(系统|软件|平台|app)|什么(破|鬼|玩意|垃圾)",
        r"黑心|无耻|不要脸|坑(人|钱|爹|客户|我)|太过分|忍无可忍|气死|气炸|火大|欺人太甚|欺负(人|老百姓)|流氓|强盗|土匪|明抢|抢钱",
        r"吸血|恶心|(极其|太|特别|非常|十分)恶劣|当猴耍|耍(我|人)|混蛋|王八蛋|(?<![我你她爸])妈的|他妈|狗屁|放屁|滚蛋|嘴脸|不是人|愤怒|可恶|岂有此理",
        r"万个不满意|良心被狗|没良心|气得|(很|太|非常|十分)(生气|气愤|恼火)|服了你们|一个破\w|破(玩意|东西)|不是(欺诈|诈骗|骗人|坑人|抢)\w{0,2}是什么|骗人的|(极度|非常|强烈)不满",
        r"\b(you|you're|you are|your|company|app|bank|lot)\b[^.,]{0,24}\b(scammers?|crooks|thieves|liars|fraudsters|criminals)\b",
        r"\b(what an?|total|complete|absolute|utter|this is an?|such an?) (scam|joke|disgrace|fraud|rip-?off|shambles)\b",
        r"\b(outrageous|furious|disgust(ing|ed)|unacceptable|appalling|disgraceful|pathetic|ridiculous|shameful|useless)\b",
        r"\b(daylight robbery|rip-?off|liars|sick and tired|fed up|shame on you|bullshit|wtf|incompetent)\b|\bf+u+c+k",
        r"\bworst (app|bank|company|service|support|experience)\b|\blied to (me|my face)\b|\bkidding me\b|\byou thieves\b|\bhow dare you\b|\byou (stole|robbed)\b|\bbeyond a joke\b|\b(angry|livid|disgusted|enraged)\b|\bscumbags?\b|\bidiots?\b",
    ),
    harmless=_any(
        r"(遇到|碰到|遇上|被|是个|是不是)\w{0,3}骗子|骗子(冒充|用|让|打|说|吗)|被\w{0,3}(诈骗|欺诈)",
        r"\b(the|some) thieves\b|in a robbery",
    ),
)
DISTRESS = Signal(
    "distress",
    _any(
        r"活不下去|不想活|不活了|自杀|轻生|跳楼|跳下去|结束生命|一死了之|想死(?!的心)|撞死|死给你们看|家破人亡|逼死|上吊|割腕",
        r"\bkill(ing)? myself\b|\bsuicid|\bend my life\b|don't want to (live|be here)|\b(can't|cannot|can not) go on\b|nothing to live for|\b(better off|rather be) dead\b|\btake my own life\b",
    ),
)
VULNERABLE = Signal(
    "vulnerable",
    _any(
        r"残疾|残障|盲人|失明|看不清|聋哑|孤寡|住院|重病|癌|化疗|透析|手术费|救命钱|看病的?钱|医药费|养老钱|养老金|退休金|低保",
        r"全家(就|都)?靠|晚期|听力|听不见|视力|轮椅|行动不便|瘫痪|丧葬|去世|过世|医院等|等着\w{0,4}(治病|看病|做手术|用药)|单亲|失业|丢了工作|下岗|奶粉|房租|揭不开锅|吃不上饭|血汗钱|农民工|孕妇|怀孕|抑郁症?|老人(?!机|模式)|老爷子|老太太",
        r"(六十[五六七八九]|[七八九]十)[一二三四五六七八九多来几]?(多|来)?(岁|了|的人|，|。|$)|[7-9]\d(多|来)?岁|今年(都)?[七八九]十",
        r"\bhospital\b|\bdisabled\b|\bdisability\b|\bpension\b|\belderly\b|\bblind\b|\bdeaf\b|\bwheelchair\b|\bcancer\b|\bchemo",
        r"\bdialysis\b|\blife savings\b|\brent money\b|\b(pay|make) (my|the) rent\b|\bsingle (mother|mum|mom|father|parent)\b",
        r"\bpregnant\b|\blost my job\b|\bunemployed\b|\bfeed (my|the|our) (kids|children|family)\b|\bdepress(ed|ion)\b|\banxiety\b|\bfuneral\b|\b(passed away|died)\b|\bcarer\b|\bterminally ill\b|\bhard of hearing\b",
        r"\b(i am|i'm|he is|she is|who is|aged) (seventy|eighty|ninety|[7-9]\d)\b|\b[7-9]\d[- ]year[- ]old\b",
    ),
    harmless=_any(
        r"(残疾|伤残|重疾|癌症?|住院|医疗|养老|失业)\w{0,2}(险|津贴|基金|理财|目标|账户|产品|鉴定|等级)|老人机",
        r"hospital (cash|cover|plan)|pension (fund|plan|product|account)|colou?r-blind",
        r"\b(account|card|button|feature|option|login|function|app|service|profile|it)\b (is|was|were|got|has been|gets) disabled",
    ),
)
REPEAT = Signal(
    "repeat",
    _any(
        r"第[二三四五六七八九十\d]+次\w{0,5}(投诉|反映|反馈|找你们|联系|来电)",
        r"(投诉|反映|反馈|说|找你们|联系)(过|了)?\w{0,4}(好几|很多|多少|无数|[两三四五六七八九十]|\d+)(次|遍|回)(?!付|购|扣)|第[二三四五六七八九十\d]+(回|次)(找|问|说|打)",
        r"(之前|上次|上个?月|上周\w?|以前|去年|前几天|早就)\w{0,6}(投诉|反映|反馈|报|说|提)过|再次投诉|又来投诉|反反复复|跟上次一(模一)?样",
        r"\b(second|third|fourth|fifth|\d+(nd|rd|th)) (e-?mail|message|call|letter|complaint)\b|\b(raised|reported|complained about) (this|it) before\b|\bas i (said|wrote|told you) (before|last)\b",
        r"\b(second|third|fourth|fifth|sixth|\d+(nd|rd|th)) time\b.{0,20}\b(complain|contact|writ|report|call)",
        r"\balready (complained|reported (this|it)|contacted you|written to you)\b",
        r"\b(complained|reported this|contacted you|written)\b.{0,20}\b(twice|(three|four|five|several|many) times)\b",
        r"\bsame (problem|issue|thing|error|charge) (as|again)\b|\b(locked|blocked|charged|frozen|declined|happened)\b.{0,12}\bagain\b",
    ),
    harmless=_any(r"(从来|从)?(没有?|未)\w{0,2}投诉过", r"never complained"),
)

OUTSIDE = (REGULATOR, PRESS, COURT, POLICE, SOCIAL_MEDIA)
"""Threats to take the matter outside the company."""
INSIDE = (ANGER, DISTRESS, VULNERABLE, REPEAT)

CLAUSE = re.compile(r"[，。！？；,.!?;\n]|但是?|可是|而是|\bbut\b|\bjust\b")
NEGATED = re.compile(
    r"(不是|并非|不想|不会|不愿|没有|没想|无意|不打算|不需要|不至于|不算)(?!就|只能|只好|直接)((?!就|只能|只好|直接).){0,10}$"
    r"|(\b(not|never|without|avoid)\b|n't)(?! hesitate)((?!\bi'll\b|\bi will\b|\bi'm\b|\bi am\b|\bwe will\b|\bwe'll\b).){0,32}$"
)
"""The end of a clause before a word that it takes back; ``不退钱就起诉`` and ``if it isn't paid I'll sue`` do not."""
