"""What is said to a complaint form without answering it, telling more, or wanting another skill. Pure."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import category

from actions import complaint_slots as slots
from actions import said as hearing
from actions.complaint_corrections import is_correction
from actions.complaint_denial import besides_denial
from actions.complaint_filling import advance
from actions.complaint_lacks import named_lacks, only_lacks
from actions.complaint_state import CHANGE, SKIPPABLE, STEPS, SUMMARY, Form, Outcome
from actions.complaint_vocabulary import ASKS_WHEN, HAILS, HURRIES, LATER, OTHER_WAYS, SIGHS
from actions.said import Said


def denied(form: Form, said: Said) -> Outcome | None:
    """“不是投诉，我就问问”: the form is left, and what is asked instead is served."""
    rest = besides_denial(said.text)
    if rest is None:
        return None
    return Outcome(form, "cancel") if form.confirmed and not rest else Outcome(form, "denied", rest=rest)


def hails(form: Form, said: Said) -> Outcome | None:
    """“喂？在吗”: we are here, and the question stands."""
    hailed = any(c.isalpha() for c in said.text) and HAILS.fullmatch(said.text)
    return Outcome(form, "hailed") if hailed else None


def puzzled(form: Form, said: Said) -> Outcome | None:
    """“？？？”: the question in other words."""
    marks = set(said.text.split() and "".join(said.text.split()))
    if not marks or not marks <= set("?？!！") or not marks & set("?？"):
        return None
    return Outcome(replace(form, failures=max(form.failures, 2)), notes=("puzzled",))


def later(form: Form, said: Said) -> Outcome | None:
    """“回头再说”, "ok ok. I go ask my bank": the form is kept for later."""
    told = form.values.get("description") and not hearing.is_question(said.text)
    return Outcome(form, "cancel") if told and LATER.fullmatch(said.text.strip(" 。.!！~")) else None


def hurries(form: Form, said: Said) -> Outcome | None:
    """“别问了，直接提交”: what may be left out is, the class guessed and an answer in the chat are taken, and the rest is asked."""
    if form.step in (SUMMARY, CHANGE, "consent") or not form.values.get("description"):
        return None
    if not HURRIES.fullmatch(said.text.strip(" 。.!！~，,")):
        return None
    known = form.values
    values = {**known, "category": known.get("category") or known.get("category_predicted")}
    if not known.get("contact"):
        values["contact_channel"] = "chat"
    left_out = [slot for slot in STEPS if slot in SKIPPABLE and not values.get(slot) and slot not in form.skipped]
    ready = replace(form, values=values, skipped=(*form.skipped, *left_out), revision=form.revision + 1,
                    failures=0, offered_person=False, confirmed=True)  # fmt: skip
    return Outcome(advance(ready), notes=("hurried",))


def lacks_again(form: Form, said: Said) -> Outcome | None:
    """“都说了没有单号” where that is not what is asked: never asked again, and no part of the story."""
    missing = named_lacks(said.text)
    if form.step in missing or not form.values.get("description") or not only_lacks(said.text):
        return None
    fresh = [slot for slot in missing if slot not in form.skipped and not form.values.get(slot)]
    return Outcome(advance(replace(form, skipped=(*form.skipped, *fresh))), notes=("not_needed",))


def why(form: Form, said: Said) -> Outcome | None:
    """“要这个干嘛”: told, and asked again."""
    return Outcome(form, notes=("why",)) if hearing.asks_why(said.text) else None


def when(form: Form, said: Said) -> Outcome | None:
    """“几天有结果”: the promise is told, whatever a classifier that does not know what is being told makes of it."""
    asks = hearing.is_short(said.text) or (hearing.is_question(said.text) and len(said.text) <= slots.LONGEST_ANSWER)
    return Outcome(form, "when") if asks and ASKS_WHEN.search(said.text) else None


def sigh(form: Form, said: Said) -> Outcome | None:
    """“唉”, “😡”: no answer, and nothing to misunderstand."""
    sighs = any(c.isalpha() or category(c) == "So" for c in said.text) and SIGHS.fullmatch(said.text)
    return Outcome(form, notes=("patient",)) if sighs else None


def ways(form: Form, said: Said) -> Outcome | None:
    """“微信行不行”: the ways there are."""
    asked = form.step in ("contact_channel", "contact", "consent", SUMMARY) and hearing.is_short(said.text)
    if not asked or not OTHER_WAYS.search(said.text) or is_correction(said, asked_what=False):
        return None
    return None if slots.read(form.step, said, form.values) else Outcome(form, notes=("ways",))
