"""Skill: asks the three marks of a pending survey (speed, completeness, solution) and records them."""

from __future__ import annotations

import re

from actions.api import ApiProblem, ApiUnavailable, idempotency_key
from actions.complaint_slots import skips
from actions.turn import Turn

KIND = "rating"
MARKS = ("speed", "completeness", "solution")
_WORDS = {5: r"非常满意|很满意|特别满意|excellent|perfect|great|五星|五分", 4: r"比较满意|满意|good|四星|四分", 3: r"一般|还行|凑合|so-so|average|\bok\b|三星|三分",
          2: r"不太满意|不满意|poor|bad|二星|两星|两分|二分", 1: r"非常不满意|很不满意|太差|terrible|awful|worst|一星|一分"}  # fmt: skip


def rate(turn: Turn) -> None:
    """Starts the oldest pending survey; says so when there is none."""
    surveys = turn.api.pending_surveys()
    if not surveys:
        turn.say("rating.none")
        return
    survey = surveys[0]
    turn.memory["pending"] = {
        "kind": KIND,
        "survey": survey["id"],
        "ticket": survey.get("ticket_number"),
        "marks": {},
    }
    turn.say("rating.begin", number=survey.get("ticket_number") or "")
    _ask(turn)


def take_mark(turn: Turn) -> bool:
    """A mark, a comment, or something else, which leaves the survey for another time."""
    pending = turn.memory["pending"]
    if turn.intent == "cancel" or (turn.intent == "deny" and not pending["marks"]):
        turn.memory["pending"] = None
        turn.say("rating.later")
        return True
    if len(pending["marks"]) == len(MARKS):
        return _take_comment(turn)
    mark = _mark(turn)
    if mark is None or turn.field("survey") not in (None, str(pending["survey"])):
        turn.memory["pending"] = None
        return False
    left = [name for name in MARKS if name not in pending["marks"]]
    for name in left if re.search(r"都|全部|\ball\b", turn.text) and not turn.is_button else left[:1]:
        pending["marks"][name] = mark
    _ask(turn)
    return True


def _ask(turn: Turn) -> None:
    pending = turn.memory["pending"]
    name = next((m for m in MARKS if m not in pending["marks"]), None)
    if name is None:
        button = turn.button("no_comment", "deny", survey=pending["survey"])
        turn.say("rating.comment", buttons=[button], custom={"kind": "survey", "card": {"asks": "comment"}})
        return
    buttons = [turn.titled("★" * n, "rate_service", survey=pending["survey"], mark=n) for n in (5, 4, 3, 2, 1)]
    turn.say(f"rating.{name}", buttons=buttons, custom={"kind": "survey", "card": {"asks": name}})


def _take_comment(turn: Turn) -> bool:
    pending = turn.memory["pending"]
    body = dict(pending["marks"])
    if turn.intent not in ("deny", "cancel") and not turn.is_button and not skips(turn.text):
        body["comment"] = turn.text[:1000]
    try:
        turn.api.answer_survey(
            str(pending["survey"]), body, idempotency_key(turn.conversation, "survey", pending["survey"])
        )
    except ApiUnavailable:
        turn.say("rating.unavailable", buttons=[turn.button("try_again", "deny", survey=pending["survey"])])
        return True
    except ApiProblem as problem:
        turn.say_problem(problem)
    else:
        turn.say("rating.thanks")
    turn.memory["pending"] = None
    return True


def _mark(turn: Turn) -> int | None:
    value = turn.field("mark") or turn.named("number")
    if value is not None and str(value).split(".")[0] in "12345":
        return int(str(value).split(".")[0])
    if found := re.search(r"([1-5])\s*(?:分|星|stars?|/\s*5)", turn.text):
        return int(found[1])
    return next((n for n in (1, 5, 2, 4, 3) if re.search(_WORDS[n], turn.text.lower())), None)
