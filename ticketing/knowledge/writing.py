"""An article as people type it: unfinished, in any state, and what it still lacks before customers may read it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from ticketing.knowledge.details import DraftDetail
from ticketing.knowledge.seed import ArticleContent, DetailContent, TextContent
from ticketing.knowledge.text import normalise

LANGUAGES = ("zh", "en")
RISKY = frozenset({"wealth", "fund", "insurance", "consumer_loan", "business_loan", "credit_card"})
"""Products whose articles must state the risks (handbook §4.2)."""
PRODUCTS = ("transfer", "payment", "balance", "bank_card", "wealth", "fund", "insurance", "consumer_loan", "business_loan", "credit_card", "points")  # fmt: skip
SKILLS = ("open_complaint", "ask_ticket_status", "talk_to_person")
LONGEST = {"question": 120, "asking": 200, "answer": 2000, "risk_notice": 400, "wording": 120, "detail": 300}
"""In characters; ``wording`` and ``detail`` are a way to ask for a detail and its answer."""
MOST_ASKINGS = 80
MOST_DETAILS, MOST_WORDINGS = 20, 8
MOST_FOLLOW_UPS = 6
FEW_ASKINGS = 5
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY = 80
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")

# What nobody may promise, unless the sentence denies it or warns of those who do.
_PROMISE = re.compile(
    r"保本|保息|保收益|保底收益|保证(?:本金|收益|盈利|赚)|收益(?:有)?保证|稳赚|必赚|包赚|只赚不赔|(?:零|无|没有|没有任何)风险|刚兑|刚性兑付"
    r"|绝对安全|百分之?百(?:安全|收益|赚)|不会(?:亏|赔钱|损失本金)"
    r"|\bguarante\w*(?:\s+\w+){0,2}\s+(?:returns?|profits?|yields?|gains?|capital|principal)\b"
    r"|\b(?:returns?|profits?|yields?|gains?|capital|principal)\s+(?:is|are)(?:\s+\w+)?\s+guaranteed\b"
    r"|\b(?:risk|zero)[- ](?:free|risk)\b|\b(?:no|without(?: any)?) risks?\b|\b(?:cannot|can't|won't|never) lose (?:money|anything|your|any)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"不|非|没|無|无|未|勿|别|\b(?:no|not|nobody|never|none|neither|nor|cannot|without)\b|n't\b", re.IGNORECASE
)
_WARNED = re.compile(r"骗|诈|警惕|谨防|勿信|别信|\b(?:scam|fraud|beware)", re.IGNORECASE)
_SENTENCE = re.compile(r"[^。！？；!?;\n]+")
_CLAUSE = re.compile(r"[，,：:、]")


class DraftText(BaseModel):
    """One language of a draft; empty where nothing has been written."""

    model_config = ConfigDict(extra="forbid")

    question: str = ""
    askings: list[str] = []
    answer: str = ""
    risk_notice: str = ""
    details: list[DraftDetail] = []

    @property
    def begun(self) -> bool:
        """Whether anything stands in it."""
        return bool(self.question or self.askings or self.answer or self.risk_notice or self.details)


class DraftContent(BaseModel):
    """All that makes an article, as far as it has been written."""

    model_config = ConfigDict(extra="forbid")

    key: str
    topic: str = ""
    products: list[str] = []
    skill: str | None = None
    follow_ups: list[str] = []
    zh: DraftText = DraftText()
    en: DraftText = DraftText()

    @classmethod
    def of(cls, content: ArticleContent) -> DraftContent:
        """A published article as one begins to edit it."""
        return cls.model_validate(content.model_dump(exclude_none=True))

    def texts(self) -> dict[str, DraftText]:
        """The languages that have been begun, Chinese first."""
        return {name: text for name in LANGUAGES if (text := getattr(self, name)).begun}

    def finished(self) -> ArticleContent:
        """The article; only for a draft in which ``problems`` found none."""
        texts = {
            name: TextContent(
                question=text.question,
                askings=text.askings,
                answer=text.answer,
                risk_notice=text.risk_notice or None,
                details=[DetailContent(asked=detail.asked, answer=detail.answer) for detail in text.details],
            )
            for name, text in self.texts().items()
        }
        return ArticleContent(
            key=self.key, topic=self.topic, products=self.products, skill=self.skill, follow_ups=self.follow_ups,
            zh=texts.get("zh"), en=texts.get("en"),
        )  # fmt: skip

    def notices(self) -> list[str]:
        """Its risk notices."""
        return [text.risk_notice for text in self.texts().values() if text.risk_notice]


@dataclass(frozen=True)
class Problem:
    """What is wrong at ``field`` (``zh.answer``, ``topic`` …). A ``hint`` does not keep the article from customers."""

    field: str
    code: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    hint: bool = False


@dataclass(frozen=True)
class Known:
    """What the other articles say: whose each asking is, by ``folded`` text, and which keys there are."""

    askings: Mapping[str, str]
    keys: Collection[str]


def problems(draft: DraftContent, known: Known) -> list[Problem]:
    """All that keeps a draft from being published, then what could be better."""
    found = [*_of_article(draft, known)]
    for language, text in draft.texts().items():
        found += _of_text(language, text, draft, known)
    return sorted(found, key=lambda problem: problem.hint)


def blocking(found: list[Problem]) -> list[Problem]:
    """Those that must be mended first."""
    return [problem for problem in found if not problem.hint]


@lru_cache(maxsize=131_072)
def folded(text: str) -> str:
    """Case, width, script, spaces and punctuation do not make another sentence."""
    return normalise(text).replace(" ", "")


def promise_in(text: str) -> str | None:
    """The words that promise a return or deny a risk, None if there are none or the sentence denies or warns of them."""
    for sentence in _SENTENCE.findall(text):
        if _WARNED.search(sentence):
            continue
        for match in _PROMISE.finditer(sentence):
            before = _CLAUSE.split(sentence[: match.start()])[-1]
            if not _DENIED.search(before):
                return match.group()
    return None


def _of_article(draft: DraftContent, known: Known) -> Iterator[Problem]:
    if not SLUG.fullmatch(draft.key) or len(draft.key) > LONGEST_KEY:
        yield Problem("key", "key")
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", draft.topic):
        yield Problem("topic", "topic")
    if not draft.texts():
        yield Problem("zh.question", "nothing")
    elif len(draft.texts()) < len(LANGUAGES):
        missing = next(name for name in LANGUAGES if name not in draft.texts())
        yield Problem(f"{missing}.question", "language_missing", hint=True)
    counts = {name: len(text.details) for name, text in draft.texts().items()}
    if len({*counts.values()}) > 1:
        yield Problem(f"{min(counts, key=counts.__getitem__)}.details", "details_uneven", counts, hint=True)
    if unknown := [code for code in draft.products if code not in PRODUCTS]:
        yield Problem("products", "products", {"codes": unknown})
    if draft.skill is not None and draft.skill not in SKILLS:
        yield Problem("skill", "skill")
    astray = [key for key in draft.follow_ups if key not in known.keys or key == draft.key]
    if astray or len(draft.follow_ups) > MOST_FOLLOW_UPS:
        yield Problem("follow_ups", "follow_ups", {"keys": astray, "most": MOST_FOLLOW_UPS})


def _of_text(language: str, text: DraftText, draft: DraftContent, known: Known) -> Iterator[Problem]:
    for part in ("question", "answer", "risk_notice"):
        value = getattr(text, part)
        if not value and part != "risk_notice":
            yield Problem(f"{language}.{part}", f"{part}_empty")
        if len(value) > LONGEST[part]:
            yield Problem(f"{language}.{part}", "too_long", {"length": len(value), "most": LONGEST[part]})
        if part != "question":
            yield from _of_spoken(f"{language}.{part}", value)
    if not text.risk_notice and RISKY & set(draft.products):
        yield Problem(f"{language}.risk_notice", "risk_missing", {"codes": sorted(RISKY & set(draft.products))})
    elif not text.risk_notice and draft.notices():
        yield Problem(f"{language}.risk_notice", "risk_one_language")
    yield from _of_askings(language, text, draft, known)
    yield from _of_details(f"{language}.details", text.details)


def _of_spoken(field: str, text: str) -> Iterator[Problem]:
    """What nobody may be told, and what they would not read as it is meant."""
    if tag := _TAG.search(text):
        yield Problem(field, "tags", {"words": tag.group()})
    if words := promise_in(text):
        yield Problem(field, "promise", {"words": words})


def _of_askings(language: str, text: DraftText, draft: DraftContent, known: Known) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    others = [] if language == "zh" else [draft.zh.question, *draft.zh.askings]
    own = {folded(line) for line in others}
    for part, line in [("question", text.question), *(("askings", line) for line in text.askings)]:
        sentence = folded(line)
        if line and not sentence:
            yield Problem(f"{language}.{part}", "no_words", {"asking": line})
        elif sentence and (owner := known.askings.get(sentence)) not in (None, draft.key):
            yield Problem(f"{language}.{part}", "taken", {"asking": line, "owner": owner})
        elif sentence and (sentence in seen or sentence in own):
            yield Problem(f"{language}.{part}", "twice", {"asking": line})
        if part == "askings" and len(line) > LONGEST["asking"]:
            yield Problem(f"{language}.askings", "asking_too_long", {"asking": line[:40], "most": LONGEST["asking"]})
        seen[sentence] = line
    if len(text.askings) > MOST_ASKINGS:
        yield Problem(f"{language}.askings", "too_many", {"count": len(text.askings), "most": MOST_ASKINGS})
    elif len(text.askings) < FEW_ASKINGS:
        yield Problem(f"{language}.askings", "few", {"count": len(text.askings), "least": FEW_ASKINGS}, hint=True)


def _of_details(field: str, details: list[DraftDetail]) -> Iterator[Problem]:
    """They lean on their article: another may be asked the same, so nobody owns a wording."""
    if len(details) > MOST_DETAILS:
        yield Problem(field, "too_many_details", {"count": len(details), "most": MOST_DETAILS})
    seen = set[str]()
    for detail in details:
        called = (detail.asked[0] if detail.asked else detail.answer)[:40]
        if not detail.asked:
            yield Problem(field, "detail_unasked", {"answer": called})
        if not detail.answer:
            yield Problem(field, "detail_unanswered", {"asking": called})
        if len(detail.asked) > MOST_WORDINGS:
            yield Problem(field, "too_many_wordings", {"asking": called, "most": MOST_WORDINGS})
        if len(detail.answer) > LONGEST["detail"]:
            values = {"asking": called, "length": len(detail.answer), "most": LONGEST["detail"]}
            yield Problem(field, "detail_too_long", values)
        yield from _of_spoken(field, detail.answer)
        for line in detail.asked:
            sentence = folded(line)
            if not sentence:
                yield Problem(field, "no_words", {"asking": line})
            elif sentence in seen:
                yield Problem(field, "twice", {"asking": line})
            if len(line) > LONGEST["wording"]:
                yield Problem(field, "wording_too_long", {"asking": line[:40], "most": LONGEST["wording"]})
            seen.add(sentence)
