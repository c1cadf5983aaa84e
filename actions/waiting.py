"""Skill: stays with a customer who waits for a person: answers what can be answered, and says again what must not be forgotten.

Whatever they tell is for the person who comes, so no form is opened unless they ask for one, and nobody is called twice. No line goes
without a word: who waits in silence believes that nobody listens.
"""

from __future__ import annotations

import re

from actions import (
    answer,
    bereaved,
    complaint,
    danger,
    handover,
    queue_talk,
    routing,
    second_look,
    small_talk,
    suspicion,
    tasks,
    ticket_status,
    urgent,
)
from actions.addition import ADDITION
from actions.api import Json
from actions.complaint_denial import besides_denial
from actions.complaint_vocabulary import ASKS_STATUS, TROUBLE
from actions.own_tickets import CHOICE
from actions.question import Question
from actions.said import SURE, is_question, is_short
from actions.turn import Turn
from actions.withdrawal import WITHDRAWAL

DANGERS = frozenset({danger.FRAUD, danger.DISTRESS})
POLITE = {"thank": small_talk.thank, "goodbye": small_talk.say_goodbye}
HOURS = "complaint-service-hours"
"""The article about when people are there."""
NOTED, UNKNOWN = ("waiting.noted", "waiting.noted_too"), ("waiting.unknown", "waiting.unknown_too")
CARE = "danger.distress.care"
PRESSED: dict[str, Question] = {question.kind: question for question in (CHOICE, ADDITION, WITHDRAWAL)}
"""What a button pressed while waiting may have asked."""
MOST_SAID = 8
"""So many of the last replies are remembered, so that none is said again too soon."""
_LEAD = re.compile(
    r"^(?:[，,。.!！?？…~\s]|while (?:i'?m|i am|i|we) wait(?:ing)?(?: here)?\b|meanwhile\b|in the meantime\b|(?:hello|hi|hey|ok(?:ay)?|also|and|so|well|then|btw|by the way|(?:can|may|could) i ask(?: you)?|(?:one )?quick question|anyway)\b"
    r"|(?:反正|那|就|先|在|我)*等(?:着|人工|客服|你们)?(?:的?时候|期间|的时间)?(?:吧|呗|着|呢)?(?=[，,。\s]|顺便|(?:我?想)?(?:再)?问)|趁这会儿?|顺便|(?:我?想|再|请)?问(?:个|一)?(?:下|问题)|(?:那|嗯|哦|好的?|对了|还有|喂|你好|您好)(?=[，,。\s?？]|顺便|想?问))++",
    re.IGNORECASE,
)
"""What stands before a question while one waits."""
_ASKS = re.compile(r"(?:还|得|要|能|可以|会|有|用)[^，。！？,!?不没]{1,10}不\s*$")
"""Asks, in the ways that elsewhere may be an answer."""
_COMPLAINS = re.compile(
    r"(?<![不没别])(?:要|想|来|帮我|给我)(?:提|做|登记)?(?:个|一个)?(?:投诉|投訴)|登记(?:个|一个|一下)?(?:投诉|工单)|\bi (?:want|need|wish|would like|'d like) to (?:file|make|lodge|raise)? ?(?:a |an )?complain"
    r"|\b(?:file|make|lodge|raise|register) (?:a|the|my) complaint\b",
    re.IGNORECASE,
)
"""Asks for a complaint in so many words."""
_PAGE = re.compile(
    r"(?:页面|网页|窗口|聊天)[^，。,.]{0,6}(?:关|留|退|开着)|(?:关掉?|退出|离开|留着?)[^，。,.]{0,4}(?:页面|网页|窗口)|\b(?:close|leave|keep|stay on)\b[^.?!]{0,15}\b(?:page|window|tab|chat)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"(?:查|看|问)(?:一?下|看)?(?:我的?)?(?:投诉|投訴|工单)|(?:投诉|投訴|工单)[^，。]{0,4}(?:怎么样|处理|办得)|\b(?:check|see|show)(?: on)? my (?:complaints?|cases?|tickets?)\b",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"(?:人工|客服|真人|有人|上班)[^，。]{0,8}(?:周[末六日]|星期[六天日]|节假日|几点)|(?:周[末六日]|星期[六天日]|节假日|几点)[^，。]{0,6}(?:人工|客服|真人|有人|上班|下班)|上班(?:时间|了?[吗没])|几点到几点"
    r"|\bopening hours\b|\b(?:team|staff|agents?|people|person|colleagues?|any(?:one|body)|you|it)\b[^.?!]{0,15}\b(?:open|there|work\w*|available|online)\b[^.?!]{0,12}\b(?:sundays?|saturdays?|weekends?|at night|holidays?|today|tomorrow)\b"
    r"|\bwhat time (?:do|does|are|is) (?:you|they|it|the (?:team|staff|desk))\b[^.?!]{0,8}\b(?:open|close|start|finish|there)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"多久|几分钟|幾分鐘|多长时间|等到(?:什么|啥)时候|什么时候(?:有人|能有|来|到我|轮到)|(?:第|排)几|第幾|几号了|前面(?:还有)?(?:几|多少)|越排越|有人吗|有没有人|人呢|人在哪|有没有真人|怎么还没(?:人|来|到)|没人(?:理|管|接|回)"
    r"|\b(?:how (?:long|many minutes|much longer|many people)|when (?:will|can|do) (?:i|you|someone|somebody|they|a person)|my (?:place|position|number)|what number|any(?:one|body) (?:there|here|at all)|is (?:any|some)(?:one|body)|still waiting|where is (?:the|my) (?:person|agent))\b|^hello\W*$",
    re.IGNORECASE,
)


def accompany(turn: Turn) -> None:
    """Replies to a typed line; which texts were said lately is kept in `memory["noted"]`."""
    reason = urgent.reason(turn)
    if reason and _is_worse(reason, turn.waiting):
        handover.call_a_person(turn, reason)
    elif reason not in DANGERS and _complains(turn):
        (routing.continue_task if tasks.top(turn) else complaint.open_complaint)(turn)
    elif threatened := _threatened(turn, reason):
        _advise(turn, threatened)
    elif not (answer.take_choice(turn) or _answers_pressed(turn) or _tell_of_wait(turn) or _serve_question(turn)):
        _receive(turn)


def _threatened(turn: Turn, reason: str | None) -> str | None:
    """The danger that somebody who waits is in, until they say that they are not."""
    if reason in DANGERS:
        return reason
    if turn.waiting not in DANGERS or turn.memory.get("lifted") == turn.waiting:
        return None
    return turn.waiting


def _complains(turn: Turn) -> bool:
    """Whether who waits wants a complaint written down, or answers the form that they opened meanwhile."""
    if turn.waiting in DANGERS and danger.is_lifted(turn.waiting, turn.text):
        return False  # “我很好，我只是想投诉” first lifts the alarm
    asked = tasks.top(turn)
    if asked is not None:
        return bool(asked["kind"] == complaint.KIND)
    return bool(_COMPLAINS.search(turn.text)) and besides_denial(turn.text) is None and not is_question(turn.text)


def _answers_pressed(turn: Turn) -> bool:
    """Whether the line answers what a button pressed meanwhile has asked; it is served then, and what is no answer is for the person."""
    asked = tasks.top(turn)
    question = PRESSED.get(asked["kind"]) if asked else None
    if asked is None or question is None:
        return False
    first, taken = len(turn.replies), question.take(turn, asked)
    if taken is None:
        routing.serve(turn)
    elif not taken and question.take_words and not _asks(turn):
        question.take_words(turn, asked)
    elif not taken:
        return False
    _without_person(turn, first)
    return True


def _tell_of_wait(turn: Turn) -> bool:
    """Whether the line is about the wait itself, or their own case, whatever article may be near it."""
    about = queue_talk.about(turn.text)
    if urgent.anger(turn.text) or _PAGE.search(turn.text) or _HOURS.search(turn.text):
        return False
    if about in ("late", "place"):
        _tell_place(turn, late=about == "late")
    elif about:
        _say(turn, f"waiting.{about}")
    elif _asks_for_status(turn):
        first = len(turn.replies)
        ticket_status.tell_status(turn)
        _without_person(turn, first)
    else:
        return False
    return True


def _asks_for_status(turn: Turn) -> bool:
    surely = turn.intent == "ask_ticket_status" and turn.confidence >= SURE
    return surely or bool(_STATUS.search(turn.text) or ASKS_STATUS.search(turn.text))


def _serve_question(turn: Turn) -> bool:
    """Whether a question was served: answered as it is outside the queue, told the place or the hours, or that we do not know."""
    asks = _asks(turn)
    if not asks and not _leans(turn):
        return False
    first = len(turn.replies)
    if bereaved.take(turn) or _tell_several(turn):
        _without_person(turn, first)
        return True
    found = _look_up(turn)
    if found.get("verdict") != "answer" and queue_talk.wants_to_prepare(turn.text):
        _say(turn, "waiting.prepare")
    elif found.get("verdict") in answer.TOLD_AT_ONCE:
        _tell(turn, found)
    elif not asks or urgent.anger(turn.text):
        return False
    elif _PAGE.search(turn.text):
        _say(turn, "waiting.page")
    elif _HOURS.search(turn.text) and _tell_hours(turn):
        return True
    elif _asks_for_place(turn) or _HOURS.search(turn.text):
        _tell_place(turn)  # which also says when people are back
    elif found.get("verdict") == "ask":
        _tell(turn, found)
    else:
        _say(turn, *UNKNOWN)
    return True


def _tell_several(turn: Turn) -> bool:
    told = answer.answers_to_each(turn)
    if len(told) > 1:
        answer.tell_several(turn, told)
    return len(told) > 1


def _receive(turn: Turn) -> None:
    """A line that asks nothing: a courtesy, a word of anger, or what the person who comes should know."""
    if urgent.anger(turn.text):
        turn.memory["heated"] = 1  # the next heated line is served first (`urgent.reason`)
        _say(turn, "waiting.sorry")
    elif _asks_for_place(turn):
        _tell_place(turn)
    elif turn.intent in POLITE:
        POLITE[turn.intent](turn)
    else:
        _say(turn, *NOTED)


def _advise(turn: Turn, threatened: str) -> None:
    """What is to be done this minute, else to a question what the knowledge base is sure of, else the advice it asks for."""
    said = turn.memory.get("noted") or []
    done = suspicion.done(turn)
    if danger.is_lifted(threatened, turn.text) or (threatened == danger.FRAUD and urgent.is_mistaken(turn)):
        _lift(turn, threatened)
        return
    named = _name_scheme(turn, threatened)
    if key := danger.specific(threatened, turn.text, said, first=True, done=done):
        _say(turn, key, kind="warning")
        return
    if queue_talk.about(turn.text) in ("late", "place"):
        _tell_place(turn, late=True)
        _say(turn, f"danger.{threatened}.nobody", kind="warning")
        return
    if threatened == danger.DISTRESS and _console(turn, said):
        return
    found = _look_up(turn) if threatened == danger.FRAUD and _asks(turn) else {}
    if found.get("verdict") == "answer" and _may_be_told(turn, found, threatened):
        _tell(turn, found)
        return
    key = danger.specific(threatened, turn.text, said, done=done)
    if key is None and threatened == danger.FRAUD and suspicion.is_gone(turn.text):
        key = "danger.fraud.back"
    if key is None and threatened == danger.FRAUD and _asks_for_place(turn):
        _tell_place(turn)
    elif key is None and found and _may_be_told(turn, found, threatened, likely=True):
        _tell(turn, found | {"results": found["results"][:1]})
    elif key or not named:
        _say(turn, key or danger.standing(threatened, said), kind="warning")


def _name_scheme(turn: Turn, threatened: str) -> bool:
    """Whether the fraud was named for what it is, which is done once; what to do follows."""
    sign = suspicion.sign(turn.text) if threatened == danger.FRAUD else None
    if sign is None or f"danger.scheme.{sign}" in (turn.memory.get("noted") or []):
        return False
    _say(turn, f"danger.scheme.{sign}", kind="warning")
    return True


def _console(turn: Turn, said: list[str]) -> bool:
    """Whether who despaired, and now is better or asks about their loan, was served as that: a word of care, and what they ask."""
    first = len(turn.replies)
    if urgent.speaks_of_despair(turn.text) or urgent.reason(turn) == danger.DISTRESS:
        return False
    if bereaved.take(turn):
        _without_person(turn, first)
        return True
    found = _look_up(turn) if _asks(turn) else {}
    sure = found.get("verdict") == "answer" and _may_be_told(turn, found, danger.DISTRESS)
    key = danger.specific(danger.DISTRESS, turn.text, said)
    likely = key is None and bool(found) and _may_be_told(turn, found, danger.DISTRESS, likely=True)
    asks = sure or likely or key in danger.BUSINESS or (_asks(turn) and danger.is_business(turn.text))
    if not asks and not danger.is_better(turn.text):
        return False
    if asks and CARE not in said[-danger.FEW :]:
        _say(turn, CARE)
    if sure or likely:
        _tell(turn, found | {"results": found["results"][:1]})
    else:
        _say(turn, *([key] if key else UNKNOWN if asks else ["danger.distress.better"]))
    return True


def _lift(turn: Turn, threatened: str) -> None:
    """Who is in no danger is believed, and may go on with what was put aside or asks it at once."""
    turn.memory["lifted"] = threatened
    turn.memory["hints"] = []
    left = tasks.aside(turn)
    turn.say(f"danger.{threatened}.lifted", buttons=[tasks.resume_button(turn, left)] if left else None)
    found = _look_up(turn) if _asks(turn) else {}
    if found.get("verdict") == "answer" and _may_be_told(turn, found, threatened):
        _tell(turn, found)


def _asks(turn: Turn) -> bool:
    return (
        is_question(turn.text)
        or is_question(_stripped(turn))
        or bool(_ASKS.search(turn.text))
        or turn.intent == "ask_question"
    )


def _leans(turn: Turn) -> bool:
    """Whether a few words may go on about the article told last, and tell of no trouble."""
    loose = turn.intent in second_look.LOOSE or turn.intent in second_look.SERVED
    return bool(turn.memory.get("topic")) and is_short(turn.text) and loose and not TROUBLE.search(turn.text)


def _asks_for_place(turn: Turn) -> bool:
    return turn.intent == "talk_to_person" or bool(_PLACE.search(turn.text))


def _tell_place(turn: Turn, *, late: bool = False) -> None:
    """Where they stand; the same place told again in other words, and with regret to who finds that nobody comes."""
    place = str(turn.api.queue().get("text") or turn.word("handover.queued"))
    again = turn.memory.get("place_told") == place
    turn.memory["place_told"] = place
    key = "waiting.late" if late else "waiting.same_place" if again else None
    turn.say_text(turn.word(key, place=place) if key else place)


def _tell_hours(turn: Turn) -> bool:
    """Whether the article about the hours was told."""
    found = turn.try_call(turn.api.article, HOURS) or {}
    article = found.get("result") or found
    if not article.get("answer"):
        return False
    _tell(turn, {"verdict": "answer", "results": [article], "answer_id": found.get("answer_id")})
    return True


def _is_worse(reason: str, queued_for: str | None) -> bool:
    """Whether what is told now must be served before what the customer queued for."""
    return queued_for not in DANGERS and (reason in DANGERS or queued_for not in handover.URGENT)


def _say(turn: Turn, *keys: str, kind: str | None = None) -> None:
    """Says the text of these that was said longest ago, or never."""
    said = turn.memory.get("noted") or []
    key = min(keys, key=lambda key: len(said) - said[::-1].index(key) if key in said else 0)
    turn.memory["noted"] = [*said, key][-MOST_SAID:]
    turn.say_text(danger.words(turn, key), custom={"kind": kind} if kind else None)


def _stripped(turn: Turn) -> str:
    return _LEAD.sub("", turn.text) or turn.text


def _look_up(turn: Turn) -> Json:
    """What the knowledge base finds for a line without its lead; empty when it cannot be asked or finds nothing."""
    found = turn.try_call(turn.api.search, _stripped(turn), turn.memory.get("topic")) or {}
    return found if found.get("results") else {}


def _may_be_told(turn: Turn, found: Json, threatened: str, *, likely: bool = False) -> bool:
    """Whether an article, or a `likely` one, may be told to someone in danger: while a deceiver is at work nothing that misleads."""
    key = str(found["results"][0].get("key"))
    if threatened == danger.FRAUD and danger.misleads(key, turn.text):
        return False
    return not likely or key.startswith(danger.LIKELY[threatened])


def _tell(turn: Turn, found: Json) -> None:
    """The answer or the choices, as outside the queue, but for the button for a person: they wait for one."""
    first = len(turn.replies)
    answer.tell_found(turn, found)
    _without_person(turn, first)


def _without_person(turn: Turn, first: int) -> None:
    """Takes the button for a person off the replies from the `first` on."""
    for told in turn.replies[first:]:
        told["buttons"] = [b for b in told.get("buttons") or () if not b["payload"].startswith("/talk_to_person")]
