"""What a message is taken for: the one place that turns the classifier's figures into a decision. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FALLBACK = "nlu_fallback"

KIND_OF_INTENT = {
    "ask_question": "faq",
    "open_complaint": "complaint",
    "add_to_complaint": "complaint",
    "ask_ticket_status": "ticket_status",
    "withdraw_complaint": "ticket_status",
    "talk_to_person": "handoff",
    "report_fraud": "handoff",
    "express_distress": "handoff",
    "rate_service": "survey",
    "forbidden_request": "compliance_refusal",
    "out_of_scope": "oos",
    FALLBACK: "oos",
}
"""The measured kind of each intent; every other intent is chitchat."""


@dataclass(frozen=True)
class Thresholds:
    """Below these a guess is not acted on; calibrated by cross-validation over the training utterances."""

    probability: float = 0.2
    margin: float = 0.02
    familiarity: float = 0.65
    refusal: float = 0.36
    """From this figure of `refusal_score` on a message is refused."""


REFUSED = "forbidden_request"
WORDED_ALIKE = frozenset({REFUSED, "ask_question"})
RIVALS = 0.25
"""How much the best score of what is not worded like a forbidden request takes from the request's own."""

ANSWERS = frozenset({"inform", "correct_answer"})
"""Intents that mean something only while a question is open."""


def decide(ranking: Sequence[tuple[str, float]], familiarity: float, thresholds: Thresholds) -> str:
    """The intent acted on: the likeliest, or `nlu_fallback` when it is too unsure, or the text too strange, to act on.

    `ranking` is sorted, likeliest first. `familiarity` tells how near the text is to anything learnt: a classifier
    may be sure of a text about something else because one word of it occurs in one intent only.
    """
    if not ranking or familiarity < thresholds.familiarity:
        return FALLBACK
    name, probability = ranking[0]
    second = ranking[1][1] if len(ranking) > 1 else 0.0
    if probability < thresholds.probability or probability - second < thresholds.margin:
        return FALLBACK
    return name


def decide_unasked(
    ranking: Sequence[tuple[str, float]], familiarity: float, thresholds: Thresholds, refusal: float = 0.0
) -> str:
    """The intent acted on when no question is open: bare answers are out of the running, the rest share their weight.

    `refusal` is the figure of `refusal_score`. It alone decides about refusing: to answer such a request
    costs more than to refuse what is worded like one, so it need not be likelier than all else.
    Intents of one kind stand together against those of another; then the likeliest of the likeliest kind is acted on.
    """
    if refusal >= thresholds.refusal:
        return REFUSED
    rest = [(name, probability) for name, probability in ranking if name not in ANSWERS | {REFUSED}]
    weight = sum(probability for _, probability in rest) or 1.0
    kinds: dict[str, float] = {}
    for name, probability in rest:
        kinds[kind_of(name)] = kinds.get(kind_of(name), 0.0) + probability / weight
    kind = decide(sorted(kinds.items(), key=lambda pair: -pair[1]), familiarity, thresholds)
    return next((name for name, _ in rest if kind_of(name) == kind), FALLBACK) if kind != FALLBACK else FALLBACK


def refusal_score(scores: Mapping[str, float]) -> float:
    """How surely a message is a request that is never granted, from the scores of all intents; 0 when none was learnt.

    A question about such a request shares its words, so it does not count against it; a complaint, a greeting or
    something that is none of our business does.
    """
    rivals = [score for name, score in scores.items() if name not in WORDED_ALIKE]
    return scores.get(REFUSED, 0.0) - RIVALS * max([0.0, *rivals])


def kind_of(intent: str) -> str:
    """faq, complaint, ticket_status, handoff, survey, oos, compliance_refusal or chitchat."""
    return KIND_OF_INTENT.get(intent, "chitchat")
