"""What a message is taken for: the one place that turns the classifier's figures into a decision. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FALLBACK = "nlu_fallback"

KIND_OF_INTENT = {
    "ask_question": "faq",
    "open_complaint": "complaint",
    "add_to_complaint": "complaint",
    "tell_situation": "situation",
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
    refusal: float = 0.12
    """From this score of `REFUSED` on, less half the score of `QUESTION`, a message is refused; both are about 1 for what was
    learnt as such and 0 for the rest."""
    lead: float = 0.05
    """By so much the score of `REFUSED` must be above that of any other intent."""
    certainty: float = 0.65
    """From this score on, less the same, a request is refused and that is all; below, the rule it may have been about is told too."""


REFUSED = "forbidden_request"
QUESTION = "ask_question"
GRIEVANCE = "open_complaint"
QUESTION_COUNTS = 0.5
"""A question about a forbidden request shares its words, so that it is likely says less than that a grievance is."""

ANSWERS = frozenset({"inform", "correct_answer"})
"""Intents that mean something only while a question is open."""
LEAST = 0.2
"""An intent less likely than this among all is not acted on, however much of the rest's weight it has. A question is, for
looking it up does no harm, and so is a grievance, which told with all its facts looks like an answer."""


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


def is_refused(scores: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Whether a message is a request that is never granted, by the scores of all intents.

    To answer such a request costs more than to refuse what is worded like one, so it need not be likelier than a question
    about it.
    """
    return _requested(scores) >= thresholds.refusal and _ahead(scores) >= thresholds.lead


def is_doubtful(scores: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Whether a message that is refused may be a question about what is refused as well: then it gets the answer to both."""
    return is_refused(scores, thresholds) and _requested(scores) < thresholds.certainty


def _requested(scores: Mapping[str, float]) -> float:
    return scores.get(REFUSED, 0.0) - QUESTION_COUNTS * scores.get(QUESTION, 0.0)


def _ahead(scores: Mapping[str, float]) -> float:
    """How far the score of `REFUSED` is above that of any other intent but `QUESTION`."""
    rivals = [score for name, score in scores.items() if name not in (REFUSED, QUESTION)]
    return scores.get(REFUSED, 0.0) - max([0.0, *rivals])


def decide_unasked(
    ranking: Sequence[tuple[str, float]], familiarity: float, thresholds: Thresholds, *, refused: bool = False
) -> str:
    """The intent acted on when no question is open: bare answers are out of the running, the rest share their weight.

    `refused` is what `is_refused` says, and goes before all else.
    Intents of one kind stand together against those of another; then the likeliest of the likeliest kind is acted on.
    """
    if refused:
        return REFUSED
    rest = [(name, probability) for name, probability in ranking if name not in ANSWERS | {REFUSED}]
    weight = sum(probability for _, probability in rest) or 1.0
    kinds: dict[str, float] = {}
    for name, probability in rest:
        kinds[kind_of(name)] = kinds.get(kind_of(name), 0.0) + probability / weight
    kind = decide(sorted(kinds.items(), key=lambda pair: -pair[1]), familiarity, thresholds)
    name, probability = next(((name, found) for name, found in rest if kind_of(name) == kind), (FALLBACK, 1.0))
    return name if probability >= LEAST or name in (QUESTION, GRIEVANCE) else FALLBACK


def kind_of(intent: str) -> str:
    """faq, complaint, situation, ticket_status, handoff, survey, oos, compliance_refusal or chitchat."""
    return KIND_OF_INTENT.get(intent, "chitchat")
