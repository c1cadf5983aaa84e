"""Every question of every task, interrupted in every way, in both languages; made from `actions.routing.TASKS`."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from actions.routing import TASKS
from actions.wording import LANGUAGES, catalogue, text
from tests.conversations.conversation import Conversation
from tests.conversations.interruptions import ANSWERS, INTERRUPTIONS, KNOWLEDGE

QUESTIONS = [(kind, step) for kind, task in TASKS.items() for step in task.steps]
CASES = [(k, s, name, lang) for k, s in QUESTIONS for name in INTERRUPTIONS for lang in LANGUAGES]
PLACES = [(k, s, lang) for k, s in QUESTIONS for lang in LANGUAGES]
OPENINGS = {
    "complaint": {"zh": "我要投诉", "en": "I want to make a complaint"},
    "addition": {"zh": "我想给之前的投诉补充一点材料", "en": "I want to add something to my complaint"},
    "withdrawal": {"zh": "我要撤诉", "en": "I'd like to withdraw my complaint"},
    "rating": {"zh": "我要评价", "en": "I want to rate the service"},
    "ticket": {"zh": "我的投诉处理到哪一步了", "en": "what's the status of my complaint?"},
    "same": {
        "zh": "你们的App又闪退了，一打开就闪退，根本登录不上",
        "en": "the app crashes again whenever I open my statements",
    },
}
"""How a customer comes to each task; a new one without an opening here fails."""
TICKET = {
    "zh": {"number": "KS-20261101-00007", "category": "system_failure", "description": "App一打开就闪退，登录不上",
           "created_at": "2026-11-20T03:00:00Z"},
    "en": {"number": "KS-20261101-00007", "category": "system_failure",
           "description": "The app crashes whenever I open my statements", "created_at": "2026-11-20T03:00:00Z"},
}  # fmt: skip
SECOND = {"number": "KS-20261102-00008", "category": "policy_issue"}
SURVEYS = [{"id": 7, "ticket_number": "KS-20261030-00003", "page_url": "/s/7"}]
COUNTERS = {"failures": 0, "denials": 0}
"""What an interruption may change: how often something went wrong."""
EXAMPLE = re.compile("“([^”]+)”")
Reach = Callable[[str, str, str], Conversation]


@pytest.fixture(scope="module")
def reach(start: Callable[[dict[str, Any]], Conversation]) -> Reach:
    """A conversation in which a question has just been asked; walked to once, answering as the explanations suggest."""
    walked: dict[tuple[str, str, str], tuple[Conversation, Any]] = {}

    def go(kind: str, step: str, language: str) -> Conversation:
        if (kind, step, language) not in walked:
            tickets = [TICKET[language], *([SECOND] if kind == "ticket" else [])]
            story = {"language": language, "tickets": tickets, "knowledge": KNOWLEDGE[language]}
            conversation = start(story | {"surveys": SURVEYS if kind == "rating" else []})
            walk(conversation, kind, step)
            walked[kind, step, language] = conversation, deepcopy(conversation.backend.__dict__)
        conversation, state = walked[kind, step, language]
        conversation.backend.__dict__.update(deepcopy(state))
        return conversation.fork()

    return go


def walk(conversation: Conversation, kind: str, step: str) -> None:
    language = conversation.language
    conversation.say(OPENINGS[kind][language])
    for _ in TASKS[kind].steps:
        task = conversation.task(kind)
        assert task, f"{kind} is not open: {conversation.last}"
        if task["step"] == step:
            return
        if (kind, step, task["step"]) == ("complaint", "change", "summary"):
            conversation.press(text(language, "button.change"))
        else:
            conversation.say(example(kind, task["step"], language))
    assert conversation.task(kind).get("step") == step, f"{kind}.{step} is never asked: {conversation.last}"


def example(kind: str, step: str, language: str) -> str:
    """The answer that the explanation of a question gives as an example."""
    found = EXAMPLE.search(text(language, f"{kind}.explain.{step}"))
    assert found, f"{kind}.explain.{step} gives no example"
    return found[1]


def told(conversation: Conversation) -> str:
    return "\n".join(reply["text"] for reply in conversation.last)


def texts(language: str, key: str) -> list[str]:
    """The text of a key, or all of its group."""
    return [wording for name, wording in catalogue(language).items() if name == key or name.startswith(f"{key}.")]


def question(conversation: Conversation, kind: str, step: str, language: str) -> str:
    """The beginning of the question, as far as it is the same every time."""
    key = f"{kind}.ask.{step}" if (kind, step) != ("complaint", "summary") else "complaint.summary"
    if (kind, step) == ("complaint", "category") and conversation.task(kind)["values"].get("category_predicted"):
        key = "complaint.ask.category_guess"
    return text(language, key).split("{")[0].split("\n")[0]


def test_every_question_meets_every_interruption_in_both_languages() -> None:
    assert len(QUESTIONS) >= 19
    assert len(CASES) == len(set(CASES)) == len(QUESTIONS) * len(INTERRUPTIONS) * len(LANGUAGES) > 0


@pytest.mark.parametrize(("kind", "step", "name", "language"), CASES)
def test_an_interruption_is_served_and_the_same_question_asked_again(
    kind: str, step: str, name: str, language: str, reach: Reach
) -> None:
    interruption = INTERRUPTIONS[name]
    conversation = reach(kind, step, language)
    before = conversation.task(kind)
    conversation.say(interruption.wording(language, QUESTIONS.index((kind, step))))
    shown = f"taken for {conversation.intent()}: {told(conversation)}"
    if interruption.answered_by:
        assert any(wording in told(conversation) for wording in texts(language, interruption.answered_by)), shown
    if name == "question":
        assert ANSWERS[language] in told(conversation), shown
    posted = [(path, body.get("reason")) for method, path, body, _ in conversation.backend.calls if method == "POST"]
    if interruption.calls_a_person:
        assert posted == [("/conversation/handoff", interruption.calls_a_person)], shown
        assert conversation.asked() is None, shown
        if name == "distress":  # whoever despairs is shown no form, and finds it again all the same
            conversation.say({"zh": "继续", "en": "continue"}[language])
        else:
            conversation.press(
                text(language, "button.resume" if kind in ("complaint", "same") else "button.resume_task")
            )
    else:
        assert posted == [], shown
    language = {"zh": "en", "en": "zh"}[language] if interruption.other_language else language
    assert conversation.last[-1]["language"] == language, shown
    after = conversation.task(kind)
    assert after.get("step") == step, f"asks {conversation.asked()} ({shown})"
    assert after | COUNTERS == before | COUNTERS, shown
    assert bool(after.get("failures")) == interruption.fails, shown
    assert question(conversation, kind, step, language) in told(conversation), shown


@pytest.mark.parametrize(("kind", "step", "language"), PLACES)
def test_what_is_not_understood_is_asked_again_then_explained_then_offered_to_a_person(
    kind: str, step: str, language: str, reach: Reach
) -> None:
    conversation = reach(kind, step, language)
    conversation.say("asdfghjkl")
    assert text(language, "task.ask_again", question="") in told(conversation)
    conversation.say("qwertyuiop")
    assert text(language, f"{kind}.explain.{step}").split("{")[0] in told(conversation)
    conversation.say("zxcvbnm")
    assert text(language, "task.offer_person") in told(conversation)
    titles = [button["title"] for reply in conversation.last for button in reply.get("buttons", [])]
    assert text(language, "button.person") in titles
    conversation.say({"zh": "好的", "en": "yes please"}[language])
    assert [(path, body["reason"]) for _, path, body, _ in conversation.backend.calls] == [
        ("/conversation/handoff", "failed")
    ]


CORRECTIONS = {
    "zh": ("不对，是280", "等一下，金额应该是280元", "打错了，280块才对", "金额改成两百八"),
    "en": (
        "sorry, it should be 280 yuan",
        "wait, the amount is 280",
        "change the amount to 280",
        "no, I meant 280 yuan",
    ),
}
UNDOING = {
    "zh": ("改回去", "还是原来的", "刚才改的不算"),
    "en": ("undo that", "change it back please", "go back to what it was"),
}
AFTER_AMOUNT = [step for kind, step in QUESTIONS if kind == "complaint"][QUESTIONS.index(("complaint", "amount")) + 1 :]


@pytest.mark.parametrize(("step", "language"), [(step, lang) for step in AFTER_AMOUNT for lang in LANGUAGES])
def test_an_amount_is_corrected_from_every_later_question_and_the_correction_taken_back(
    step: str, language: str, reach: Reach
) -> None:
    turn = AFTER_AMOUNT.index(step)
    conversation = reach("complaint", step, language)
    before = conversation.task("complaint")["values"]
    conversation.say(CORRECTIONS[language][turn % 4])
    assert conversation.task("complaint")["values"] == before | {"amount": "280.00"}, told(conversation)
    assert "¥280.00" in told(conversation)
    asked = "summary" if step == "change" else step
    assert conversation.asked() == asked
    conversation.say(UNDOING[language][turn % 3])
    assert conversation.task("complaint")["values"] == before, told(conversation)
    assert conversation.asked() == asked
    assert f"¥{before['amount']}" in told(conversation)


LAST = {"complaint": "summary", "addition": "text", "withdrawal": "sure", "rating": "comment", "same": "which"}
AGAIN = {"zh": {"withdrawal": "确认撤回"}, "en": {"withdrawal": "Yes, withdraw it"}}


@pytest.mark.parametrize(("kind", "language"), [(kind, lang) for kind in LAST for lang in LANGUAGES])
def test_with_the_backend_down_the_customer_is_told_nothing_is_lost_and_may_try_again(
    kind: str, language: str, reach: Reach
) -> None:
    conversation = reach(kind, LAST[kind], language)
    sentence = AGAIN[language].get(kind, example(kind, LAST[kind], language))
    conversation.backend.down = True
    conversation.say(sentence)
    assert {"zh": "连不上", "en": "can't reach our system"}[language] in told(conversation)
    assert conversation.task(kind)["step"] == LAST[kind]
    conversation.backend.down = False
    conversation.say(sentence)
    assert [method for method, _, _, _ in conversation.backend.calls if method == "POST"] == ["POST"], told(
        conversation
    )
    assert conversation.task(kind) == {}


@pytest.mark.parametrize(("kind", "step", "language"), PLACES)
def test_everything_can_be_left_at_any_time_and_nothing_is_done(
    kind: str, step: str, language: str, reach: Reach
) -> None:
    conversation = reach(kind, step, language)
    conversation.say({"zh": "算了，不弄了", "en": "never mind, cancel this"}[language])
    assert conversation.task(kind) == {}, told(conversation)
    assert conversation.backend.calls == []
    if kind in ("complaint",):
        conversation.press(text(language, "button.resume"))
        assert conversation.asked() == step


@pytest.mark.parametrize(("kind", "step", "language"), PLACES)
def test_the_example_given_is_understood(kind: str, step: str, language: str, reach: Reach) -> None:
    conversation = reach(kind, step, language)
    conversation.say(example(kind, step, language))
    assert conversation.task(kind).get("step") != step, told(conversation)


@pytest.mark.parametrize(("kind", "step", "language"), PLACES)
def test_typing_what_a_button_says_does_what_the_button_does(kind: str, step: str, language: str, reach: Reach) -> None:
    shown = [button["title"] for reply in reach(kind, step, language).last for button in reply.get("buttons", [])]
    for title in shown:
        pressed = reach(kind, step, language)
        pressed.press(title)
        done = [(method, path) for method, path, _, _ in pressed.backend.calls]
        typed = reach(kind, step, language)
        typed.say(title.lower())
        assert (typed.asked(), told(typed)) == (pressed.asked(), told(pressed)), title
        assert [(method, path) for method, path, _, _ in typed.backend.calls] == done, title
