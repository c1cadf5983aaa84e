"""The complaint form as a pure state machine: a form and what was said give the next form and what to do.

No Rasa, no network, no wording here. `complaint.py` turns an `Outcome` into words and calls. The form lives as plain JSON in
the `memory` slot between turns. A button carries `nonce` and, where it confirms, the revision it showed, so that a card that
has been overtaken confirms nothing.
"""

from __future__ import annotations

from dataclasses import replace

from actions import complaint_aside as aside
from actions import complaint_slots as slots
from actions import complaint_telling as telling
from actions import said as hearing
from actions.complaint_clauses import (
    apart,
    channel_asked_for,
    channel_in_question,
    named_wish,
    pair,
    told_besides,
    without_instructions,
)
from actions.complaint_corrections import agrees, corrected, is_correction, reserved, restates, undone
from actions.complaint_filling import absorb, accept, advance, ask_again, describe, note, tell
from actions.complaint_lacks import has_none, without_lacks
from actions.complaint_slots import Read
from actions.complaint_state import (
    CHANGE,
    CHANGEABLE,
    FREE_TEXT,
    LET_GO,
    SKIPPABLE,
    STEPS,
    SUMMARY,
    Form,
    Outcome,
)
from actions.complaint_vocabulary import (
    ASKED_OF_US,
    COMPLAINT,
    CORRECTION,
    FINDS_IT,
    RHETORICAL,
    STORY_GONE,
    TOLD_BEFORE,
)
from actions.said import CONFIDENT, SMALL_TALK, SURE, Said


def begin(nonce: str, said: Said, message_seq: int | None, *, wanted: bool = False) -> Outcome:
    """A new form, filled from the sentence that opened it when that says more than "I want to complain".

    Who neither says so nor wants something done (`wanted`: they have said so) may only have told how things are.
    """
    form = Form(nonce=nonce, message_seq=message_seq)
    if not hearing.informative(said.text) or hearing.is_noise(said.text):
        begun = Outcome(advance(absorb(form, said)))
    else:
        begun = Outcome(advance(describe(form, said)), notes=("heard",))
    sure = wanted or bool(COMPLAINT.search(said.text)) or "wish" in begun.form.values
    return replace(begun, form=replace(begun.form, confirmed=sure))


def resume(form: Form) -> Outcome:
    """A form put aside, taken up again."""
    fresh = replace(form, failures=0, denials=0, offered_person=False, confirmed=True, digressions=0)
    return Outcome(fresh, notes=("resumed",))


def step(form: Form, said: Said) -> Outcome:
    """What a message, typed or pressed, does to the form; what leads away from one never confirmed is counted."""
    outcome = _step(form, said)
    if outcome.do not in ("digress", "when") or outcome.form.confirmed:
        return outcome
    more = LET_GO if said.intent == "thank" else 1
    return replace(outcome, form=replace(outcome.form, digressions=outcome.form.digressions + more))


def _step(form: Form, said: Said) -> Outcome:
    if said.button is not None:
        return _pressed(form, said.button, said)
    if form.offered_person and said.intent == "affirm":
        return Outcome(form, "person")
    for attempt in (
        aside.denied,
        _undo,
        _told_before,
        aside.hails,
        aside.puzzled,
        aside.later,
        aside.hurries,
        aside.lacks_again,
        telling.demanded,
        _answered_and_asked,
        aside.why,
        aside.when,
        aside.sigh,
        aside.ways,
        _strict,
        _other_way,
        _missed,
        _correct,
        telling.early,
        _leave,
        _decide,
        _digress,
        telling.asks,
        telling.free,
        telling.supplement,
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


def _told_before(form: Form, said: Said) -> Outcome | None:
    """“我刚说了啊，诉求是…”, “前面的经过怎么没了”: what was told before stands again, and what else is said is heard then."""
    story, asks_anew = (form.before or {}).get("description"), form.step == "description"
    wish, brief = named_wish(said.text), hearing.is_short(said.text)
    said_before = asks_anew and (wish or (brief and TOLD_BEFORE.search(said.text)))
    if not story or not (said_before or STORY_GONE.search(said.text)):
        return None
    told = apart(said)[0].text.strip(" ？?！!，,。.")
    kept = replace(form, values={**form.values, "description": story}, before=None, revision=form.revision + 1)
    if wish:
        return _step(advance(kept), said)
    more = told if STORY_GONE.search(said.text) and hearing.informative(told) and told != said.text else ""
    return Outcome(advance(tell(kept, more)), notes=("undone",), changed=("description",))


def _answered_and_asked(form: Form, said: Said) -> Outcome | None:
    """“没有单号，今天能退吗”: the answer is kept, and what is asked besides it is served."""
    told, asked = apart(said)
    plain = has_none(form.step, told.text) or hearing.is_short(told.text)
    if not asked or not plain or hearing.is_noise(told.text):
        return None
    answered = _strict(form, replace(told, intent="inform", confidence=1.0))
    if answered is None:
        return None
    if FINDS_IT.search(asked) and "skipped" in answered.notes:
        return replace(answered, notes=("found_without",))
    rhetorical = telling.only_in_form(asked) or FINDS_IT.search(asked)
    if rhetorical or (form.step == "contact_channel" and channel_in_question(asked)):
        return answered
    question = replace(said, text=asked, intent="ask_question", entities={})
    follows = aside.why(answered.form, question) or aside.when(answered.form, question)
    return follows or replace(answered, do="digress", rest=asked)


def _strict(form: Form, said: Said) -> Outcome | None:
    """Slots with a recognisable form take what fits before anything else is considered."""
    if form.step == "wish" and hearing.skips(said.text):
        return accept(form, "wish", Read(skip=True))
    if form.step == "wish" and len(wish := RHETORICAL.sub("", said.text).strip()) < len(said.text.strip()) and wish:
        return accept(form, "wish", Read({"wish": wish}), said)
    if form.step == "wish" and ASKED_OF_US.search(said.text):
        return accept(form, "wish", Read({"wish": said.text.strip()}), said)
    if form.step == "contact_channel" and (channel := channel_in_question(said.text)):
        return accept(form, form.step, Read({"contact_channel": channel}), said)
    if (
        form.step in FREE_TEXT
        or form.step in (SUMMARY, "consent", CHANGE)
        or hearing.is_question(without_lacks(said.text))
    ):
        return None
    contact = form.step == "contact_channel" and hearing.names_no_person(said.text)
    plain = has_none(form.step, said.text) or contact or channel_asked_for(said.text) is not None
    if _leads_away(said) and not plain:
        return None
    meant = pair(said.text) if form.step == "product" else None
    read = Read({"product": meant[1]}) if meant else slots.read(form.step, said, form.values)
    if read is None and form.step == "product" and slots.names_a_thing(said):
        read = Read({"product": said.text.strip(" 。.!！")})
    return None if read is None else accept(form, form.step, read, said)


def _leads_away(said: Said) -> bool:
    """Whether a message that holds an answer's words means something else: “thanks”, “no, 300”, “the fund to buy”."""
    if said.intent == "forbidden_request":
        return hearing.is_refused(said)
    if said.intent in ("correct_answer", "talk_to_person", "ask_ticket_status"):
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
    if not after.changed and form.step in (SUMMARY, "consent") and agrees(said.text):
        return _decide(form, replace(said, intent="affirm"))
    mended = replace(after.form, denials=0) if after.changed else after.form
    if "description" not in after.changed and not named_wish(said.text):
        mended = tell(mended, told_besides(said))
    return Outcome(advance(mended), notes=("corrected" if after.changed else "unchanged",), changed=after.changed)


def _leave(form: Form, said: Said) -> Outcome | None:
    """Giving the form up; taking back a complaint that is not filed yet is the same thing."""
    if said.intent == "withdraw_complaint" and said.entities.get("ticket_number"):
        return None
    if said.intent not in ("cancel", "withdraw_complaint") or said.confidence < CONFIDENT:
        return None
    if hearing.gives_up(said.text):
        return Outcome(form, "cancel")
    if COMPLAINT.search(said.text):
        return Outcome(form)  # “I only want to complain”
    return None if form.step in FREE_TEXT else Outcome(form, "cancel")


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
