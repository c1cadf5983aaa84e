"""How the complaint form is filled: an answer with whatever else its sentence says, the story, the next question. Pure."""

from __future__ import annotations

from dataclasses import replace

from actions import complaint_slots as slots
from actions.complaint_clauses import one_more_wish, told_besides, without_instructions
from actions.complaint_corrections import former
from actions.complaint_lacks import named_lacks
from actions.complaint_slots import Read
from actions.complaint_state import LONGEST_DESCRIPTION, OF_DISPUTES, STEPS, SUMMARY, Form, Outcome
from actions.said import Said


def note(form: Form, said: Said) -> Form:
    """The form with one more sentence of the story, and everything it names."""
    before = form.values.get("description")
    if not before:
        return advance(describe(form, said))
    return advance(absorb(tell(form, without_instructions(said.text)), said))


def tell(form: Form, text: str) -> Form:
    """The form with a few more words of the story."""
    if not text:
        return form
    told = f"{form.values['description']}\n{text}"[:LONGEST_DESCRIPTION]
    return replace(form, values={**form.values, "description": told}, revision=form.revision + 1)


def accept(form: Form, slot: str, read: Read, said: Said | None = None) -> Outcome:
    """An answer to what was asked, together with whatever else the sentence says."""
    kept = _keep(form, slot, read)
    if said is not None:
        kept = absorb(kept, said, answered=slot)
        if slot != "wish" and kept.values.get("description"):
            kept = tell(kept, told_besides(said))
    return Outcome(advance(kept), notes=("skipped",) if read.skip else ("noted",))


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
    replaced = any(form.values.get(s) not in (None, v) for s, v in read.values.items())
    return replace(
        form,
        values=values,
        before=former(form.values, values) if replaced else form.before,
        skipped=skipped,
        revision=form.revision + changed,
        failures=0,
        offered_person=False,
        confirmed=True,
    )


def describe(form: Form, said: Said) -> Form:
    """The story, with the class it suggests and everything it names."""
    values = {**form.values, "description": said.text.strip()[:LONGEST_DESCRIPTION]}
    if said.category and not values.get("category"):
        values["category_predicted"] = said.category[0]
    seq = form.message_seq if form.message_seq is not None else said.message_seq
    told = replace(form, values=values, revision=form.revision + 1, failures=0, message_seq=seq)
    return absorb(told, said)


def absorb(form: Form, said: Said, answered: str | None = None) -> Form:
    """Fills slots still empty from what a sentence names besides the answer asked for."""
    found = slots.named_values(said, in_story=True, after_story=answered is not None)
    fresh = {slot: value for slot, value in found.items() if not form.values.get(slot) and slot != answered}
    if "amount" not in fresh:
        fresh.pop("currency", None)
    if answered and answered != "wish" and form.values.get("wish") and "wish" in found:
        fresh["wish"] = one_more_wish(form.values["wish"], found["wish"])
    lacks = [slot for slot in named_lacks(said.text) if slot not in form.skipped and not form.values.get(slot)]
    lacks = [slot for slot in lacks if slot not in fresh and slot != answered]
    if not fresh and not lacks:
        return form
    values = {**form.values, **fresh}
    return replace(form, values=values, skipped=(*form.skipped, *lacks), revision=form.revision + 1)


def ask_again(form: Form, slot: str) -> Form:
    """The slot emptied and asked; a class to be changed is offered anew among all."""
    values = {
        k: v for k, v in form.values.items() if k != slot and not (slot == "category" and k == "category_predicted")
    }
    if slot == "contact_channel":
        values.pop("contact", None)
    skipped = tuple(s for s in form.skipped if s != slot)
    return replace(
        form, step=slot, values=values, skipped=skipped, before=former(form.values, values), revision=form.revision + 1,
        failures=0, denials=0,
    )  # fmt: skip


def advance(form: Form) -> Form:
    """The form with the next slot to ask, the summary when none is missing."""
    following = next((slot for slot in STEPS if _missing(form, slot)), SUMMARY)
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
