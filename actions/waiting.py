"""Skill: stays with a customer who waits for a person: answers what can be answered, and says again what must not be forgotten.

Whatever they tell is for the person who comes, so no form is opened and nobody is called twice. No line goes without a word:
who waits in silence believes that nobody listens.
"""

from __future__ import annotations

import re

from actions import answer, danger, handover, small_talk, urgent
from actions.said import is_question
from actions.turn import Turn

DANGERS = frozenset({danger.FRAUD, danger.DISTRESS})
POLITE = {"thank": small_talk.thank, "goodbye": small_talk.say_goodbye}
_PLACE = re.compile(
    r"多久|几分钟|幾分鐘|多长时间|等到(?:什么|啥)时候|什么时候(?:有人|能有|来|到我|轮到)|(?:第|排)几|第幾|几号了|前面(?:还有)?(?:几|多少)|越排越|几点(?:有人|有人工|上班|下班|开始|到几点)|上班了?(?:吗|没)|有人吗|有没有人|人呢|人在哪|有没有真人|怎么还没(?:人|来|到)|没人(?:理|管|接|回)"
    r"|\b(?:how (?:long|many minutes|much longer)|when (?:will|can|do) (?:i|you|someone|somebody|they|a person)|my (?:place|position|number)|what number|any(?:one|body) (?:there|here|at all)|is (?:any|some)(?:one|body)|hello\?|still waiting|opening hours|where is (?:the|my) (?:person|agent))\b",
    re.IGNORECASE,
)


def accompany(turn: Turn) -> None:
    """Replies to a typed line."""
    said_before = turn.memory.pop("noted", None)
    reason = urgent.reason(turn)
    if reason and _is_worse(reason, turn.waiting):
        handover.call_a_person(turn, reason)
        return
    asks = is_question(turn.text) or turn.intent == "ask_question"
    if threatened := _threatened(turn, reason):
        _advise(turn, threatened, said_before, asks=asks)
    elif asks and _tell(turn, None):
        return
    elif urgent.anger(turn.text):
        turn.memory["heated"] = 1  # the next heated line is served first (`urgent.reason`)
        _say(turn, "waiting.sorry")
    elif _asks_for_place(turn):
        _tell_place(turn)
    elif turn.intent in POLITE and not asks:
        POLITE[turn.intent](turn)
    elif asks:
        _say(turn, "waiting.unknown")
    else:
        _say(turn, "waiting.noted" if said_before is None else "waiting.noted_too")


def _threatened(turn: Turn, reason: str | None) -> str | None:
    """The danger that somebody who waits is in, until they say that they are not."""
    if reason in DANGERS:
        return reason
    if turn.waiting not in DANGERS or turn.memory.get("lifted") == turn.waiting:
        return None
    return turn.waiting


def _advise(turn: Turn, threatened: str, said_before: str | None, *, asks: bool) -> None:
    """To a question what the knowledge base is sure of, else the advice it asks for, else what it may be asking."""
    if danger.LIFTED[threatened].search(turn.text):
        turn.memory["lifted"] = threatened
        turn.say(f"danger.{threatened}.lifted")
        if asks:
            _tell(turn, threatened)
        return
    if asks and _tell(turn, threatened):
        return
    key = danger.specific(threatened, turn.text, said_before)
    if key is None and threatened == danger.FRAUD:
        if _asks_for_place(turn):
            _tell_place(turn)
            return
        if asks and _tell(turn, threatened, supposed=True):
            return
    _say(turn, key or danger.standing(threatened, said_before), kind="warning")


def _asks_for_place(turn: Turn) -> bool:
    return turn.intent == "talk_to_person" or bool(_PLACE.search(turn.text))


def _tell_place(turn: Turn) -> None:
    turn.say_text(str(turn.api.queue().get("text") or turn.word("handover.queued")))


def _is_worse(reason: str, queued_for: str | None) -> bool:
    """Whether what is told now must be served before what the customer queued for."""
    return queued_for not in DANGERS and (reason in DANGERS or queued_for not in handover.URGENT)


def _say(turn: Turn, key: str, kind: str | None = None) -> None:
    turn.memory["noted"] = key
    turn.say(key, custom={"kind": kind} if kind else None)


def _tell(turn: Turn, threatened: str | None, *, supposed: bool = False) -> bool:
    """Whether the knowledge base has an answer (`supposed`: a likely one), told then; while a deceiver is at work nothing that misleads."""
    found = turn.try_call(turn.api.search, turn.text, turn.memory.get("topic")) or {}
    results = found.get("results") or []
    if found.get("verdict") != ("ask" if supposed else "answer") or not results:
        return False
    key = str(results[0].get("key"))
    if threatened and (key in danger.MISLEADS or (supposed and not key.startswith(danger.LIKELY))):
        return False
    answer.tell_article(turn, results[0], found.get("answer_id"), supposed=supposed)
    told = turn.replies[-1]
    told["buttons"] = [b for b in told.get("buttons") or () if b["payload"] != "/talk_to_person"]  # they wait for one
    return True
