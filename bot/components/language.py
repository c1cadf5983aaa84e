"""Which language a message is in, and which one to answer in."""

import re

from bot.components.text import normalise

_CJK = re.compile(r"[㐀-鿿豈-﫿]")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|ks-\d+\S*")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_ENGLISH = frozenset(
    [
        "a",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "cancel",
        "could",
        "customer",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "good",
        "had",
        "has",
        "have",
        "he",
        "hello",
        "help",
        "hi",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "just",
        "like",
        "me",
        "my",
        "need",
        "no",
        "not",
        "of",
        "on",
        "or",
        "person",
        "please",
        "she",
        "so",
        "someone",
        "speak",
        "status",
        "talk",
        "than",
        "thank",
        "thanks",
        "that",
        "the",
        "their",
        "them",
        "there",
        "they",
        "this",
        "to",
        "want",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "yeah",
        "yes",
        "you",
        "your",
        "complaint",
        "complain",
        "human",
        "agent",
        "refund",
        "never",
    ]
)
_NEUTRAL = frozenset(
    [
        "ok",
        "okay",
        "app",
        "vip",
        "sms",
        "pos",
        "atm",
        "pin",
        "kyc",
        "usd",
        "cny",
        "rmb",
        "bye",
        "hi",
        "hello",
        "no",
        "yes",
    ]
)


def language_of(text: str) -> str | None:
    """`zh` or `en` when the message itself is clearly in it, else None (numbers, "ok", one foreign word)."""
    text = _ADDRESS.sub(" ", normalise(text))
    chinese = len(_CJK.findall(text))
    words = [word for word in _WORD.findall(text) if word not in _NEUTRAL]
    if chinese >= 2 and 3 * chinese >= 2 * len(words):
        return "zh"
    if chinese == 1 and not words:
        return "zh"
    known = sum(word in _ENGLISH for word in words)
    if ((len(words) >= 3 and known >= 1) or (len(words) >= 1 and known == len(words))) and len(words) > chinese:
        return "en"
    return None


def answer_language(text: str, *, current: str | None, locked: bool) -> str:
    """The language to answer in: the conversation's unless the message is clearly in the other one."""
    if locked and current in ("zh", "en"):
        return str(current)
    return language_of(text) or current or ("zh" if _CJK.search(text) else "en" if _WORD.search(text.lower()) else "zh")
