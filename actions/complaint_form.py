"""The complaint form as a pure state machine: a form and what was said give the next form and what to do.

No Rasa, no network, no wording here. `complaint.py` turns an `Outcome` into words and calls. The form lives as plain JSON in
the `memory` slot between turns. A button carries `nonce` and, where it confirms, the revision it showed, so that a card that
has been overtaken confirms nothing.
"""

from __future__ import annotations

from dataclasses import replace

from actions import complaint_aside as aside
from actions import complaint_slots as slots
from actions import said as hearing
from actions.complaint_clauses import (
    channel_asked_for,
    demand,
    named_wish,
    one_more_wish,
    told_besides,
    without_channels,
    without_instructions,
)
from actions.complaint_corrections import corrected, is_correction, reserved, restates, undone
from actions.complaint_filling import absorb, accept, advance, ask_again, describe, note, tell
from actions.complaint_slots import Read
from actions.complaint_state import (
    CHANGE,
    CHANGEABLE,
    FREE_TEXT,
    SKIPPABLE,
    STEPS,
    SUMMARY,
    Form,
    Outcome,
)
from actions.complaint_vocabulary import (
    ADDS_DEMAND,
    CORRECTION,
    DEMANDS,
    RHETORICAL,
    TELLS_ON,
)
from actions.said import CONFIDENT, SHORT, SMALL_TALK, SURE, Said


def begin(nonce: str, said: Said, message_seq: int | None) -> Outcome:
    """A new form, filled from the sentence that opened it when that says more than "I want to complain"."""
    form = Form(nonce=nonce, message_seq=message_seq)
    if not hearing.informative(said.text) or hearing.is_noise(said.text):
        return Outcome(advance(absorb(form, said)))
    return Outcome(advance(describe(form, said)), notes=("heard",))


def resume(form: Form) -> Outcome:
    """A form put aside, taken up again."""
    return Outcome(replace(form, failures=0, denials=0, offered_person=False), notes=("resumed",))


def step(form: Form, said: Said) -> Outcome:
    """What a message, typed or pressed, does to the form."""
    if said.button is not None:
        return _pressed(form, said.button, said)
    if form.offered_person and said.intent == "affirm":
        return Outcome(form, "person")
    for attempt in (
        aside.denied,
        _undo,
        aside.why,
        aside.when,
        aside.sigh,
        aside.ways,
        _strict,
        _other_way,
        _missed,
        _correct,
        _early,
        _leave,
        _decide,
        _digress,
        _free,
        _supplement,
    ):
        outcome = attempt(form, said)
        if outcome is not None:
            return outcome
    failed = _failed(form)
    told_nothing = form.step == "description" and failed.form.failures == 1 and not hearing.is_noise(said.text)
    return replace(failed, notes=("listening",)) if told_nothing else failed


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
    if said.intent == "affirm" and form.step == SUMMARY:
        return Outcome(form, "submit") if revision == str(form.revision) else Outcome(form, notes=("changed_since",))
    if said.intent == "deny" and form.step == SUMMARY:
        return Outcome(replace(form, step=CHANGE, failures=0))
    if said.intent == "correct_answer" and slot in CHANGEABLE:
        return Outcome(ask_again(form, slot))
    if slot in STEPS and value is not None:
        accepted = slots.read_button(slot, value)
        return Outcome(form, notes=("not_valid",)) if accepted is None else accept(form, slot, accepted)
    return Outcome(form)


def _undo(form: Form, said: Said) -> Outcome | None:
    """“改回去”: the last correction is taken back; taking that back again is possible, too."""
    back = undone(form, said)
    return None if back is None else Outcome(advance(back.form), notes=("undone",), changed=back.changed)


def _strict(form: Form, said: Said) -> Outcome | None:
    """Slots with a recognisable form take what fits before anything else is considered."""
    if form.step == "wish" and hearing.skips(said.text):
        return accept(form, "wish", Read(skip=True))
    if form.step == "wish" and len(wish := RHETORICAL.sub("", said.text).strip()) < len(said.text.strip()) and wish:
        return accept(form, "wish", Read({"wish": wish}), said)
    if form.step in FREE_TEXT or form.step in (SUMMARY, "consent", CHANGE) or hearing.is_question(said.text):
        return None
    contact = form.step == "contact_channel" and hearing.names_no_person(said.text)
    plain = hearing.skips(said.text) or contact or channel_asked_for(said.text) is not None
    if _leads_away(said) and not plain:
        return None
    read = slots.read(form.step, said, form.values)
    if read is None and form.step in slots.named_lacks(said):
        read = Read(skip=True)
    if read is None and form.step == "product" and slots.names_a_thing(said):
        read = Read({"product": said.text.strip(" 。.!！")})
    return None if read is None else accept(form, form.step, read, said)


def _leads_away(said: Said) -> bool:
    """Whether a message that holds an answer's words means something else: “thanks”, “no, 300”, “the fund to buy”."""
    if said.intent in ("forbidden_request", "correct_answer", "talk_to_person", "ask_ticket_status"):
        return said.confidence >= CONFIDENT
    return (said.intent in SMALL_TALK or said.intent == "rate_service") and said.confidence >= SURE


def _missed(form: Form, said: Said) -> Outcome | None:
    """“地点没写上啊，是肯德基”: what is missing is written."""
    if form.step not in (SUMMARY, CHANGE, "consent") or hearing.is_question(said.text) or restates(said, form):
        return None
    rest = without_instructions(said.text)
    if rest == said.text.strip(" ，,：:。."):
        return None
    if not rest:
        return Outcome(form)
    written = replace(note(form, said), failures=0)
    return Outcome(advance(written), notes=("added",)) if hearing.informative(rest) else None


def _other_way(form: Form, said: Said) -> Outcome | None:
    """“不用打电话了，在这里回复”: another way of contact than the one chosen."""
    known, wanted = form.values.get("contact_channel"), channel_asked_for(said.text)
    if known is None or wanted in (None, known) or form.step in FREE_TEXT or not hearing.is_short(said.text):
        return None
    given = {"contact": said.first(str(wanted)), "contact_channel": wanted}
    changed = accept(form, "contact_channel", Read(given)).form
    return Outcome(changed, notes=("corrected",), changed=("contact_channel",))


def _correct(form: Form, said: Said) -> Outcome | None:
    """“不对，是300”, “改一下订单号”: changes what is meant, or asks what that is."""
    if form.step == "description" and not form.values.get("description"):
        return None
    with_reservation = form.step == SUMMARY and said.intent == "affirm" and reserved(said)
    if not (is_correction(said, asked_what=form.step == CHANGE) or restates(said, form) or with_reservation):
        return None
    if form.step == CHANGE and (hearing.digresses(said, own_words=False) or hearing.is_noise(said.text)):
        return None
    after = corrected(form, said)
    if after is None:
        if form.step in FREE_TEXT and not CORRECTION.search(said.text):
            return None
        if said.intent == "deny" or (form.step not in (SUMMARY, CHANGE) and said.intent != "correct_answer"):
            return None
        return _failed(form) if form.step == CHANGE else Outcome(replace(form, step=CHANGE, failures=0))
    if after.asks is not None:
        return Outcome(ask_again(after.form, after.asks))
    mended = replace(after.form, denials=0) if after.changed else after.form
    if "description" not in after.changed and not named_wish(said.text):
        mended = tell(mended, told_besides(said))
    return Outcome(advance(mended), notes=("corrected" if after.changed else "unchanged",), changed=after.changed)


def _early(form: Form, said: Said) -> Outcome | None:
    """An answer to a question not asked yet, “退钱”, “打电话就行”, a phone number: kept, and the question stays."""
    if form.step in FREE_TEXT or not form.values.get("description") or hearing.is_question(said.text):
        return None
    found = slots.early_values(said, plain=not hearing.digresses(said, own_words=False))
    if set(found) == {"wish"} and (wish := form.values.get("wish")):
        both = one_more_wish(wish, found["wish"]) if ADDS_DEMAND.search(said.text) else wish
        grown = replace(form, values={**form.values, "wish": both}, revision=form.revision + (both != wish))
        return Outcome(grown, notes=("added" if both != wish else "noted",))
    found = {slot: value for slot, value in found.items() if not form.values.get(slot)}
    if not set(found) & set(STEPS):
        return None
    skipped = tuple(slot for slot in form.skipped if slot not in found)
    values = {**form.values, **found}
    grown = replace(form, values=values, skipped=skipped, revision=form.revision + 1, failures=0)
    if said.intent == "open_complaint" and hearing.informative(said.text):
        grown = _guess_taken(note(grown, said))
    elif form.step in (SUMMARY, CHANGE) and (told_besides(said) or hearing.informative(_unread(said))):
        grown = note(grown, said)
    return Outcome(advance(grown), notes=("added",))


def _unread(said: Said) -> str:
    """What is left of a message without all it names, its ways of contact and its demand."""
    text = said.text
    for one in sorted((one for found in said.entities.values() for one in found), key=lambda one: -one["start"]):
        text = f"{text[: one['start']]} {text[one['end'] :]}"
    wish = demand(text)
    return without_channels(text).replace(wish, " ") if wish else without_channels(text)


def _leave(form: Form, said: Said) -> Outcome | None:
    """Giving the form up; taking back a complaint that is not filed yet is the same thing."""
    if said.intent == "withdraw_complaint" and said.entities.get("ticket_number"):
        return None
    if said.intent not in ("cancel", "withdraw_complaint") or said.confidence < CONFIDENT:
        return None
    if form.step in FREE_TEXT and not hearing.gives_up(said.text):
        return None
    return Outcome(form, "cancel")


def _decide(form: Form, said: Said) -> Outcome | None:
    """Yes and no where they answer the question asked."""
    if said.intent not in ("affirm", "deny"):
        return None
    yes = said.intent == "affirm"
    if form.step == SUMMARY and yes and said.confidence < SURE and not hearing.says_yes(said.text):
        return None
    if form.step == SUMMARY:
        return Outcome(form, "submit") if yes else _deny_summary(form)
    if form.step == CHANGE:
        return Outcome(advance(form)) if yes else _deny_summary(form)
    if form.step == "consent":
        return accept(form, "consent", Read({"consent": True})) if yes else _refused_consent(form)
    if form.step == "category" and not yes and form.values.get("category_predicted"):
        others = {
            **form.values,
            "category_predicted": None,
            "category_refused": form.values["category_predicted"],
        }
        return Outcome(replace(form, values=others))
    if form.step in SKIPPABLE and not yes:
        return accept(form, form.step, Read(skip=True))
    return None


def _digress(form: Form, said: Said) -> Outcome | None:
    """Another wish: it is served, then the question is repeated."""
    return Outcome(form, "digress") if hearing.digresses(said, own_words=form.step in FREE_TEXT) else None


def _free(form: Form, said: Said) -> Outcome | None:
    """Slots that take the customer's own words."""
    if hearing.is_noise(said.text):
        return None
    if said.intent in ("affirm", "deny") and len(said.text) <= SHORT and not hearing.skips(said.text):
        return None
    if form.step == "description" and hearing.informative(said.text):
        return Outcome(advance(describe(form, said)), notes=("heard",))
    if form.step != "wish" or len(said.text.strip()) < 2:
        return None
    if TELLS_ON.search(said.text) and not DEMANDS.search(said.text):
        return Outcome(advance(note(form, said)), notes=("added",))
    wish = without_channels(said.text)
    if not wish:
        return Outcome(advance(absorb(form, said)), notes=("noted",))
    return accept(form, "wish", Read({"wish": wish[:2000]}), said)


def _supplement(form: Form, said: Said) -> Outcome | None:
    """More of the story in between is added to it."""
    if said.intent not in ("open_complaint", "add_to_complaint", "tell_situation", "inform"):
        return None
    if not form.values.get("description"):
        return Outcome(form) if said.intent == "open_complaint" else None
    if not hearing.informative(said.text) or hearing.is_noise(said.text):
        return Outcome(form) if said.intent == "open_complaint" else None
    told = replace(note(form, said), failures=0)
    return Outcome(advance(_guess_taken(told)), notes=("added",))


def _guess_taken(form: Form) -> Form:
    """Who is asked for the class and goes on telling does not mind the one guessed; the summary shows it, and it can be changed."""
    guess = form.values.get("category_predicted")
    return replace(form, values={**form.values, "category": guess}) if form.step == "category" and guess else form


def _failed(form: Form) -> Outcome:
    """Not understood: asked again, then explained with an example, then a person is offered."""
    failures = form.failures + 1
    return Outcome(replace(form, failures=failures, offered_person=failures >= 3))


def _deny_summary(form: Form) -> Outcome:
    denials = form.denials + 1
    return Outcome(replace(form, step=CHANGE, denials=denials, failures=0, offered_person=denials >= 2))


def _refused_consent(form: Form) -> Outcome:
    denials = form.denials + 1
    return Outcome(replace(form, denials=denials, offered_person=True), notes=("consent_needed",))
