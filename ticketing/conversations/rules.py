"""Who may own a conversation after whom, what a customer's text may contain, and when people answer."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

Owner = Literal["bot", "queued", "agent", "closed"]

TRANSITIONS: dict[str, frozenset[str]] = {
    "bot": frozenset({"queued", "agent", "closed"}),
    "queued": frozenset({"bot", "agent", "closed"}),
    "agent": frozenset({"bot", "queued", "closed"}),
    "closed": frozenset(),
}
"""Back to the bot from an agent only by an explicit hand-back; from the queue when the customer no longer wants to wait.
Back to the queue from an agent who has gone away."""

URGENT_REASONS = frozenset({"distress", "fraud", "threat", "anger"})

# C0 and C1 controls, soft hyphen, bidi marks, embeddings, overrides and isolates, invisible operators, tag characters, fillers.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\ud800-\udfff]"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Joiners are part of some scripts and emoji; between letters and digits we can read they only hide something.
_HIDING_JOINER = re.compile(
    r"(?<=[0-9A-Za-z０-９\s㐀-鿿/／])[\u200c\u200d]+|[\u200c\u200d]+(?=[0-9A-Za-z０-９\s㐀-鿿/／])|^[\u200c\u200d]+"
)
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*){2,}")
_COMMAND = re.compile(r"^[\s/／⁄∕⧸\u200c\u200d\u2800]+")
_LEAVES_QUEUE = (
    r"(?:取消|退出)(?:一下)?(?:排队|队列|转人工|人工)|(?:不|唔|别|不想|不用|不要|不必|懒得|没空|没时间)(?:再|继续)?(?:(?:等|排)(?:队|人|待)?(?:了|咗|啦)|排队|转人工)"
    r"|(?:cancel|stop|leave|exit|quit)(?: (?:the|this|my))? (?:queue|queu?ing|waiting)|queue cancel|(?:no more|not|done) waiting|(?:get|take) me out of (?:the |this )?queue|(?:never ?mind|forget) the queue"
    r"|(?:i )?(?:do|did) ?n[o']?t (?:want|ask|need)(?: for| to be in| to)? (?:(?:the |a |any |this )?queue|wait)(?: any ?more)?"
)
"""Words that name what they leave, and so leave the queue whatever else the line says."""
_LEAVES = (
    rf"{_LEAVES_QUEUE}|算了|取消|退出|(?:不|唔|别|不想|不用|不要|不必|懒得)再?(?:等人|等待|等|排|转|人工|[找要](?:人工|客服|真人)|找人)(?:了|咗|啦)?|(?:还是)?你(?:回来|来)(?:吧|啊)|我?自己(?:来|弄|看|查|解决)|不用了|没事了|没事儿了|冇事啦|继续问助手|找机器人|bu ?(?:deng|pai|yong) ?le|tui ?chu"
    r"|cancel(?: (?:it|this|that|hand-?over))?|never ?mind|out of (?:the |this )?queue|leaving (?:the |this )?queue"
    r"|(?:no need|needn't|not going) to (?:wait|queue)(?: any ?more)?|back to the (?:assistant|bot)|(?:i'?ll |i will )?ask the (?:assistant|bot)(?: instead)?|forget it"
    r"|(?:no need for|(?:i )?(?:do ?n[o']?t|don't) need) (?:a|an|the) (?:person|human|agent)(?: any ?more)?"
)
_SAID_BEFORE = r"(?:那|我|就|还是|先|说|想|要|好吧?|行吧?|算了|真的|实在|不(?=[，,\s])|[，,。\s])*(?:(?:ok(?:ay)?|so|please|just|no|i said|i|i'll|i will|want to|i'm|can i|can you)[,.\s]+)*"
# What follows is not given back, or “不等了” over and over is read in three ways each time: longer words come before shorter ones.
_BACK_TO_ASSISTANT = re.compile(
    rf"{_SAID_BEFORE}(?:{_LEAVES})(?:[，,。.!！~\s]|吧|了|啊|谢谢|多谢|(?:{_LEAVES})|please|thank you|thanks?|now|then)*+",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:(?![，,。！!？?；;\n…]|\.(?!\w)|\s(?=[㐀-鿿])).)+")
_QUEUE_LEFT = re.compile(rf"{_SAID_BEFORE}(?:{_LEAVES_QUEUE})(?:吧|了|啊|please|now|then|\s)*", re.IGNORECASE)
_GOODBYE = re.compile(
    r"(?:[，,。.!！~\s]|先|我|去|忙|走|了|吧|谢谢|多谢|再见|拜拜|回头|晚点|再|来|说|算了|thanks?|thank you|bye|ok(?:ay)?|i(?:'ll| will)?|come|be|back|later|cancel it|never ?mind|please)*",
    re.IGNORECASE,
)
_TICKET_INSTEAD = re.compile(
    r"(?:好的?|行|那|不等了|[，, ])*(?:我)?(?:就|先|还是|想|要|能|可以)*(?:给(?:客服|你们))?留(?:个|一个|条)?言(?:给客服)?(?:吧|了(?!吗|么|没)|算了)?[吗么？?。.!！~]*(?:[：:，,。\s]+(?P<zh>.*))?"
    r"|(?:ok(?:ay)?,? |fine,? |then |so |please |no,? )*(?:(?:can |could |may )?i(?:'ll| will| want to|'d like to)? |let me )?leave (?:a |the |my )?message(?: (?:instead|then|please|here))*[.!?]*(?:[:：.,!\s]+(?P<en>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_ASKS = re.compile(
    r"[?？]\W*$|(?:吗|么|呢|多久(?:回.{0,4})?|怎么.{0,6}|什么.{0,6})\W*$|^(?:what|how|when|where|why|who|will|do|does|can|is|are)\b",
    re.IGNORECASE,
)
_OF_THE_MESSAGE = re.compile(
    r"留|写|没人|说(?:什么|啥)|回(?:复|我|电|话)|电话|打给|排|队|等|人工|客服|有人|同事|这样|^\W*(?:什么|啥|怎么)[^，。]{0,2}\W*$"
    r"|\b(?:message|write|say|repl(?:y|ies)|answer(?:ed)?|call|queue|wait|someone|anyone|person|agent|long will (?:it|that))\b|^\W*(?:what|how)\W*$",
    re.IGNORECASE,
)
"""What a question to somebody who leaves a message is about, if it is about the message or the wait."""
_CJK = re.compile(r"[㐀-鿿豈-﫿]")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _words(
    "a am an and any are as at be been but by can cancel could customer did do does for from get good had has have "
    "he help how i if in is it just like me my need not of on or person please she so someone speak "
    "status talk than that the their them there they this to want was we were what when where which who "
    "why will with would yeah you your complaint complain human agent refund never money"
)
_NEUTRAL = _words("ok okay app vip sms pos atm pin kyc usd cny rmb bye hi hello no yes thanks thank")


def may_become(owner: str, other: str) -> bool:
    """Whether a conversation owned by the first may come to belong to the second."""
    return other in TRANSITIONS[owner]


def storable(value: Any) -> Any:
    """The same JSON value without lone surrogates and NUL, which databases and encoders refuse."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def clean_text(raw: str) -> str:
    """What a person meant to type: NFC, without controls and hidden characters, trimmed. Idempotent."""
    text = _LINE_ENDS.sub("\n", raw).replace("\t", " ")
    text = _HARMFUL.sub("", text)
    text = _HIDING_JOINER.sub("", text)
    text = unicodedata.normalize("NFC", text)
    return _BLANK_LINES.sub("\n\n", text).strip()


def without_command(text: str) -> str:
    """The text without the leading slashes by which Rasa would take it for a command."""
    return _COMMAND.sub("", text).strip()


def is_visible(text: str) -> bool:
    """Whether anything can be seen of the text."""
    return any(unicodedata.category(char)[0] not in "ZC" and char != "\u2800" for char in text)


def message_left(text: str) -> str | None:
    """The message that someone waiting for a person would rather leave, “” where they only say so; else None."""
    wish = _TICKET_INSTEAD.fullmatch(text.strip())
    message = (wish["zh"] or wish["en"] or "").strip() if wish else ""
    return None if wish is None or only_asks(message) else message


def is_no_message(text: str) -> bool:
    """Whether a line of someone who was asked for a message is none: a short question about leaving one, a goodbye.

    Any other question may be the very message: they were told that their next line will be filed.
    """
    return (only_asks(text) and _OF_THE_MESSAGE.search(text) is not None) or _GOODBYE.fullmatch(text) is not None


def only_asks(text: str) -> bool:
    """Whether a line is a short question: “留什么言？”."""
    return len(text) <= (60 if text.isascii() else 20) and _ASKS.search(text.strip()) is not None


def wants_assistant_back(text: str) -> bool:
    """Whether someone waiting for a person says that they no longer want to, alone or in a clause of its own."""
    return _BACK_TO_ASSISTANT.fullmatch(text.strip()) is not None or _end_of_leaving(text) is not None


def goes_on_without_queue(text: str) -> bool:
    """Whether a line that leaves the queue says something after it that is no goodbye, and so is for the assistant."""
    end = _end_of_leaving(text)
    rest = text[end:].strip(" ，,。.!！") if end is not None else ""
    return bool(rest) and _GOODBYE.fullmatch(rest) is None


def _end_of_leaving(text: str) -> int | None:
    ends = [clause.end() for clause in _CLAUSE.finditer(text) if _QUEUE_LEFT.fullmatch(clause.group().strip())]
    return ends[-1] if ends else None


def language_of(text: str) -> tuple[str | None, bool]:
    """The language a message is clearly in (None when it is not), and whether there is enough of it to switch over."""
    text = _ADDRESS.sub(" ", text)
    chinese = len(_CJK.findall(text))
    words = [word for word in _WORD.findall(text.lower()) if word not in _NEUTRAL]
    known = sum(word in _ENGLISH for word in words)
    if chinese and 3 * chinese >= 2 * len(words):
        return "zh", chinese >= 4
    if len(words) > chinese and ((known and len(words) >= 3) or (words and known == len(words))):
        return "en", len(words) >= 3
    return None, False


def language_after(text: str, *, current: str, locked: bool, first: bool) -> str:
    """The conversation's language after this message: a word or two in the other language does not turn it over."""
    if locked:
        return current
    seen, enough = language_of(text)
    return seen if seen is not None and (first or enough) else current


@dataclass(frozen=True)
class ServiceHours:
    """When people answer, every day; an end before the start runs over midnight, equal ends mean always."""

    opens: time
    closes: time
    zone: str

    @classmethod
    def parse(cls, text: str, zone: str) -> ServiceHours:
        """From ``09:00-21:00``; raises ValueError."""
        opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-", 1))
        return cls(opens, closes, zone)

    def open_at(self, now: datetime) -> bool:
        """Whether people answer at that instant."""
        local = now.astimezone(ZoneInfo(self.zone)).time()
        if self.opens < self.closes:
            return self.opens <= local < self.closes
        return self.opens == self.closes or local >= self.opens or local < self.closes

    def opens_after(self, now: datetime) -> datetime | None:
        """The next instant at which people begin to answer, None while they do."""
        if self.open_at(now):
            return None
        zone = ZoneInfo(self.zone)
        local = now.astimezone(zone)
        opening = datetime.combine(local.date(), self.opens, zone)
        if opening <= local:
            opening = datetime.combine(local.date() + timedelta(days=1), self.opens, zone)
        return opening.astimezone(now.tzinfo)

    def daily_in(self, zone: str, opening: datetime) -> tuple[str, str]:
        """Beginning and end as clocks in that zone show them on the day of an opening."""
        begins = datetime.combine(opening.astimezone(ZoneInfo(self.zone)).date(), self.opens, ZoneInfo(self.zone))
        ends = begins.replace(hour=self.closes.hour, minute=self.closes.minute)
        shown = [f"{instant.astimezone(ZoneInfo(zone)):%H:%M}" for instant in (begins, ends)]
        return shown[0], shown[1]
