"""Skill: asks the three marks of a pending survey (speed, completeness, solution) and a comment, and records them."""

from __future__ import annotations

import re

from actions import tasks
from actions.api import ApiProblem, ApiUnavailable, idempotency_key
from actions.question import Question, move_on
from actions.said import SMALL_TALK, is_question, skips
from actions.tasks import State
from actions.turn import Button, Turn

MARKS = ("speed", "completeness", "solution")
_NAMES = {
    "speed": r"速度|响应|回复|快|speed|fast|quick|response",
    "completeness": r"完整|周到|服务|态度|complete|service",
    "solution": r"解决|结果|处理|效率|solution|solved|result",
}
_BARE_WISH = re.compile(
    r"(?:我|还)?(?:要|想|来)?(?:给.{0,8})?(?:做个?|打个?|填个?)?(?:评价|打分|评分|分)(?:一下)?(?:你们)?的?(?:服务)?[。.!！]*"
    r"|(?:i(?:'d like| want| would like) to |let me |can i )?(?:rate|review|leave a (?:rating|review)(?: for)?)(?: (?:the|your|this))?(?: service)?[.!]*",
    re.IGNORECASE,
)
STARS = frozenset("12345")
LOW_MARK = 2
"""From here down the desk wants to know why (ticketing/surveys/rules.py says the same; its refusal is heeded anyway)."""
_WORDS = {
    5: r"非常满意|很满意|特别满意|excellent|perfect|great|五星|五分|满分|full marks",
    4: r"比较满意|(?<!不)(?<!不太)满意|\bgood\b|四星|四分",
    3: r"一般|还行|凑合|so-so|average|\bok\b|三星|三分",
    2: r"不太满意|不满意|\bpoor\b|\bbad\b|二星|两星|两分|二分",
    1: r"非常不满意|很不满意|太差|terrible|awful|worst|一星|一分",
}


def rate(turn: Turn) -> None:
    """Starts the oldest pending survey; says so when there is none. One begun goes on where it is."""
    if tasks.find(turn, RATING.kind):
        return
    surveys = turn.api.pending_surveys()
    if not surveys:
        turn.say(
            "rating.none", buttons=[turn.button("person", "talk_to_person"), turn.button("complain", "open_complaint")]
        )
        return
    survey = surveys[0]
    number = survey.get("ticket_number") or ""
    RATING.begin(turn, note=turn.word("rating.begin", number=number), survey=survey["id"], number=number, marks={})


def _take(turn: Turn, task: State) -> bool:
    """A mark, or at the end that there is no comment."""
    if turn.is_button and turn.field("survey") != str(task["survey"]):
        return False
    if task["step"] == "comment":
        nothing = turn.intent == "deny" or (not turn.is_button and skips(turn.text))
        if nothing and low(task) and (turn.is_button or task.get("reason_wanted")):
            tasks.close(turn, RATING.kind)
            _leave(turn, task)
            return True
        return nothing and _send(turn, task, None)
    if turn.intent == "deny" and not task["marks"] and turn.named("number") is None:
        tasks.close(turn, RATING.kind)
        _leave(turn, task)
        return True
    left = [name for name in MARKS if name not in task["marks"]]
    several = {} if turn.is_button else _marks(turn.text.lower(), left)
    mark = next(iter(several.values()), None) or _mark(turn)
    if mark is None:
        return False
    everything = not turn.is_button and re.search(
        r"都|全部|所有|每一?项|\b(?:all|everything|across the board)\b", turn.text
    )
    task["marks"] |= several or dict.fromkeys(left if everything else left[:1], mark)
    move_on(task, next((name for name in MARKS if name not in task["marks"]), "comment"))
    RATING.ask(turn, lead="rating.sorry" if task["step"] == "comment" and low(task) else None)
    return True


def _take_words(turn: Turn, task: State) -> None:
    if _BARE_WISH.fullmatch(turn.text.strip()):
        RATING.ask(turn, lead="task.resume")
    else:
        _send(turn, task, turn.text[:1000])


def _send(turn: Turn, task: State, comment: str | None) -> bool:
    body = dict(task["marks"]) | ({"comment": comment} if comment else {})
    try:
        turn.api.answer_survey(str(task["survey"]), body, idempotency_key(turn.conversation, "survey", task["survey"]))
    except ApiUnavailable:
        turn.say("rating.unavailable", buttons=[turn.button("try_again", "deny", survey=task["survey"])])
        return True
    except ApiProblem as problem:
        if problem.code == "survey_comment_missing":
            # A low mark needs a reason; the marks are kept and the customer may still leave it.
            task["reason_wanted"] = True
            move_on(task, "comment")
            turn.say_text(problem.detail or turn.word("rating.why"), buttons=_buttons(turn, task), custom=_card(task))
            return True
        turn.say_problem(problem)
    else:
        turn.say("rating.thanks")
    tasks.close(turn, RATING.kind)
    return True


def low(task: State) -> bool:
    """Whether a mark is so low that the reason is needed."""
    return min(task["marks"].values(), default=max(map(int, STARS))) <= LOW_MARK


def _leave(turn: Turn, task: State) -> None:
    turn.say("rating.later")


def _buttons(turn: Turn, task: State) -> list[Button]:
    if task["step"] == "comment":
        if low(task):
            return [turn.button("rate_later", "deny", survey=task["survey"])]
        return [turn.button("no_comment", "deny", survey=task["survey"])]
    return [turn.titled("★" * n, "rate_service", survey=task["survey"], mark=n) for n in (5, 4, 3, 2, 1)]


def _card(task: State) -> dict[str, object]:
    return {"kind": "survey", "card": {"asks": task["step"]}}


def _marks(text: str, left: list[str]) -> dict[str, int]:
    """Several marks in one sentence, by name (“速度5分，解决3分”) or, when there is one for each, in order."""
    text = re.sub(r"(?:/|\bout of|满分)\s*\d+", "", text)
    clauses = re.split(r"[，,；;、。]|\band\b", text)
    named = {
        name: int(found[1])
        for clause in clauses
        for name, words in _NAMES.items()
        if re.search(words, clause) and (found := re.search(r"(?<![\d.])([1-5])(?![\d.])", clause))
    }
    if len(named) > 1 or (named and len(left) == 1):
        return {name: mark for name, mark in named.items() if name in left}
    numbers = re.findall(r"(?<![\d.])([1-5])(?![\d.])", text)
    return dict(zip(left, map(int, numbers), strict=True)) if len(numbers) == len(left) > 1 else {}


def _mark(turn: Turn) -> int | None:
    if turn.is_button:
        return int(turn.field("mark")) if turn.field("mark") in STARS else None
    if found := re.search(r"(?<![\d.])([1-5])\s*(?:分|星|颗星|stars?|points?|/\s*5|out of)", turn.text):
        return int(found[1])
    value = turn.named("number")
    if value is not None and str(value).split(".")[0] in STARS:
        return int(str(value).split(".")[0])
    if is_question(turn.text) or turn.intent in SMALL_TALK:
        return None
    return next((n for n in (1, 5, 2, 4, 3) if re.search(_WORDS[n], turn.text.lower())), None)


RATING = Question(
    "rating",
    (*MARKS, "comment"),
    _take,
    _buttons,
    _leave,
    frozenset({"rate_service"}),
    _take_words,
    frozenset({"comment"}),
    _card,
)
