"""A reply for whoever asks how their case stands: drafted from the case's own facts and promised times, sent by a person."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.tickets import presentation, wording
from ticketing.tickets.models import Ticket

_ASKED = re.compile(
    r"进展|進展|进度|進度|到哪(?:一|个|個)?[步了里裡儿]|[有出](?:没有|沒有)?(?:结果|結果|消息|下文|回音|说法|說法|眉目)|(?:结果|結果)(?:呢|出来|出來|怎|是)"
    r"|(?:查|处理|處理|调查|調查|核实|核實|审核|審核|跟进|跟進|办|辦|弄|搞)[得的]?(?:怎么样|怎麼樣|咋样|咋樣|怎样|怎樣|如何|点样|點樣|完[了没沒吗嗎]|好[了没沒吗嗎]|清楚[了没沒吗嗎])"
    r"|[还還](?:没|沒)有?(?:消息|结果|結果|回复|回覆|答复|答覆|处理|處理|动静|動靜|人联系|人聯繫|人管)"
    r"|(?:什么时候|什麼時候|啥时候|几时|幾時|几点|幾點|哪天|何时|何時|多久|多长时间).{0,8}(?:结果|結果|答复|答覆|回复|回覆|处理|處理|查完|查好|解决|解決|说法|說法|消息)"
    r"|\b(?:any (?:news|updates?|progress|word)|status|progress|update me|f(?:i|ou)nd out|looked into|heard? (?:back|anything|nothing)|no (?:news|reply|answer|response)"
    r"|what(?:'s| is| has| did)? (?:happen(?:ing|ed)|the (?:outcome|decision|result))|how(?:'s| is| are)? \w+ ?\w* (?:going|coming along|getting on)"
    r"|when (?:will|do|can|am|are|is)\b.{0,40}\b(?:hear|results?|answer|reply|resolved|fixed|decision|outcome|done)|where do (?:things|we) stand)\b",
    re.IGNORECASE,
)
_FRAME = {
    "zh": "您好，您的工单 {number}（{category}）：{progress}\n{promises}\n如有要补充的，请直接告诉我。",
    "en": "Hello, about your ticket {number} ({category}): {progress}\n{promises}\nIf you have anything to add, please tell me here.",
}


def asks_how_it_stands(question: str) -> bool:
    """Whether somebody with an open case may be asking after it. Generous: what follows is only a draft."""
    return _ASKED.search(question) is not None


def case_reply(session: Session, *, clock: Clock, ticket: Ticket, language: str, zone: ZoneInfo) -> str:
    """How the case stands, in the customer's language; promised times come from the promise engine and read in ``zone``."""
    seen = presentation.customer_view(session, clock=clock, ticket=ticket, language=language, zone=zone)
    lines = [promise.text for promise in seen.promises]
    return (
        _FRAME[language]
        .format(
            number=seen.number,
            category=wording.name("category", ticket.category, language),
            progress=seen.progress_text,
            promises="\n".join(f"· {line}" for line in lines),
        )
        .replace("\n\n", "\n")
    )
