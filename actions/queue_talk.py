"""What a customer who waits for a person asks about the wait itself, by their words alone. Pure; zh and en side by side."""

from __future__ import annotations

import re

_RING = re.compile(
    r"(?:会有?|能|有|谁|什么时候)(?:人|客服|同事)?(?:会|能)?(?:给我|跟我)?(?:打|来|回)(?:个|我)?(?:电话|電話)"
    r"|\b(?:will|does|do|can|could|would|is|are) (?:some(?:one|body)|any(?:one|body)|you|u|they|a person|an? agent|(?:a|your) colleague)\b[^.?!]{0,12}\b(?:ring|call|phone)(?:ing)?(?: me| back)+(?! at )",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"(?:什么|啥|哪条)留言|留(?:什么|啥)言|(?:我|都)(?:还)?没(?:有)?(?:留过?言|写)"
    r"|\bwhat message\b|\b(?:have ?n'?t|havent|did ?n'?t|didnt|never) (?:written?|wrote|left|leave|sent|send)\b[^.?!]{0,12}\bmessage\b|\b(?:have ?n'?t|havent|did ?n'?t|didnt) (?:written?|wrote) anything\b",
    re.IGNORECASE,
)
_PREPARE = re.compile(
    r"准备(?:些|点|一些)?(?:什么|啥|哪些|好什么)|\bwhat (?:should|do|can|must) i (?:need to )?(?:prepare|have ready|get ready|bring)\b",
    re.IGNORECASE,
)
_FOR_PERSON = re.compile(
    r"人工|客服|同事|接通|接待|接入|\b(?:they|agents?|colleagues?|person|someone|somebody|answer|join|call)\b|(?:prepare|ready)\W*$|^\W*(?:我|要|该|需要|先|得)*准备[^，。]{0,4}\W*$",
    re.IGNORECASE,
)
"""Who or what the preparing is for, if it is for anything."""
_LATE = re.compile(
    r"(?:怎么|咋|为什么|还是?)[^，。！!？?]{0,4}没(?:有)?(?:人|客服)(?:来|理|接|回|管)?|没人(?:来|理|接|回|管|吗|么|在)|人呢"
    r"|\b(?:nobody|no ?one)(?:'s| is| has)? ?(?:\w+ )?(?:coming|come|there|here|joining|joined|answering|replying|yet)\b|\b\d+ ?min(?:ute)?s? already\b|\bstill waiting\b|\bwhere is (?:the|my) (?:person|agent)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"排(?:着)?队|队列|排(?:了|到)?(?:多久|第?几)|第几(?:位|个)?|前面(?:还)?有?(?:几|多少)|轮到我|(?:什么时候|几时|啥时候)(?:能|才)?(?:有人|来人|轮到)|等待时间"
    r"|\b(?:in|of|is) the queue\b|\bqueue\b|\bwait(?:ing)? time\b|\bmy (?:place|position)\b",
    re.IGNORECASE,
)


def about(text: str) -> str | None:
    """What of the wait a line is about: `ring`, `message`, `prepare`, `late` or `place`; None when it is about none."""
    if _PREPARE.search(text) and _FOR_PERSON.search(text):
        return "prepare"
    asked = (("ring", _RING), ("message", _MESSAGE), ("late", _LATE), ("place", _PLACE))
    return next((name for name, words in asked if words.search(text)), None)


def wants_to_prepare(text: str) -> bool:
    """Whether a line asks what to have ready, for whatever it is."""
    return bool(_PREPARE.search(text))
