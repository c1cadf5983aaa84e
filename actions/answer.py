"""Skill: answers a question from the knowledge base, asks which was meant, or says honestly that there is none."""

from __future__ import annotations

from actions.api import ApiProblem, ApiUnavailable, Json
from actions.complaint_slots import is_question
from actions.turn import Button, Turn

SKILL_BUTTONS = {"open_complaint": "complain", "talk_to_person": "person", "ask_ticket_status": "status"}
MOST_CHOICES = 4
MAYBE = 0.1


def answer_question(turn: Turn) -> None:
    """Serves a typed question, a chosen suggestion (`article`) or a question repeated by a button (`text`)."""
    try:
        if article := turn.field("article"):
            found = turn.api.article(str(article))
            tell_article(turn, found.get("result") or found, found.get("answer_id"))
            return
        tell_found(turn, turn.api.search(str(turn.field("text") or turn.text), turn.memory.get("topic")))
    except ApiUnavailable:
        turn.say(
            "answer.unavailable",
            buttons=[turn.button("person", "talk_to_person"), turn.button("complain", "open_complaint")],
        )
    except ApiProblem as problem:
        turn.say_problem(problem)


def tell_found(turn: Turn, found: Json) -> None:
    """The answer, the choices, or the refusal to guess."""
    results = found.get("results") or []
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


def may_complain(turn: Turn) -> bool:
    """Whether what was taken for a question may well be a grievance."""
    likely = dict(turn.ranking[:3]).get("open_complaint", 0.0)
    return not turn.is_button and not turn.memory.get("form") and likely >= MAYBE and not is_question(turn.text)


def complaint_button(turn: Turn) -> Button:
    """Opens a complaint, with what was typed as its beginning."""
    said = "" if turn.is_button else " ".join(turn.text.split())[:300]
    return turn.button("complain", "open_complaint", **({"text": said} if said else {}))
