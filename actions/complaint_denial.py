"""“不是投诉，我就问问…”: a message that says it is no complaint, and what it asks instead. Pure; zh and en side by side."""

from __future__ import annotations

import re

from actions.said import gives_up, is_question

_CLAUSE = re.compile(r"[^，,。.！!？?；;…\n]+[，,。.！!？?；;…]*")
_GAP = re.compile(r"(?<=[㐀-鿿])\s+|\s++(?=[㐀-鿿])")
"""Chinese typed without punctuation parts its clauses by spaces."""
_REPORTED = re.compile(
    r"(?:客服|经理|人家|员工|专员|商家|他们?|她们?|你们|你哋)[^，。]{0,6}(?:说|讲|講|话我|告诉|认为)"
    r"|\b(?:he|she|they|you|agent|staff|manager|bank|merchant|service)\b.{0,20}\b(?:said|says?|told|tells?|claim\w*|insist\w*)\b",
    re.IGNORECASE,
)
"""What somebody else called no complaint is part of the story."""
_DENIES = re.compile(
    r"^(?:我|俺|咱|偶|算了|先|都?[说讲](?:了|咯|过)|真的?|其实|又|也|这|這|那|呢个|只是|啊|哎|诶)*"
    r"(?:并?不是|不系|唔系|唔係|没有?(?:说|讲)?过?|冇|没想|谁说?|哪里|别|先别|先不|不(?:想|要|打算|需要|用)?|唔(?:想|要))(?:在|来|嚟|要|想|咩)*(?:投诉|投訴|客诉)(?:不(?:投诉|投訴))*"
    r"(?:你们|你哋|妳們|您|你|谁|什么|任何人|的|了|啦|啊|呀|呢|吧|哦|喔|意思|大哥|大姐|大爷|老哥|亲|兄弟)*$"
    r"|(?P<zh>^.*(?:问|想知道|查|办|咨询|了解).{0,15})(?:不是|唔系|唔係|不)(?:来|想|要|用)*(?:投诉|投訴|(?:再|重新)?(?:新?提|新建|新开|登记)(?:一?[个件])?(?:新的)?(?:投诉|工单)?)(?:的|了|啦|啊|呀)*$"
    r"|\bi(?:'?m| am)?(?: (?:really|just|actually))? (?:not|no|don'?t|do not|didn'?t|did not)"
    r"(?: (?:have|want|wanna|wish|need|mean|trying|going|here|planning|to|make|file|raise|lodge|any|an?|the|this))* (?:complain|complaints?|complaining)(?: (?:man|bro|mate|sir|please|pls|at all|here|now|lol|haha|tbh|btw|though))*"
    r"(?=\s*(?:$|i\b|i'?m\b|just\b|only\b|how\b|what\b|when\b|where\b|can\b))"
    r"|^(?:no |sorry )?(?:it'?s|it is|this is|this|that'?s|it) (?:not|no) an? complaint$"
    r"|^(?:please |pls |no )?stop (?:with )?(?:the |this |my |your )?complaints?(?: (?:stuff|thing|form|already|now|please|(?:cos |because )?i do ?n[o']?t have (?:one|any)))*$"
    r"|^(?:abeg |oga |no )*(?:no|nor|na no) (?:be|b|dey) (?:an? )?complain(?:t|ing)?(?: o+h?| abeg)*$"
    r"|^(?:no,? )?(?:there(?:'?s| is) )?nothing(?:'?s| is)? wrong(?: with (?:it|that|them|anything|the \w+|my \w+))?$"
    r"|^(?:not|no) (?:an? |to |any )?complain(?:ts?|ing)?(?: (?:lol|at all|here|please))*$"
    r"|(?P<en>\b(?:i(?:'?m| am|'?d)?|im) (?:just |only )?(?:want|need|ask|asking|would like)\b.*) not (?:to |an? |for )*(?:complain(?:t|ing)?|(?:make|file|open|raise)(?: an?)? new (?:one|case|complaint))$",
    re.IGNORECASE,
)
"""A clause that says so; in its groups, what it says first."""
_COMPLAINS = re.compile(
    r"(?<![不没冇唔])(?:是|要|想|系|係|得|必须)(?:来)?(?:投诉|投訴)|\b(?:i'?m|i am|i want to|i need to|but to) complain",
    re.IGNORECASE,
)
_NO = re.compile(r"^(?:no|不是?)\b[,，.。\s]*", re.IGNORECASE)
_BUT = re.compile(r"\s*(?:但|可是?|不过|然而|but\b|however\b)", re.IGNORECASE)
_NOTHING = re.compile(
    r"(?:我|就|只是|是|想|问|一?下|而已|随便|看看|咨询|[啊呀的了吧嘛])+|\b(?:no|sorry|i|i'?m|just|only|asking|ask|a|question|please|ok|want|to)\b|[^a-z\u3400-\u9fff]",
    re.IGNORECASE,
)
"""What says only that one has something to ask."""
_LEAVES = re.compile(
    r"(?:那|哎|唉|啊|不|好吧?)*(?:算了|取消|不[弄填搞]了|拉倒|退出)[吧了啊]*"
    r"|(?:no|ok|okay|oh)? ?(?:please )?(?:cancel|leave|forget|drop|stop|never ?mind)(?: (?:it|this|that|the|my|form|complaint|please))*",
    re.IGNORECASE,
)


_AFTER_ALL = re.compile(
    r"(?:那么?|好吧?|行吧?|算了吧?|不管了?|唉|我|就|现在|直接|还是|真的|必须|得|要|想|帮|给我|请|登记|提交?|办理?|[一这]?个|一下|刚才|那件|事|[，,。\s])*(?:投诉|投訴)(?:你们?|它|那件事?|这件事?|一下|了|吧|啊|呀|算了)*[。.!！~\s]*"
    r"|(?:ok(?:ay)?|no|so|and|then|now|please|just|well|actually|fine|hmm+|[,.!\s])*(?:(?:i (?:do )?(?:want|need|wish|would like|'d like|wanna|will|'ll)|i'd like|i'?ll|let me|let'?s) (?:to )?)?(?:(?:make|file|lodge|open|raise|start) (?:an?|the|that|my) (?:new )?complaint|complain)(?: (?:after all|then|now|about (?:it|this|that)|please|anyway))*[.!\s]*",
    re.IGNORECASE,
)
"""The wish to complain and not a word of what about."""


def only_wishes(text: str) -> bool:
    """Whether a text wishes to complain and tells nothing."""
    return _AFTER_ALL.fullmatch(" ".join(text.split())) is not None


def besides_denial(text: str) -> str | None:
    """What a message says besides that it is no complaint, “” when it asks nothing else; None when it does not say so.

    To call it off and ask something in the same breath is the same thing.
    """
    clauses = _clauses(text)
    left = [_without_denial(clause) for clause in clauses]
    rest = " ".join(clause for clause in left if clause)
    if left != clauses:
        insists = _COMPLAINS.search(rest) or (_BUT.match(rest) and not is_question(rest))
        if insists:
            return None
        asks = is_question(rest) or (_NOTHING.sub("", rest) and not gives_up(rest))
        return _NO.sub("", rest) if asks else ""
    rest = " ".join(clause for clause in clauses if not _LEAVES.fullmatch(_bare(clause)))
    return _NO.sub("", rest) if rest != " ".join(clauses) and is_question(rest) else None


def _clauses(text: str) -> list[str]:
    return [clause.strip() for part in _GAP.split(text) for clause in _CLAUSE.findall(part) if clause.strip()]


def _bare(clause: str) -> str:
    return clause.strip(" ，,。.！!？?；;…~")


def _without_denial(clause: str) -> str:
    """A clause as it is when it denies nothing; else the rest of it."""
    bare = _bare(clause)
    denial = _DENIES.search(bare)
    if denial is None or _REPORTED.search(bare):
        return clause
    return f"{bare[: denial.start()]}{denial['zh'] or denial['en'] or ''}{bare[denial.end() :]}".strip()
