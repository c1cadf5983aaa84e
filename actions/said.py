"""A message as forms and questions hear it: what it is apart from what it fills. Pure; zh and en side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.complaint_vocabulary import (
    ADD_LEAD,
    ADDING,
    CLAUSES,
    GIVES_UP,
    LETTERS,
    NOISE,
    PERSON,
    QUESTION,
    REDRESS,
    REQUEST,
    SENTENCES,
    SKIP,
    STOCK,
    WHY,
    YES,
)

CONFIDENT = 0.45
SURE = 0.6
"""What a classifier must be to be believed where any sentence would be an answer."""
LIKELY = 0.3
"""What is enough for a question, which is no answer to ours anyway, and for a word or two of small talk."""
SHORT = 16
FEW_CHARACTERS, FEW_WORDS = 14, 6
LEANING_CHARACTERS, LEANING_WORDS = 24, 14
SMALL_TALK = frozenset({"greet", "thank", "goodbye", "bot_challenge"})


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
    refused: bool = False
    """Surely a request that is never granted."""

    def first(self, kind: str) -> Any:
        """The value of the first entity of a kind, or None."""
        found = self.entities.get(kind)
        return found[0]["value"] if found else None


def is_short(text: str) -> bool:
    """Whether a text is a few words, which alone say little."""
    return len(text.split()) <= FEW_WORDS if text.isascii() else len(text.strip()) <= FEW_CHARACTERS


def may_lean(text: str) -> bool:
    """Whether a text is short enough to go on about what was just told; what is longer says all of what it wants."""
    return len(text.split()) <= LEANING_WORDS if text.isascii() else len(text.strip()) <= LEANING_CHARACTERS


def informative(text: str) -> bool:
    """Whether a text says what happened, beyond the wish to complain."""
    rest = STOCK.sub(" ", text.lower())
    parts = LETTERS.findall(rest)
    chinese = sum("㐀" <= part <= "鿿" for part in parts)
    return chinese >= 4 or len(parts) - chinese >= 3 or (chinese >= 2 and len(parts) - chinese >= 1)


def tells_more(text: str) -> bool:
    """Whether a sentence about an addition already holds it, and is not just "I want to add something"."""
    return len(LETTERS.findall(ADDING.sub(" ", text.lower()))) >= (2 if text.isascii() else 4)


def only_wants_to_add(text: str) -> bool:
    """Whether a sentence is nothing but the wish to add something."""
    return not LETTERS.findall(ADDING.sub(" ", text.lower()))


def is_question(text: str) -> bool:
    """Whether a text asks something."""
    return bool(QUESTION.search(text))


def questions(text: str) -> list[str]:
    """The questions of a message that asks several, each with what was said since the one before; else nothing.

    A comma parts two questions only where both sides ask.
    """
    parts: list[str] = []
    begun = ""
    for sentence in SENTENCES.findall(text):
        clauses = CLAUSES.split(sentence)
        for clause in clauses if sum(map(is_question, clauses)) > 1 else [sentence]:
            begun = f"{begun} {clause.strip()}".strip()
            if is_question(clause):
                parts.append(begun)
                begun = ""
    return parts if len(parts) > 1 else []


def says_yes(text: str) -> bool:
    """Whether a text says yes in so many words."""
    return bool(YES.search(text.strip()))


def asks_why(text: str) -> bool:
    """Whether a text asks what an answer is needed for."""
    return bool(WHY.search(text))


def adds(text: str) -> bool:
    """Whether a text begins by saying that it is added to something."""
    return bool(ADD_LEAD.search(text.strip()))


def skips(text: str) -> bool:
    """Whether the customer has no answer to give."""
    return bool(SKIP.match(text.strip().rstrip("。.!！~ ")))


def gives_up(text: str) -> bool:
    """Whether a text says in so many words that the form is to be left."""
    return bool(GIVES_UP.search(text))


def names_no_person(text: str) -> bool:
    """Whether "call me" means a channel and not a person now."""
    return not PERSON.search(text)


def is_noise(text: str) -> bool:
    """Whether a text says nothing in any language: a hand on the keyboard, bare punctuation, sounds, broken encoding."""
    letters = "".join(LETTERS.findall(text.lower()))
    few = len(letters) >= 4 and len(set(letters)) <= (2 if letters.isascii() else 1)
    return not letters or few or bool(NOISE.fullmatch(letters))


def is_refused(said: Said) -> bool:
    """Whether a message to a form is a request that is never granted, and no sum with its payee nor the wish to be put right."""
    only_tells = bool(said.first("amount")) and not REQUEST.search(said.text)
    return said.refused and not only_tells and not REDRESS.search(said.text)


def digresses(said: Said, *, own_words: bool) -> bool:
    """Whether a message wants something else than to answer; `own_words`: any sentence would be an answer here."""
    if is_noise(said.text):
        return False
    asks = is_question(said.text)
    plain = asks or not own_words
    intent, confidence = said.intent, said.confidence
    if intent in SMALL_TALK and len(said.text) <= SHORT:
        return confidence >= LIKELY
    if asks:
        enough = LIKELY
    elif plain or intent in ("report_fraud", "express_distress"):
        enough = CONFIDENT
    else:
        enough = SURE
    if confidence < enough:
        return False
    if intent == "forbidden_request":
        return is_refused(said) or asks
    if intent in SMALL_TALK or intent in (
        "report_fraud",
        "express_distress",
        "talk_to_person",
        "ask_ticket_status",
        "rate_service",
    ):
        return True
    if intent == "withdraw_complaint":
        return plain or bool(said.entities.get("ticket_number"))
    if intent == "add_to_complaint":
        return bool(said.entities.get("ticket_number"))
    if intent == "out_of_scope":
        return asks
    return intent == "ask_question" and plain
