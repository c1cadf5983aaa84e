"""Skill: answers a question from the knowledge base, asks which was meant, or says honestly that there is none."""

from __future__ import annotations

import json
import re

from actions import complaint
from actions.api import ApiProblem, ApiUnavailable, Json
from actions.complaint_vocabulary import ORDINALS, REQUEST
from actions.said import informative, is_noise, is_question, is_short, questions
from actions.told import facts_before, may_complain, remember, remember_facts
from actions.turn import Button, Turn

SKILL_BUTTONS = {"open_complaint": "complain", "talk_to_person": "person", "ask_ticket_status": "status"}
MOST_CHOICES = 4
MOST_FOLLOW_UPS = 3
MOST_QUESTIONS = 3
"""So many of one message are answered; each costs a search."""
LONGEST_CHOICE = 16
SUPPOSED = 0.7
"""From this chance on an article that is only likely is told, below it is offered: of what two customers had typed in 56 conversations
51 of 76 likely articles were beside the point below it, 15 of 43 above.
"""
UNLIKELY = 0.35
"""Below this chance of the likeliest, what is offered is hardly what was meant."""
_SAYS_WHAT = re.compile(
    r"^不|问|说的|指的|意思|^(?:no|not|nope)\b|\bi (?:mean|meant|said|am asking|asked)\b", re.IGNORECASE
)
"""What who was misunderstood says before what they meant."""
TOLD_AT_ONCE = frozenset({"answer", "passage"})
"""Verdicts that need no asking back."""


def answer_question(turn: Turn) -> None:
    """Serves a typed question, a chosen suggestion (`article`), or a button that says no more than that one has a question."""
    try:
        if article := turn.field("article"):
            found = turn.api.article(str(article))
            tell_article(turn, found.get("result") or found, found.get("answer_id"))
            return
        remember(turn)
        if turn.is_button:
            turn.say("talk.ask")
            return
        told = answers_to_each(turn)
        if len(told) > 1:
            tell_several(turn, told)
            return
        found = turn.api.search(turn.text, topic(turn))
        if found.get("verdict") == "decline" and told:
            tell_found(turn, told[0])  # “我问的是…！账单在哪看”
        elif found.get("verdict") == "decline" and _is_a_grievance(turn):
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


def topic(turn: Turn) -> str | None:
    """The key of the article that a few words may lean on: the one told last or, where none was, the likeliest of those just offered."""
    offered = turn.memory.get("offered") if turn.memory.get("offered_at") == turn.count - 1 else None
    return turn.memory.get("topic") or (offered[0] if offered else None)


def tells_a_detail(turn: Turn) -> bool:
    """Whether a line neither asks nor wants anything and goes on from what was told or answered just before: “安卓的，华为”."""
    if turn.is_button or turn.memory.get("tasks") or turn.waiting or turn.intent == "open_complaint":
        return False
    tells = informative(turn.text) and not is_noise(turn.text)
    wants = REQUEST.search(turn.text) or _SAYS_WHAT.search(turn.text)
    return tells and not wants and (was_told_just_now(turn) or facts_before(turn))


def note(turn: Turn) -> None:
    """Keeps such a line for a complaint or a person that may follow, and says so."""
    remember_facts(turn)
    turn.say(
        "answer.noted", buttons=[turn.button("complain", "open_complaint"), turn.button("person", "talk_to_person")]
    )


def was_told_just_now(turn: Turn) -> bool:
    """Whether the turn before told or offered something."""
    return turn.count - 1 in (turn.memory.get(name) for name in ("topic_at", "passage_at", "offered_at"))


def take_choice(turn: Turn) -> bool:
    """“第二个”, typed right after the choices were shown, is the second article; the choices are good for one message."""
    choices = turn.memory.pop("choices", None)
    said = turn.text.strip().lower()
    if not choices or turn.is_button or turn.memory.get("tasks") or len(said) > LONGEST_CHOICE:
        return False
    place = next((place for words, place in ORDINALS.items() if re.search(words, said)), None)
    if place is None or place >= len(choices):
        return False
    found = turn.api.article(choices[place])
    tell_article(turn, found.get("result") or found, found.get("answer_id"))
    return True


def answers_to_each(turn: Turn) -> list[Json]:
    """“提现多久到？手续费多少？”: what was surely found for each question of a message that asks several, no article twice.

    What is asked second is understood after what was asked first.
    """
    asked = [] if turn.is_button else questions(turn.text)
    told: dict[str, Json] = {}
    before = topic(turn)
    for question in asked[:MOST_QUESTIONS]:
        found = turn.api.search(question, before)
        if found.get("verdict") == "answer" and found.get("results"):
            before = found["results"][0]["key"]
            told.setdefault(str(before), found)
    return list(told.values())


def tell_several(turn: Turn, told: list[Json]) -> None:
    """Each answer in turn; where to go on after the last."""
    first = len(turn.replies)
    for found in told:
        tell_article(turn, found["results"][0], found.get("answer_id"))
    for reply in turn.replies[first:-1]:
        reply.pop("buttons", None)


def tell_found(turn: Turn, found: Json) -> None:
    """The answer, the choices, or the refusal to guess.

    Where only one article comes near enough, it is told with the question it answers: a button with one choice would cost a press.
    """
    results = found.get("results") or []
    line = str(found.get("passage") or "")
    line = "" if line == turn.memory.get("passage") else line  # no line is told twice running
    is_new = bool(results) and results[0]["key"] != turn.memory.get("topic")
    if found.get("verdict") == "passage" and is_new and not found.get("detail"):
        tell_article(turn, results[0], found.get("answer_id"), supposed=True)  # a line of what was only offered
    elif found.get("verdict") == "passage" and results and line:
        tell_passage(turn, results[0], line, found.get("answer_id"), is_detail=bool(found.get("detail")))
    elif found.get("verdict") == "answer" and results:
        if not _tell_again(turn, results[0]):
            tell_article(turn, results[0], found.get("answer_id"))
    elif found.get("verdict") == "ask" and not line and tells_a_detail(turn):
        note(turn)
    elif found.get("verdict") == "ask" and len(results) == 1 and results[0]["score"] >= SUPPOSED:
        tell_article(turn, results[0], found.get("answer_id"), supposed=True)
    elif found.get("verdict") == "ask" and results:
        tell_choices(turn, results, line)
    elif not tell_related(turn):
        turn.say(
            "answer.none",
            buttons=[turn.button("person", "talk_to_person"), turn.button("complain", "open_complaint")],
        )


def tell_related(turn: Turn) -> bool:
    """Where to go on from the article told last, for a few words about it that nothing answers; once after each article."""
    related = turn.memory.pop("related", None)
    if not related or not is_short(turn.text):
        return False
    about, *buttons = related
    turn.say(
        "answer.related",
        buttons=[*buttons, turn.button("person", "talk_to_person")],
        about=about,
        custom={"kind": "choices"},
    )
    return True


def tell_choices(turn: Turn, results: list[Json], line: str = "") -> None:
    """“您是不是想问…” with the likeliest articles, under the line of the article told last that may answer.

    Where none is likely, where to go on from that article stands beside them.
    """
    buttons = [turn.titled(r["question"], "ask_question", article=r["key"]) for r in results[:MOST_CHOICES]]
    if line or results[0]["score"] < UNLIKELY:
        related = (turn.memory.get("related") or [])[1:]
        buttons += [button for button in related if button not in buttons][: MOST_CHOICES - len(buttons)]
    keys = [json.loads(button["payload"].removeprefix("/ask_question"))["article"] for button in buttons]
    turn.memory |= {"choices": keys, "offered": keys, "offered_at": turn.count}
    buttons.append(turn.button("none_of_these", "talk_to_person"))
    turn.memory["passage"] = line or turn.memory.get("passage")
    turn.say("answer.near" if line else "answer.which", passage=line, buttons=buttons, custom={"kind": "choices"})


def tell_article(turn: Turn, article: Json, answer_id: object, *, supposed: bool = False) -> None:
    """The article's text as staff wrote it, its risk notice, where to go on, and whether it helped.

    `supposed`: it is only likely that this was asked, so the question it answers stands above it.
    """
    turn.memory |= {"topic": article.get("key"), "topic_at": turn.count, "passage": None}
    risk = article.get("risk_notice")
    text = article["answer"].strip() + (f"\n\n{turn.word('answer.risk', notice=risk.strip())}" if risk else "")
    if supposed:
        text = turn.word("answer.supposed", question=article["question"]) + "\n" + text
    follow_ups = _follow_ups(turn, article)
    turn.memory["related"] = [article["question"], *follow_ups] if follow_ups else None
    buttons: list[Button] = []
    if button := SKILL_BUTTONS.get(article.get("skill") or ""):
        buttons.append(turn.button(button, str(article["skill"])))
    buttons += follow_ups
    if supposed:
        buttons.append(turn.button("not_this", "talk_to_person"))
    shown = ("key", "version", "risk_notice") if supposed else ("key", "version", "question", "risk_notice")
    card = {key: article[key] for key in shown if article.get(key)}
    turn.say_text(text, buttons=buttons, custom={"kind": "article", "card": card | {"answer_id": answer_id}})


def _tell_again(turn: Turn, article: Json) -> bool:
    """Whether the article stands just above; who gets it word for word once more believes that nobody reads what they write."""
    if turn.memory.get("topic") != article.get("key") or turn.memory.get("topic_at") != turn.count - 1:
        return False
    turn.say(
        "answer.same",
        about=article["question"],
        buttons=[*_follow_ups(turn, article), turn.button("person", "talk_to_person")],
    )
    return True


def tell_passage(turn: Turn, article: Json, passage: str, answer_id: object, *, is_detail: bool) -> None:
    """What of the article told last answers a few words typed after it, with where else to go on.

    The answer to a detail stands for itself; a line of the article says where it is from.
    """
    card = {"key": article["key"], "version": article["version"], "answer_id": answer_id}
    turn.memory |= {"topic": article["key"], "passage": passage, "passage_at": turn.count}
    turn.say_text(
        passage if is_detail else turn.word("answer.passage", passage=passage),
        buttons=[*_follow_ups(turn, article), turn.button("not_this", "talk_to_person")],
        custom={"kind": "article", "card": card},
    )


def _follow_ups(turn: Turn, article: Json) -> list[Button]:
    """Where people go on from an article."""
    follow_ups = (article.get("follow_ups") or [])[:MOST_FOLLOW_UPS]
    return [turn.titled(str(f["question"]), "ask_question", article=f["key"]) for f in follow_ups]


def _is_a_grievance(turn: Turn) -> bool:
    """Whether what was taken for a question asks nothing and may well be a complaint."""
    if turn.is_button or turn.memory.get("tasks") or turn.memory.get("no_complaint") or is_question(turn.text):
        return False
    return may_complain(turn)
