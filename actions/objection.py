"""“不是，我问的是…”: the answer just given was not what was asked. It is left, not told again, and no line of it is quoted.

Whoever is misunderstood twice is offered a person first: a third guess would only make it worse.
"""

from __future__ import annotations

import re

from actions import answer
from actions.api import Json
from actions.complaint_vocabulary import COMPLAINT, LETTERS, TROUBLE
from actions.said import informative, is_question
from actions.turn import Turn

SERVED = frozenset({"ask_question", "nlu_fallback", "inform", "tell_situation", "out_of_scope", "deny", "correct_answer",
                    "open_complaint"})  # fmt: skip
"""What an objection with a question may be taken for."""
REFUSED = "forbidden_request"
PATIENCE = 2
"""So many misses in a row are followed by the offer of a person."""
_LEAD = re.compile(
    r"^(?:(?:哎呀?|唉|啊|呃|不+|都?不是(?:这个|这样|的|啊|呀)*+(?!投诉|投訴)|(?:不对)+|错了?|又错了?|搞错了?|理解错了?|答非所问|没(?:问|说)(?:你)?这个|我?(?:又|也|哪里)?(?:没|没有|不是|不)(?:要|想|在)?(?:问|说|打听|伪造|要)(?:什么)?[^，,。]{1,8}(?:啊|呀)?(?=[，,。])|(?:我)?(?:说|问)的不是这个|都没有|唔系|唔係)(?:啊|呀|了|啦|吧)*[，,。.!！~\s]+"
    r"|(?:我)?(?:是说|是问|的意思是|问的是|说的是|要问的是|想问的是)(?:[，,：:\s])*|(?:不是)?问(?:的)?(?:不是|唔系)[^，,。]{1,12}[，,。\s]+(?:是|我是)?)++"
    r"|^(?:(?:no+|nope|nah|wrong(?: again)?|not (?:that|this|it)|none of (?:those|these|them)|(?:that|this|it)(?:'s| is)?(?: not|n'?t) (?:it|what i (?:asked|meant|said)|right|my question)|haha|lol|aiyo|aiya|bro|sorry|ok(?:ay)?)\b[,.!:\s]+"
    r"|i (?:just |only )?(?:mean|meant|said|asked)(?: that)?\b[,:\s]*|(?:ok(?:ay)? )?let me (?:say|ask|put it) (?:it )?again[,.:\s]*|(?:i'?m|i am) (?:asking|talking) (?:about|for)?\b[,:\s]*|not (?:an? |the |my |about )?[\w' ]{3,24}[!.,]+\s*(?=\w))++",
    re.IGNORECASE,
)
_OBJECTS = re.compile(
    r"不是|不对|错|我(?:是说|是问|的意思是|[问说]的)|答非所问|没问|都没有|唔系|唔係|^不+[，,\s]"
    r"|^\W*(?:no+|nope|nah|wrong|not|none)\b|\b(?:i (?:just |only )?(?:mean|meant|said|asked)|let me (?:say|ask|put)|(?:i'?m|i am) (?:asking|talking)|not what i|not my question)\b",
    re.IGNORECASE,
)
_INNOCENT = re.compile(
    r"(?:没|没有|不是|哪里|哪有|谁)(?:要|想|在|让|叫)*(?:问|要|想|说|打听|伪造|造假|违规|查别人)|(?:有)?(?:啥|什么)(?:不能|不可以)(?:说|问)|误会"
    r"|\b(?:(?:did|do|was|am|'m)(?: not|n't)|not|never) (?:ask|want|say|mean|try|talk)\w*|\bmisunderst\w+",
    re.IGNORECASE,
)
"""Said by somebody who was refused, or told what we never do, without having asked for it."""
_BARE = re.compile(r"(?:no+|nope|nah|sorry|ok(?:ay)?|不|啊|[，,。.!！~\s])*", re.IGNORECASE)
"""A mere no may be courtesy; with it more must be said than with “我问的是”."""
FEWEST = 2
_ONLY_WANTS = re.compile(
    r"(?:只|就)(?:是)?想(?:知道|问|查|交|办|看|了解)|\bi (?:just|only) (?:want|need|wanted|needed|asked|wanna)(?: to)?\b",
    re.IGNORECASE,
)


def take(turn: Turn) -> bool:
    """Whether a message objects to the answer told, the choices shown, or the refusal, just before; what it asks has been served then."""
    if turn.is_button or turn.memory.get("tasks"):
        return False
    text = " ".join(turn.text.split())
    rest = _LEAD.sub("", text, count=1)
    if (
        turn.memory.get("refused_at") == turn.count - 1
        and turn.intent in {*SERVED, REFUSED}
        and _is_innocent(turn, text)
    ):
        turn.say("talk.misjudged")
        _serve(turn, rest)
        return True
    if turn.intent not in SERVED or not answer.was_told_just_now(turn):
        return False
    bare = _BARE.fullmatch(text.removesuffix(rest))
    if rest == text or not _OBJECTS.search(text) or COMPLAINT.search(rest):
        return False
    if not informative(rest) and (bare or len(LETTERS.findall(rest.lower())) < FEWEST):
        return False
    asks = is_question(rest) or _ONLY_WANTS.search(rest)
    if turn.intent == "open_complaint" and TROUBLE.search(rest) and not asks:
        return False
    _serve(turn, rest)
    return True


def _is_innocent(turn: Turn, text: str) -> bool:
    """Whether a refusal is protested against. Who asks for the same with “就想问问” is refused again, not apologised to."""
    return bool(_INNOCENT.search(text)) or (turn.intent != REFUSED and bool(_ONLY_WANTS.search(text)))


def _serve(turn: Turn, rest: str) -> None:
    """Asked anew without what missed, though a few words may still lean on it (“不是，我问的是提现”); the second miss is admitted."""
    missed = int(turn.memory.get("missed") or 0) + 1
    rejected, topic = [*(turn.memory.get("rejected") or []), *_told(turn)], turn.memory.get("topic")
    found = turn.api.search(rest, topic)
    if found.get("verdict") != "passage" or found["passage"] == turn.memory.get("passage"):
        turn.memory |= {"topic": None, "related": None, "passage": None}
        found = _without(found, rejected)
    if missed >= PATIENCE and found.get("verdict") not in answer.TOLD_AT_ONCE:
        turn.say(
            "answer.given_up",
            buttons=[turn.button("person", "talk_to_person", choice="failed"), *_offered(turn, found)],
        )
    else:
        answer.tell_found(turn, found)
    turn.memory |= {"rejected": rejected, "missed": missed}


def _told(turn: Turn) -> list[str]:
    """The articles that missed: the one told, or those offered."""
    topic = turn.memory.get("topic") if turn.memory.get("topic_at") == turn.count - 1 else None
    offered = turn.memory.get("offered") if turn.memory.get("offered_at") == turn.count - 1 else None
    return [str(key) for key in (topic, *(offered or [])) if key]


def _without(found: Json, rejected: list[str]) -> Json:
    """What was found but for what missed; what comes after a first that missed is only likely."""
    results = [result for result in found.get("results") or [] if result["key"] not in rejected]
    first = bool(results) and results[0] == found["results"][0]
    verdict = found.get("verdict") if first else "ask" if results and found.get("verdict") != "decline" else "decline"
    return found | {"results": results, "verdict": verdict, "passage": ""}


def _offered(turn: Turn, found: Json) -> list[dict[str, str]]:
    likely = (found.get("results") or [])[: answer.MOST_FOLLOW_UPS] if found.get("verdict") == "ask" else []
    return [turn.titled(result["question"], "ask_question", article=result["key"]) for result in likely]
