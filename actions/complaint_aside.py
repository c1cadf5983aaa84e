"""What is said to a complaint form without answering it, telling more, or wanting another skill. Pure."""

from __future__ import annotations

from unicodedata import category

from actions import complaint_slots as slots
from actions import said as hearing
from actions.complaint_corrections import is_correction
from actions.complaint_denial import besides_denial
from actions.complaint_state import Form, Outcome
from actions.complaint_vocabulary import ASKS_WHEN, OTHER_WAYS, SIGHS
from actions.said import Said


def denied(form: Form, said: Said) -> Outcome | None:
    """“不是投诉，我就问问”: the form is left, and what is asked instead is served."""
    rest = besides_denial(said.text)
    if rest is None:
        return None
    return Outcome(form, "denied", rest=rest) if rest else Outcome(form, "cancel")


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
    asked = form.step in ("contact_channel", "contact") and hearing.is_short(said.text)
    if not asked or not OTHER_WAYS.search(said.text) or is_correction(said, asked_what=False):
        return None
    return None if slots.read(form.step, said, form.values) else Outcome(form, notes=("ways",))
