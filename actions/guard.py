"""The last look at everything the assistant says: no promise of returns or results, no request for a secret.

Whatever the source, an article, the backend or a text of ours: a line that promises, or asks for what must never be
asked for, is not said. Approved words stand in its place, and it is logged. The customer's own words, repeated to be
checked, are not ours and are left out of the look.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from actions.turn import Turn

log = logging.getLogger(__name__)

_PROMISE = re.compile(
    r"保本|保收益|保赚|稳赚|稳赢|穩賺|包赚|包赔|只赚不赔|零风险|0风险|无风险|没有(?:任何)?风险|毫无风险|必涨|必赚|必定(?:盈利|上涨)|刚性兑付|不会(?:亏|赔)|不可能亏|绝不会亏|躺赚"
    r"|保证(?!金|人|书|方式|贷款|担保)[^，。！？；\n]{0,10}(?:收益|盈利|赚|回报|退款|退给|到账|通过|批准|下款|解决|赔付|赔偿|不亏|上涨)"
    r"|(?:我们|公司|平台|我)?承诺(?!过)[^，。！？；\n]{0,8}(?:收益|回报|退款|赔付|赔偿|保本|到账|通过)"
    r"|(?:一定|肯定|百分之百|百分百|100%)(?:会|能|可以)?(?:涨|赚|盈利|退款|退给|退回|到账|通过|下款|赔|翻倍)"
    r"|\bguarantee[ds]?\b[^.!?\n]{0,40}\b(?:returns?|profits?|refund|approval|approved|income|gains?|yield|arrive)|\bguaranteed\b(?! by| period)"
    r"|\brisk-?free\b|\b(?:no|zero) risk\b|\b(?:can'?t|cannot|never) lose\b|\bsure to (?:rise|profit|gain|win)\b|\b(?:definitely|certainly) (?:be refunded|rise|earn|profit|get your money back)"
    r"|\bdouble your money\b|\b(?:capital|principal) (?:is )?(?:protected|guaranteed)\b|\b100% (?:safe|refund|return|approval)",
    re.IGNORECASE,
)
_NEVER_ASKED = r"(?:密码|验证码|校验码|动态码|完整(?:的)?(?:银行)?卡号|安全码|cvv)"
_NEVER_ASKED_EN = r"(?:passwords?|(?:verification|one-time|sms) codes?|full card numbers?|cvv|pin)\b"
_ASKS_SECRET = re.compile(
    rf"(?:请|麻烦|需要|劳烦)[^，。！？；\n]{{0,8}}(?:提供|发送|发给|告诉|告知|报一?下|回复|输入)[^，。！？；\n]{{0,8}}{_NEVER_ASKED}"
    rf"|(?:请|麻烦|需要|劳烦)[^，。！？；\n]{{0,4}}把[^，。！？；\n]{{0,8}}{_NEVER_ASKED}[^，。！？；\n]{{0,4}}(?:告诉|发给|提供给|报给|念给)"
    rf"|\b(?:please|kindly|need you to|(?:could|can|would) you)\b[^.!?\n]{{0,20}}\b(?:send|give|tell|provide|share|type)\b[^.!?\n]{{0,25}}\b{_NEVER_ASKED_EN}",
    re.IGNORECASE,
)
_REFUSED_WITHIN = re.compile(r"不要|不可|不能|勿|别|不会|\b(?:never|not)\b|n['’]t\b", re.IGNORECASE)
_DENIED_BEFORE = re.compile(
    r"(?:不|非|没|沒|無|无法|未|勿|别|禁止|任何|所谓|声称|宣称|号称|谎称|自称|打着|以“?|凡|如果|若|骗|警惕|谨防|拒绝|“)[^，。！？；\n]{0,14}$"
    r"|\b(?:no|not|never|cannot|nobody|no one|nor|neither|without|beware|anyone|claims?|claiming|promis\w+|so-called|if|whether|unless|any|ask(?:s|ing)?)\b[^.!?;\n]{0,60}$|n['’]t\b[^.!?;\n]{0,60}$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[^。！？\n]{0,60}(?:不能|不得|无法|不可|不涉及|都是骗|是骗|是诈骗|诈骗|骗局|不可信|不要相信|别信|off limits|under way|is a scam|are scams|nobody can|all off|do not exist|does not exist|can't)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]?")


def approve(turn: Turn) -> None:
    """Replaces every reply that must not be said; what was withheld is logged with what gave it away."""
    for place, reply in enumerate(turn.replies):
        quotes = reply.pop("quotes", ())
        found = next((bad for text in _texts(reply) if (bad := objection(_unquoted(text, quotes)))), None)
        if found is None:
            continue
        card = (reply.get("custom") or {}).get("card") or {}
        log.warning("reply_withheld words=%r intent=%s article=%s", found, turn.intent, card.get("key"))
        turn.replies[place] = {
            "text": turn.word("guard.withheld"),
            "language": turn.language,
            "buttons": [turn.button("person", "talk_to_person", choice="declined")],
        }


def objection(text: str) -> str | None:
    """The words for which a text must not be said; None when it may. Refusals, warnings and questions may name them."""
    for sentence in _SENTENCE.findall(text):
        asked = (match for match in _ASKS_SECRET.finditer(sentence) if not _REFUSED_WITHIN.search(match.group()))
        promised = () if sentence.endswith(("？", "?")) else _PROMISE.finditer(sentence)
        for match in chain(asked, promised):
            before, after = sentence[: match.start()], sentence[match.end() :]
            if not _DENIED_BEFORE.search(before) and not _DENIED_AFTER.search(after):
                return match.group()
    return None


def _texts(reply: dict[str, Any]) -> Iterator[str]:
    """Every line a customer would read in a reply."""
    yield str(reply.get("text") or "")
    yield from (str(button["title"]) for button in reply.get("buttons") or ())
    yield from _strings((reply.get("custom") or {}).get("card"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _unquoted(text: str, quotes: tuple[str, ...]) -> str:
    for quote in sorted(quotes, key=len, reverse=True):
        text = text.replace(quote, " ")
    return text
