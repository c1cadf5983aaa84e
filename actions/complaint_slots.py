"""How each slot of the complaint form is read from a message. Pure; zh and en side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONFIDENT = 0.45
CATEGORIES = ("product_service", "transaction_dispute", "system_failure", "policy_issue")
CHANNELS = ("chat", "phone", "email")


@dataclass(frozen=True)
class Said:
    """A message as the form sees it: entities by kind, the class it suggests, a pressed button's fields."""

    text: str
    intent: str = "inform"
    confidence: float = 1.0
    entities: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    category: tuple[str, float] | None = None
    button: dict[str, str] | None = None
    message_seq: int | None = None

    def first(self, kind: str) -> Any:
        """The value of the first entity of a kind, or None."""
        found = self.entities.get(kind)
        return found[0]["value"] if found else None


@dataclass(frozen=True)
class Read:
    """What was read: values for slots, or that the customer has none."""

    values: dict[str, Any] = field(default_factory=dict)
    skip: bool = False


_STOCK = re.compile(
    r"我?(?:要|想|得|必须|需要|打算|准备)?(?:进行|提交?|申请|发起|办理)?(?:一个|一下|个)?(?:投诉|投訴|客诉|客訴|举报)(?:一下)?(?:你们?|妳們|公司|客服)?(?:的|了|啦|啊)?"
    r"|你好|您好|请问|麻烦|帮我?|我要|我想|给我|在哪里?|有问题|一件事|出问题了?|不满意?|很生气|怎么回事|什么情况"
    r"|\b(?:i|i'd|id|i'm|would|like|want|wish|need|have|to|a|an|the|make|file|lodge|open|submit|raise|register|my|about|you|your|company|hi|hello|please|can|could"
    r"|complain|complaint|complaining|problem|issue|something|help|me|with|this|is|it|and|of|against|very|so|unhappy|angry|upset)\b"
)
_ADDING = re.compile(
    r"我?(?:想|要|还要|需要|得)?(?:给|对|往|在)?(?:我的?|之前的?|上次的?|那个|原来的?)*(?:投诉|工单|投訴|case|单子?)?(?:里|上)?(?:再)?(?:补充|追加|增加|添加|补|加)(?:一?[点下些])?(?:说明|材料|资料|内容|情况|信息|证据|截图)?"
    r"|\b(?:i|i'd|would|like|want|to|add|more|something|some|information|info|details?|my|the|a|an|complaint|case|can|please|have|evidence|need)\b"
)
_LETTERS = re.compile(r"[㐀-鿿]|[a-z]+|\d+")
_QUESTION = re.compile(
    r"[?？]|吗\s*[。!！]*$|么\s*$|呢\s*$|怎么|怎样|如何|什么时候|是什么|啥时候|多久|多少钱|多长时间|能不能|可不可以|可以.{0,8}吗|是不是|会不会|为什么|为啥|哪里|哪儿|哪个|几天|几个工作日"
    r"|^\s*(?:what|how|why|when|where|who|which|can (?:i|you|we)|could (?:i|you)|do (?:i|you)|does|is (?:it|there|my)|are (?:you|there)|will|would|should)\b",
    re.IGNORECASE,
)
_SKIP = re.compile(
    r"^(?:我?(?:真的?|也)?(?:没有|没|木有|无|暂无|不知道|不清楚|不记得|记不清|记不得|忘了|忘记了|找不到|不涉及|跳过|略过?|都不是|不适用|不确定|說不清|沒有|冇)(?:了|啦|啊|呀|哦|具体|多少|金额|订单号|单号|订单|流水号|什么|特别|要求|别的|其他|邮箱|电话|钱|哪天|的|，|,|这个|。|只有截图|\s)*"
    r"|(?:订单号?|单号|金额|流水号?)?(?:没有|忘了|找不到|不涉及|不知道|记不清|不记得)了?"
    r"|跟钱没关系.*|随便|都行|看着办|没要求|没什么特别要求"
    r"|(?:i )?(?:do ?n[o']?t|dont|don't) (?:know|have|remember|recall)(?: (?:it|one|that|the .*|any|exactly|how much))?|(?:there is |there's )?(?:none|no (?:idea|amount|order(?: number)?|money involved)|nothing|nope|skip(?: (?:it|this))?|n/?a|not sure|not applicable|no clue)|can'?t (?:find|remember) (?:it|one|the .*))$",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"不对|说错|写错|打错|填错|选错|输错|弄错|搞错|看错|发错|错了|更正|纠正|改一?下|改成|改为|修改|想改|要改|应该是|应为|重新填|換成|不是.{1,12}(?:是|，是|,是)|啊?不，?是"
    r"|\bsorry,? (?:it|i|that|the)|\bi meant|\bactually\b|\bwrong\b|\bcorrection\b|\bchange (?:the|my|it)|\bmistake|\bmistyped|\btypo|should (?:be|have been)|not .{1,20}(?:but|,? it'?s)\b",
    re.IGNORECASE,
)
_GIVES_UP = re.compile(
    r"算了|拉倒|取消|退出|放弃|停止|不(?:想|要|用)?再?(?:投诉|弄|填|搞|说|提交|继续|投訴)了?|撤(?:诉|销|回|掉|了)|不.{0,4}了$|下次再"
    r"|\b(?:cancel|never ?mind|forget (?:it|about)|stop|quit|exit|drop (?:it|this)|give up|abort|leave it|don'?t want to (?:continue|complain)|not now|discard)\b",
    re.IGNORECASE,
)
_SLOT_WORDS = {
    "amount": r"金额|金額|钱数|多少钱|数额|价格|amount|sum\b|price",
    "order_number": r"订单|訂單|单号|單號|流水|交易号|order|reference",
    "category": r"类型|类别|分类|種類|归到|归类|category|type of complaint|\bclass\b",
    "product": r"产品|產品|业务|product",
    "wish": r"诉求|訴求|要求|希望|期望|wish|want (?:instead|a refund)|outcome|demand",
    "contact_channel": r"联系|聯絡|电话|手机|邮箱|邮件|email|e-mail|phone|contact",
    "description": r"描述|经过|内容|事情|情况|description|story|what happened|details",
}
_CATEGORY_WORDS = {
    "transaction_dispute": r"交易纠纷|交易|纠纷|扣款|transaction|dispute",
    "system_failure": r"系统故障|系统|故障|闪退|系統|system|failure|technical|app (?:problem|issue)",
    "policy_issue": r"政策问题|政策|规则|收费标准|policy|policies|rules?\b",
    "product_service": r"产品服务|产品或服务|服务态度|服务|产品|客服|product|service|staff",
}
_ORDINALS = {
    r"第?一个?$|^1$|first": 0,
    r"第?二个?$|^2$|second": 1,
    r"第?三个?$|^3$|third": 2,
    r"第?四个?$|^4$|fourth|last": 3,
}
_CHANNEL_WORDS = {
    "email": r"邮箱|邮件|郵件|電郵|e-?mail|\bmail\b",
    "phone": r"电话|電話|手机|手機|打给我|call|phone|mobile|ring me",
    "chat": r"聊天|这里|這裡|这儿|在线|线上|對話|对话|就这|站内|app|here|chat|online|this window",
}
_PERSON = re.compile(r"人工|真人|转接|客服|经理|领导|agent|human|person|someone|representative", re.IGNORECASE)
_WISH = re.compile(
    r"(?:我?(?:要求|希望|请求|强烈要求)|请你?们?|我要|必须|赶紧|尽快)(?P<z>(?:把钱|全额|原路|你们|尽快|马上|立即|给我)?(?:退|赔|补偿|道歉|解释|返还|取消|解决|恢复|处理|查清|撤销|解冻)[^，。！!；;\n]{0,30})"
    r"|(?P<e>\bi (?:want|demand|expect|would like|'d like) (?:a |an |my |the |you to )?(?:full )?(?:refund|money back|apology|compensation|explanation|cancel|fix|return)[^.,;!\n]{0,60})",
    re.IGNORECASE,
)


def informative(text: str) -> bool:
    """Whether a text says what happened, beyond the wish to complain."""
    rest = _STOCK.sub(" ", text.lower())
    parts = _LETTERS.findall(rest)
    chinese = sum("㐀" <= part <= "鿿" for part in parts)
    return chinese >= 4 or len(parts) - chinese >= 3 or (chinese >= 2 and len(parts) - chinese >= 1)


def tells_more(text: str) -> bool:
    """Whether a sentence about an addition already holds it, and is not just "I want to add something"."""
    return len(_LETTERS.findall(_ADDING.sub(" ", text.lower()))) >= 6


def is_question(text: str) -> bool:
    """Whether a text asks something."""
    return bool(_QUESTION.search(text))


def skips(text: str) -> bool:
    """Whether the customer has no answer to give."""
    return bool(_SKIP.match(text.strip().rstrip("。.!！~ ")))


def gives_up(text: str) -> bool:
    """Whether a text says in so many words that the form is to be left."""
    return bool(_GIVES_UP.search(text))


def names_no_person(text: str) -> bool:
    """Whether "call me" means a channel and not a person now."""
    return not _PERSON.search(text)


def is_correction(said: Said, *, asked_what: bool) -> bool:
    """Whether something told before is to be changed."""
    if asked_what and said.intent not in ("affirm", "deny", "cancel"):
        return True
    if is_question(said.text) and said.intent == "ask_question":
        return False
    return (said.intent == "correct_answer" and said.confidence >= 0.35) or (
        bool(_CORRECTION.search(said.text)) and said.intent != "open_complaint"
    )


def meant_slots(said: Said, values: Mapping[str, Any]) -> list[str]:
    """Which slots a correction is about: by the slots' names, else by what it gives."""
    text = said.text.lower()
    by_name = [slot for slot, words in _SLOT_WORDS.items() if re.search(words, text)]
    given = named_values(said, in_story=False)
    if not by_name and said.first("number") and "amount" not in given and values.get("amount"):
        given["amount"] = said.first("number")
    by_value = [slot for slot in ("amount", "order_number", "contact_channel", "product") if slot in given]
    if by_name and by_value and not set(by_name) & set(by_value):
        return by_value if by_value != ["product"] else by_name
    if not by_name and not by_value and (category := _by_words(text, _CATEGORY_WORDS)):
        return ["category"] if category else []
    return [slot for slot in by_name if slot in by_value] or by_name[:1] or by_value


def read_correction(slot: str, said: Said) -> Read | None:
    """The new value of a slot out of a correcting sentence; None when it gives none."""
    if slot in ("description", "wish"):
        return None
    tail = re.split(r"改成|改为|应该是|应为|而?是|to be|should be|\bto\b|\bis\b|,|，|:|：", said.text)[-1]
    if slot == "category":
        category = _by_words(tail.lower(), _CATEGORY_WORDS)
        return Read({"category": category}) if category else None
    amounts = said.entities.get("amount") or []
    if slot == "amount" and len(amounts) > 1:
        return _money(amounts[-1])
    if slot == "order_number" and not said.entities.get("order_number"):
        loose = re.search(r"(?=[a-z-]*\d)[a-z0-9][a-z0-9-]{4,31}", tail.lower())
        return Read({"order_number": loose.group().upper()}) if loose else None
    return read(slot, said, {})


def read(slot: str, said: Said, values: Mapping[str, Any]) -> Read | None:
    """The answer to a strict slot, None when the message does not give one."""
    text = said.text.strip()
    if slot in ("product", "amount", "order_number", "contact") and skips(text):
        return Read(skip=True)
    reader = {
        "category": _category,
        "product": _product,
        "amount": _amount,
        "order_number": _order_number,
        "contact_channel": _contact_channel,
        "contact": _contact,
    }.get(slot)
    return reader(said, values) if reader else None


def read_button(slot: str, value: str) -> Read | None:
    """A pressed choice of a slot; None for one that was never offered."""
    if value == "skip":
        return Read(skip=True)
    if slot == "category":
        return Read({"category": value}) if value in CATEGORIES else None
    if slot == "contact_channel":
        return Read({"contact_channel": value}) if value in CHANNELS else None
    if slot == "consent":
        return Read({"consent": True}) if value == "yes" else None
    return Read({slot: value[:200]}) if slot in ("product", "wish") else None


def named_values(said: Said, *, in_story: bool) -> dict[str, Any]:
    """The slots a sentence fills by what it names; wishes only where a story is told."""
    found: dict[str, Any] = {}
    if amounts := said.entities.get("amount"):
        found |= _money(amounts[0]).values
    for kind in ("order_number", "product"):
        if value := said.first(kind):
            found[kind] = str(value)
    for channel in ("phone", "email"):
        if value := said.first(channel):
            found |= {"contact_channel": channel, "contact": str(value)}
    if in_story and (wish := _WISH.search(said.text)):
        found["wish"] = (wish["z"] or wish["e"]).strip()
    return found


def _category(said: Said, values: Mapping[str, Any]) -> Read | None:
    text = said.text.lower().strip()
    predicted = values.get("category_predicted")
    if said.intent == "affirm" and predicted:
        return Read({"category": predicted})
    for pattern, place in _ORDINALS.items():
        if re.search(pattern, text) and len(text) <= 12:
            order = ([predicted] if predicted else []) + [c for c in CATEGORIES if c != predicted]
            return Read({"category": order[place]})
    category = _by_words(text, _CATEGORY_WORDS) if len(text) <= 24 else None
    return Read({"category": category}) if category else None


def _product(said: Said, values: Mapping[str, Any]) -> Read | None:
    product = said.first("product")
    return Read({"product": str(product)}) if product else None


def _amount(said: Said, values: Mapping[str, Any]) -> Read | None:
    if amounts := said.entities.get("amount"):
        return _money(amounts[0])
    number = said.first("number")
    if number is not None and float(number) > 0:
        return Read({"amount": f"{float(number):.2f}", "currency": "CNY"})
    return None


def _order_number(said: Said, values: Mapping[str, Any]) -> Read | None:
    if order := said.first("order_number"):
        return Read({"order_number": str(order)})
    loose = re.search(r"(?<![a-z0-9*])(?=[a-z-]*\d)[a-z0-9][a-z0-9-]{4,31}(?![a-z0-9*])", said.text.lower())
    return Read({"order_number": loose.group().upper()}) if loose else None


def _contact_channel(said: Said, values: Mapping[str, Any]) -> Read | None:
    given = {k: v for k, v in named_values(said, in_story=False).items() if k in ("contact_channel", "contact")}
    if given:
        return Read(given)
    text = re.sub(
        r"(?:不要|别|不方便|不想|don'?t|do not|no)\s*(?:接|打|用|发|call|phone|e-?mail|me|my|by|use)*\s*(?:电话|邮件|手机|phone|call|e-?mail)?",
        "",
        said.text.lower(),
    )
    channel = _by_words(text, _CHANNEL_WORDS)
    return Read({"contact_channel": channel}) if channel else None


def _contact(said: Said, values: Mapping[str, Any]) -> Read | None:
    given = {k: v for k, v in named_values(said, in_story=False).items() if k in ("contact_channel", "contact")}
    if given:
        return Read(given)
    if (
        values.get("contact_channel") == "phone"
        and (digits := re.sub(r"[\s-]", "", said.text)).isdigit()
        and 7 <= len(digits) <= 15
    ):
        return Read({"contact_channel": "phone", "contact": digits})
    if _by_words(said.text.lower(), {"chat": _CHANNEL_WORDS["chat"]}):
        return Read({"contact_channel": "chat"})
    return None


def _money(amount: dict[str, Any]) -> Read:
    return Read({"amount": str(amount["value"]), "currency": str(amount.get("currency") or "CNY")})


def _by_words(text: str, table: Mapping[str, str]) -> str | None:
    return next((name for name, words in table.items() if re.search(words, text)), None)
