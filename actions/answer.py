"""Skill: answers a question from the knowledge base, asks which was meant, or says honestly that there is none."""

from __future__ import annotations

import re

from actions import complaint
from actions.api import ApiProblem, ApiUnavailable, Json
from actions.complaint_vocabulary import ORDINALS
from actions.said import is_question
from actions.turn import Button, Turn

SKILL_BUTTONS = {"open_complaint": "complain", "talk_to_person": "person", "ask_ticket_status": "status"}
MOST_CHOICES = 4
MAY_COMPLAIN = 0.1
"""How likely a grievance must be for a sentence that asks nothing and that no article answers."""
SEARCHED = frozenset({"ask_question", "nlu_fallback"})
"""Looked up with the earlier topic in any case."""
GOES_FIRST = frozenset({"forbidden_request", "talk_to_person", "report_fraud", "express_distress"})
"""Never taken for a question about what was answered."""
_LEANS = re.compile(
    r"[^，。,.!！?？\s]{1,13}呢[?？~～]*"
    r"|那么?[^，。,.!！?？\s]{1,12}(?:吗|么|嘛|多久|多少|几天)[?？~～]*"
    r"|(?:(?:and|but|so|ok|okay),? )?(?:what|how) about (?:[\w'’-]+ ?){1,4}\?*"
    r"|(?:and|or) (?:[\w'’-]+ ?){1,4}\?+",
    re.IGNORECASE,
)
_THEIR_OWN = re.compile(
    r"(?:钱|^那?人|客服|经理|回复|答复|结果|进度|工单|单子|投诉|说法|解释|消息|你们?)呢|我的|还没|还不|没到|一直|怎么|为什么|为啥|凭什么"
    r"|\b(?:my|money|refund|agent|person|human|someone|complaint|case|ticket|reply|you)\b",
    re.IGNORECASE,
)
"""What such words ask after is the customer's own matter, a grievance or a person, whatever was answered before."""


def answer_question(turn: Turn) -> None:
    """Serves a typed question, a chosen suggestion (`article`) or a question repeated by a button (`text`)."""
    try:
        if article := turn.field("article"):
            found = turn.api.article(str(article))
            tell_article(turn, found.get("result") or found, found.get("answer_id"))
            return
        found = turn.api.search(str(turn.field("text") or turn.text), turn.memory.get("topic"))
        if found.get("verdict") == "decline" and _is_a_grievance(turn):
            complaint.open_complaint(turn)
        else:
            tell_found(turn, found)
    except ApiUnavailable:
        turn.say(
            "answer.unavailable",
            buttons=[turn.button("person", "talk_to_person"), turn.button("complain", "open_complaint")],
        )
    except ApiProblem as problem:
        turn.say_problem(problem)


def take_choice(turn: Turn) -> bool:
    """“第二个”, typed right after the choices were shown, is the second article; the choices are good for one message."""
    choices = turn.memory.pop("choices", None)
    if not choices or turn.is_button or turn.memory.get("tasks") or len(turn.text.strip()) > 12:
        return False
    place = next((place for words, place in ORDINALS.items() if re.search(words, turn.text.strip().lower())), None)
    if place is None or place >= len(choices):
        return False
    found = turn.api.article(choices[place])
    tell_article(turn, found.get("result") or found, found.get("answer_id"))
    return True


def follow_up(turn: Turn) -> bool:
    """“那手续费呢” after an article is a question about it: so few words alone look like anything, a complaint too."""
    text = " ".join(turn.text.split())
    topic = turn.memory.get("topic")
    if not topic or turn.is_button or turn.memory.get("tasks") or turn.intent in SEARCHED | GOES_FIRST:
        return False
    if not _LEANS.fullmatch(text) or _THEIR_OWN.search(text):
        return False
    found = turn.try_call(turn.api.search, text, topic) or {}
    if found.get("verdict") not in ("answer", "ask"):
        return False
    tell_found(turn, found)
    return True


def tell_found(turn: Turn, found: Json) -> None:
    """The answer, the choices, or the refusal to guess; before either of the first, in doubt, what is never done."""
    results = found.get("results") or []
    if turn.doubtful and results:
        turn.say("refusal.caution")
    if found.get("verdict") == "answer" and results:
        tell_article(turn, results[0], found.get("answer_id"))
    elif found.get("verdict") == "ask" and results:
        tell_choices(turn, results)
    else:
        turn.memory["topic"] = None
        turn.say(
            "answer.none",
            buttons=[turn.button("person", "talk_to_person"), turn.button("complain", "open_complaint")],
        )


def tell_choices(turn: Turn, results: list[Json]) -> None:
    """“您是不是想问…” with the likeliest articles."""
    turn.memory["choices"] = [r["key"] for r in results[:MOST_CHOICES]]
    buttons = [turn.titled(r["question"], "ask_question", article=r["key"]) for r in results[:MOST_CHOICES]]
    buttons.append(turn.button("none_of_these", "talk_to_person"))
    turn.say("answer.which", buttons=buttons, custom={"kind": "choices"})


def tell_article(turn: Turn, article: Json, answer_id: object) -> None:
    """The article's text as staff wrote it, its risk notice, where to go on, and whether it helped."""
    turn.memory["topic"] = article.get("key")
    risk = article.get("risk_notice")
    text = article["answer"].strip() + (f"\n\n{turn.word('answer.risk')} {risk.strip()}" if risk else "")
    buttons: list[Button] = []
    if button := SKILL_BUTTONS.get(article.get("skill") or ""):
        buttons.append(turn.button(button, str(article["skill"])))
    buttons += [turn.titled(f["question"], "ask_question", article=f["key"]) for f in article.get("follow_ups") or []][
        :3
    ]
    card = {key: article[key] for key in ("key", "version", "question", "risk_notice") if article.get(key)}
    turn.say_text(text, buttons=buttons, custom={"kind": "article", "card": card | {"answer_id": answer_id}})


def _is_a_grievance(turn: Turn) -> bool:
    """Whether what was taken for a question asks nothing and may well be a complaint."""
    if turn.is_button or turn.memory.get("tasks") or is_question(turn.text):
        return False
    return dict(turn.ranking[:3]).get("open_complaint", 0.0) >= MAY_COMPLAIN
