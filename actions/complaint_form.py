"""The complaint form as a pure state machine: a form and what was said give the next form and what to do.

No Rasa, no network, no wording here. `complaint.py` turns an `Outcome` into words and calls. The form lives as plain JSON in
the `memory` slot between turns. A button carries `nonce` and, where it confirms, the revision it showed, so that a card that
has been overtaken confirms nothing.
"""

from __future__ import annotations

from dataclasses import replace

from actions import complaint_slots as slots
from actions.complaint_slots import CONFIDENT, Read, Said
from actions.complaint_state import (
    CHANGEABLE,
    FREE_TEXT,
    LONGEST_DESCRIPTION,
    OF_DISPUTES,
    SKIPPABLE,
    SMALL_TALK,
    STEPS,
    Form,
    Outcome,
)


def begin(nonce: str, said: Said, message_seq: int | None) -> Outcome:
    """A new form, filled from the sentence that opened it when that says more than "I want to complain"."""
    form = Form(nonce=nonce, message_seq=message_seq)
    if not slots.informative(said.text):
        return Outcome(_advance(_absorb(form, said)))
    return Outcome(_advance(_describe(form, said)), notes=("heard",))


def resume(form: Form) -> Outcome:
    """A form put aside, taken up again."""
    return Outcome(_advance(replace(form, failures=0, denials=0, offered_person=False)), notes=("resumed",))


def step(form: Form, said: Said) -> Outcome:
    """What a message, typed or pressed, does to the form."""
    if said.button is not None:
        return _pressed(form, said.button, said)
    if said.intent in ("report_fraud", "express_distress") and said.confidence >= CONFIDENT:
        return Outcome(form, "digress")
    if form.offered_person and said.intent == "affirm":
        return Outcome(form, "person")
    for attempt in (_strict, _correct, _leave, _decide, _digress, _free, _supplement):
        outcome = attempt(form, said)
        if outcome is not None:
            return outcome
    return _failed(form)


def _pressed(form: Form, button: dict[str, str], said: Said) -> Outcome:
    """A button: of this form or stale; skills' other buttons are digressions."""
    token = button.get("form")
    if token is None:
        return Outcome(form, "digress")
    nonce, _, revision = token.partition(".")
    if nonce != form.nonce:
        return Outcome(form, "stale")
    slot, value = button.get("slot"), button.get("value")
    if said.intent == "cancel":
        return Outcome(form, "cancel")
    if said.intent == "affirm" and form.step == "summary":
        return Outcome(form, "submit") if revision == str(form.revision) else Outcome(form, notes=("changed_since",))
    if said.intent == "deny" and form.step == "summary":
        return _deny_summary(form)
    if said.intent == "correct_answer" and slot in CHANGEABLE:
        return Outcome(_ask_again(form, slot))
    if slot in STEPS and value is not None:
        accepted = slots.read_button(slot, value)
        return Outcome(form, notes=("not_valid",)) if accepted is None else _accept(form, slot, accepted)
    return Outcome(form)


def _strict(form: Form, said: Said) -> Outcome | None:
    """Slots with a recognisable form take what fits before anything else is considered."""
    if form.step in FREE_TEXT or form.step in ("summary", "consent", "change") or slots.is_question(said.text):
        return None
    leads_away = (
        said.intent in ("forbidden_request", "correct_answer", "talk_to_person") and said.confidence >= CONFIDENT
    )
    if leads_away and not (form.step == "contact_channel" and slots.names_no_person(said.text)):
        return None
    read = slots.read(form.step, said, form.values)
    return None if read is None else _accept(form, form.step, read, said)


def _correct(form: Form, said: Said) -> Outcome | None:
    """“不对，是300”, “改一下订单号”: changes what is meant, or asks what that is."""
    if form.step == "description" and not form.values.get("description"):
        return None
    if not slots.is_correction(said, asked_what=form.step == "change"):
        return None
    meant = slots.meant_slots(said, form.values)
    if not meant:
        if said.intent == "deny":
            return None
        if form.step not in ("summary", "change") and said.intent != "correct_answer":
            return None
        return Outcome(replace(form, step="change", failures=form.failures + (form.step == "change")))
    changed, asked = form, None
    for slot in meant:
        read = slots.read_correction(slot, said)
        if read is None:
            asked = asked or slot
        else:
            changed = _keep(changed, slot, read)
    if asked is not None:
        return Outcome(_ask_again(changed, asked))
    return Outcome(_advance(changed), notes=("corrected",))


def _leave(form: Form, said: Said) -> Outcome | None:
    """Giving the form up; taking back a complaint that is not filed yet is the same thing."""
    if said.intent == "withdraw_complaint" and said.entities.get("ticket_number"):
        return None
    if said.intent not in ("cancel", "withdraw_complaint") or said.confidence < CONFIDENT:
        return None
    if form.step in FREE_TEXT and not slots.gives_up(said.text):
        return None
    return Outcome(form, "cancel")


def _decide(form: Form, said: Said) -> Outcome | None:
    """Yes and no where they answer the question asked."""
    if said.intent not in ("affirm", "deny"):
        return None
    yes = said.intent == "affirm"
    if form.step == "summary":
        return Outcome(form, "submit") if yes else _deny_summary(form)
    if form.step == "change":
        return Outcome(_advance(form)) if yes else _deny_summary(form)
    if form.step == "consent":
        return _accept(form, "consent", Read({"consent": True})) if yes else _refused_consent(form)
    if form.step == "category" and not yes and form.values.get("category_predicted"):
        others = {
            **form.values,
            "category_predicted": None,
            "category_refused": form.values["category_predicted"],
        }
        return Outcome(replace(form, values=others))
    if form.step in SKIPPABLE and not yes:
        return _accept(form, form.step, Read(skip=True))
    return None


def _digress(form: Form, said: Said) -> Outcome | None:
    """Another wish: it is served, then the question is repeated."""
    asks = slots.is_question(said.text)
    if said.confidence < CONFIDENT:
        return None
    unfiled = said.intent == "withdraw_complaint" and not said.entities.get("ticket_number")
    if unfiled and form.step in FREE_TEXT:
        return None
    if said.intent in SMALL_TALK or said.intent in (
        "talk_to_person",
        "ask_ticket_status",
        "withdraw_complaint",
    ):
        return Outcome(form, "digress")
    if said.intent == "ask_question" and (asks or form.step not in FREE_TEXT):
        return Outcome(form, "digress")
    if said.intent == "out_of_scope" and asks:
        return Outcome(form, "digress")
    if said.intent in ("forbidden_request", "rate_service") and (asks or form.step not in FREE_TEXT):
        return Outcome(form, "digress")
    if said.intent == "add_to_complaint" and said.entities.get("ticket_number"):
        return Outcome(form, "digress")
    return None


def _free(form: Form, said: Said) -> Outcome | None:
    """Slots that take the customer's own words."""
    if form.step == "description" and slots.informative(said.text):
        return Outcome(_advance(_describe(form, said)), notes=("heard",))
    if form.step == "wish" and slots.skips(said.text):
        return _accept(form, "wish", Read(skip=True))
    if form.step == "wish" and len(said.text.strip()) >= 2:
        return _accept(form, "wish", Read({"wish": said.text.strip()[:2000]}), said)
    return None


def _supplement(form: Form, said: Said) -> Outcome | None:
    """More of the story in between is added to it."""
    if said.intent not in ("open_complaint", "add_to_complaint", "inform") or not form.values.get("description"):
        return None
    if not slots.informative(said.text):
        return Outcome(form) if said.intent == "open_complaint" else None
    before = form.values["description"]
    told = f"{before}\n{said.text.strip()}"[:LONGEST_DESCRIPTION]
    grown = replace(form, values={**form.values, "description": told}, revision=form.revision + 1)
    return Outcome(_advance(_absorb(grown, said)), notes=("added",))


def _failed(form: Form) -> Outcome:
    """Not understood: asked again, then explained with an example, then a person is offered."""
    failures = form.failures + 1
    return Outcome(replace(form, failures=failures, offered_person=failures >= 3))


def _deny_summary(form: Form) -> Outcome:
    denials = form.denials + 1
    return Outcome(replace(form, step="change", denials=denials, failures=0, offered_person=denials >= 2))


def _refused_consent(form: Form) -> Outcome:
    denials = form.denials + 1
    return Outcome(replace(form, denials=denials, offered_person=True), notes=("consent_needed",))


def _accept(form: Form, slot: str, read: Read, said: Said | None = None) -> Outcome:
    """An answer to what was asked, together with whatever else the sentence says."""
    kept = _keep(form, slot, read)
    if said is not None:
        kept = _absorb(kept, said, answered=slot)
    return Outcome(_advance(kept), notes=("skipped",) if read.skip else ("noted",))


def _keep(form: Form, slot: str, read: Read) -> Form:
    values = {**form.values, **read.values}
    skipped = tuple(s for s in form.skipped if s != slot and s not in read.values)
    if read.skip:
        skipped = (*skipped, slot)
        if slot == "contact":
            values["contact_channel"] = "chat"
    if slot == "contact_channel" and read.values.get("contact_channel") != form.values.get("contact_channel"):
        values["contact"] = read.values.get("contact")
    changed = values != form.values
    return replace(
        form,
        values=values,
        skipped=skipped,
        revision=form.revision + changed,
        failures=0,
        offered_person=False,
    )


def _describe(form: Form, said: Said) -> Form:
    """The story, with the class it suggests and everything it names."""
    values = {**form.values, "description": said.text.strip()[:LONGEST_DESCRIPTION]}
    if said.category and not values.get("category"):
        values["category_predicted"] = said.category[0]
    seq = form.message_seq if form.message_seq is not None else said.message_seq
    told = replace(form, values=values, revision=form.revision + 1, failures=0, message_seq=seq)
    return _absorb(told, said)


def _absorb(form: Form, said: Said, answered: str | None = None) -> Form:
    """Fills slots still empty from what a sentence names besides the answer asked for."""
    found = slots.named_values(said, in_story=answered is None)
    fresh = {slot: value for slot, value in found.items() if not form.values.get(slot) and slot != answered}
    if "amount" not in fresh:
        fresh.pop("currency", None)
    if not fresh:
        return form
    return replace(form, values={**form.values, **fresh}, revision=form.revision + 1)


def _ask_again(form: Form, slot: str) -> Form:
    """The slot emptied and asked; a class to be changed is offered anew among all."""
    values = {
        k: v for k, v in form.values.items() if k != slot and not (slot == "category" and k == "category_predicted")
    }
    if slot == "contact_channel":
        values.pop("contact", None)
    skipped = tuple(s for s in form.skipped if s != slot)
    return replace(form, step=slot, values=values, skipped=skipped, revision=form.revision + 1, failures=0, denials=0)


def _advance(form: Form) -> Form:
    """The form with the next slot to ask, the summary when none is missing."""
    following = next((slot for slot in STEPS if _missing(form, slot)), "summary")
    changed = following != form.step
    return replace(form, step=following, failures=0 if changed else form.failures)


def _missing(form: Form, slot: str) -> bool:
    values = form.values
    if values.get(slot) or slot in form.skipped:
        return False
    if slot in OF_DISPUTES:
        return values.get("category") == "transaction_dispute"
    if slot == "contact":
        return values.get("contact_channel") in ("phone", "email")
    return True
