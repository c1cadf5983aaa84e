"""Skill: takes a complaint. Turns the form machine's outcomes into words, buttons and the one call that files it."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from actions import addition, repeated, tasks
from actions import complaint_form as machine
from actions.api import ApiProblem, ApiUnavailable, Json, idempotency_key
from actions.complaint_form import Form, Outcome
from actions.complaint_slots import CATEGORIES, CHANNELS
from actions.complaint_state import QUESTIONS
from actions.complaint_vocabulary import ASKS_STATUS, PRODUCT_WORDS, TROUBLE
from actions.promises import promise_lines, ticket_card
from actions.said import SURE, adds, informative
from actions.turn import Button, Turn

KIND = "complaint"
STEPS = QUESTIONS
SHOWN = ("description", "category", "product", "amount", "order_number", "wish", "contact_channel")
SENT = ("category", "category_predicted", "product", "description", "amount", "currency", "order_number", "wish",
        "contact_channel", "contact")  # fmt: skip
MAY_COMPLAIN = 0.1
"""How likely a grievance must be for a question to be remembered as one."""
QUOTED = 60
SOON = 2
"""A fact told so many turns before a complaint belongs to its story."""
SERVED_INSTEAD = frozenset({"ask_ticket_status", "talk_to_person", "rate_service", "forbidden_request"})
"""What a customer who says that this is no complaint may surely want besides an answer."""
PRODUCTS = ("transfer", "withdrawal", "card", "wealth", "loan", "insurance")


def open_complaint(turn: Turn) -> None:
    """A grievance, or the wish to complain, begins a form; “补充一下，…” with a complaint open adds to that."""
    if not turn.is_button and adds(turn.text) and turn.api.tickets("open"):
        addition.add_to_complaint(turn)
        return
    told = turn.memory.pop("told", None)
    if told and not informative(turn.said.text):
        turn = _with_what_was_told(turn, told)
    elif told and _leads_here(turn, told):
        turn = _after_situation(turn, told)
    _carry_out(turn, machine.begin(secrets.token_hex(8), turn.said, turn.message_seq))


def may_complain(turn: Turn) -> bool:
    """Whether what was taken for a question may well be a grievance."""
    return dict(turn.ranking[:3]).get("open_complaint", 0.0) >= MAY_COMPLAIN


def remember(turn: Turn) -> None:
    """Keeps a trouble told as a question, so that it need not be told again to whom complains about it later."""
    troubled = may_complain(turn) or TROUBLE.search(turn.text)
    if troubled and not turn.is_button and informative(turn.text):
        turn.memory["told"] = {
            "text": turn.text,
            "entities": turn.entities,
            "category": turn.category,
            "message_seq": turn.message_seq,
        }


def keep_situation(turn: Turn) -> bool:
    """Keeps a plain fact told before a complaint that may follow; true when it goes on from another."""
    told = turn.memory.get("told")
    goes_on = bool(told and _leads_here(turn, told))
    after = _after_situation(turn, told) if goes_on else turn
    turn.memory["told"] = {
        "text": after.text,
        "entities": after.entities,
        "category": after.category,
        "message_seq": after.message_seq,
        "situation_at": _turns(turn),
    }
    return goes_on


def _leads_here(turn: Turn, told: Json) -> bool:
    """Whether a fact was told so shortly before that it belongs to what is told now."""
    return not turn.is_button and _turns(turn) - told.get("situation_at", -SOON - 1) <= SOON


def _turns(turn: Turn) -> int:
    return int(turn.memory.get("turns") or 0)


def _after_situation(turn: Turn, told: Json) -> Turn:
    """The turn as if the facts told before had been said in the same breath."""
    before = f"{told['text']}\n"
    moved = [e | {"start": e["start"] + len(before), "end": e["end"] + len(before)} for e in turn.entities]
    known = [*moved, *told["entities"]]  # what is told now is meant where both name an amount
    return replace(turn, text=before + turn.text, entities=known, message_seq=told["message_seq"])


def _with_what_was_told(turn: Turn, told: Json) -> Turn:
    """The turn as if its complaint had been opened with the trouble told before, which is repeated to the customer."""
    shown = str(told["text"])
    shown = shown if len(shown) <= QUOTED else shown[: QUOTED - 1] + "…"
    turn.say_text(turn.word("complaint.recalled", told=shown), quotes=(shown,))
    said = {key: told[key] for key in ("text", "entities", "category", "message_seq")}
    return replace(turn, **said, is_button=False)


def go_on(turn: Turn) -> str:
    """Offers the message to the open form; `digress` or `person` when another skill must serve it first."""
    outcome = machine.step(_form(turn), turn.said)
    if outcome.do in ("digress", "person"):
        return outcome.do
    if outcome.do == "denied":
        _leave_for(turn, outcome.rest)
        return "digress"
    if outcome.do == "when":
        turn.text, turn.intent = turn.word("complaint.asks_when"), "ask_question"
        return "digress"
    _carry_out(turn, outcome)
    return "done"


def _leave_for(turn: Turn, rest: str) -> None:
    """Puts the form aside for what the customer came for; the classifier judged the denial along with it, so it is a question
    unless that surely is something else."""
    tasks.put_aside(turn, only_top=True)
    turn.say("complaint.denied")
    wanted = turn.intent if turn.intent in SERVED_INSTEAD and turn.confidence >= SURE else "ask_question"
    turn.text, turn.ranking = rest, []
    turn.intent = "ask_ticket_status" if ASKS_STATUS.search(rest) else wanted


def ask(turn: Turn, lead: str | None = None) -> None:
    """What is asked now, again: after a digression, or when the form is taken up."""
    _ask(turn, _form(turn), lead=lead)


def take_up(turn: Turn) -> None:
    """A form put aside, taken up again: failures are forgotten."""
    _carry_out(turn, machine.resume(_form(turn)))


def note_down(turn: Turn) -> None:
    """Keeps what is told by a customer who is handed to a person at once, so that it need not be told again."""
    if tasks.find(turn, KIND):
        _keep(turn, machine.note(_form(turn), turn.said))
    elif not tasks.top(turn) and turn.intent == "open_complaint":
        _keep(turn, machine.begin(secrets.token_hex(8), turn.said, turn.message_seq).form)


def tell_stale(turn: Turn, token: str) -> None:
    """A button of a form that is filed, given up or forgotten: nothing happens twice, and the customer is told why."""
    nonce = token.partition(".")[0]
    recent = turn.memory.get("recent") or {}
    if recent.get("nonce") == nonce:
        _tell_filed(turn, turn.api.ticket(recent["number"]), again=True)
    elif left := tasks.aside(turn, nonce):
        turn.say("complaint.stale_aside", buttons=[tasks.resume_button(turn, left)])
    else:
        turn.say("complaint.stale", buttons=[turn.button("complain", "open_complaint")])


def _form(turn: Turn) -> Form:
    return Form.of(tasks.find(turn, KIND) or {})


def _keep(turn: Turn, form: Form) -> None:
    """The form back into the task it lives in."""
    task = tasks.find(turn, KIND) or tasks.begin(turn, KIND)
    task |= form.state()


def _carry_out(turn: Turn, outcome: Outcome) -> None:
    form = outcome.form
    if outcome.do == "stale":
        tell_stale(turn, turn.field("form") or "")
        return
    _keep(turn, form)
    if outcome.do == "cancel":
        left = tasks.put_aside(turn, only_top=True)
        turn.say("complaint.cancelled", buttons=[tasks.resume_button(turn, left)] if left else None)
    elif outcome.do == "submit":
        _file(turn, form)
    elif not ("heard" in outcome.notes and repeated.look(turn, form.values)):
        _ask(turn, form, notes=outcome.notes, changed=outcome.changed)


def _ask(
    turn: Turn, form: Form, *, notes: tuple[str, ...] = (), changed: tuple[str, ...] = (), lead: str | None = None
) -> None:
    """One question, or the summary, after the acknowledgements."""
    slots = dict.fromkeys("contact_channel" if slot == "contact" else slot for slot in changed if slot != "consent")
    if turn.replies:  # one word of regret is enough
        notes = tuple("noted" if note == "heard" else note for note in notes)
    told = [_told(turn, form, slot) for slot in slots]
    items = reduce(lambda one, more: turn.word("complaint.and", one=one, more=more), told) if told else ""
    said = [
        turn.word(f"complaint.note.{note}", items=items) for note in notes if not (note == "noted" and form.failures)
    ]
    if lead:
        said.append(turn.word(lead))
    step = form.step
    if form.offered_person:
        turn.say_text("\n".join([*said, turn.word("task.offer_person")]), buttons=_ways_out(turn, form))
        return
    if step == "summary":
        if form.failures and not (lead and form.failures == 1):
            said.append(turn.word("task.ask_again" if form.failures == 1 else "complaint.explain.summary", question=""))
        _show_summary(turn, form, said)
        return
    guess = form.values.get("category_predicted") if step == "category" else None
    question = turn.word(f"complaint.ask.{step}{'_guess' if guess else ''}", category=_category_title(turn, guess))
    if form.failures == 1 and not lead and not notes:
        question = turn.word("task.ask_again", question=question)
    elif form.failures == 2:
        question = turn.word(f"complaint.explain.{step}")
    said.append(question)
    turn.say_text("\n".join(said), buttons=_choices(turn, form), quotes=_quotes(form))


def _told(turn: Turn, form: Form, slot: str) -> str:
    """A changed slot as it stands now; the story by its name only."""
    label, shown = turn.word(f"field.{slot}"), _shown(turn, form, slot)
    return label if slot == "description" or not shown else f"{label} {shown}"


def _choices(turn: Turn, form: Form) -> list[Button]:
    """The buttons of the question asked."""
    nonce = form.nonce

    def option(title: str, slot: str, value: str) -> Button:
        return turn.titled(title, "inform", form=nonce, slot=slot, value=value)

    if form.step == "category":
        guess = form.values.get("category_predicted")
        rest = [c for c in CATEGORIES if c != guess]
        return [option(_category_title(turn, c), "category", c) for c in ([guess, *rest] if guess else rest)]
    if form.step == "product":
        return [option(turn.word(f"product.{p}"), "product", turn.word(f"product.{p}")) for p in PRODUCTS] + [
            option(turn.word("button.skip"), "product", "skip")
        ]
    if form.step in ("amount", "order_number", "wish"):
        return [option(turn.word("button.have_none"), form.step, "skip")]
    if form.step == "contact_channel":
        return [option(turn.word(f"channel.{c}"), "contact_channel", c) for c in CHANNELS]
    if form.step == "contact":
        return [option(turn.word("button.reply_here"), "contact", "skip")]
    if form.step == "consent":
        return [
            option(turn.word("button.agree"), "consent", "yes"),
            turn.button("cancel", "cancel", form=nonce),
        ]
    if form.step == "change":
        return [
            turn.titled(turn.word(f"field.{slot}"), "correct_answer", form=nonce, slot=slot)
            for slot in machine.CHANGEABLE
        ] + [turn.button("cancel", "cancel", form=nonce)]
    return []


def _ways_out(turn: Turn, form: Form) -> list[Button]:
    buttons = [turn.button("person", "talk_to_person")]
    if form.step in machine.SKIPPABLE:
        buttons.append(turn.titled(turn.word("button.skip"), "inform", form=form.nonce, slot=form.step, value="skip"))
    if form.step == "consent":
        buttons.append(turn.titled(turn.word("button.agree"), "inform", form=form.nonce, slot="consent", value="yes"))
    return [*buttons, turn.button("cancel", "cancel", form=form.nonce)]


def _show_summary(turn: Turn, form: Form, said: list[str]) -> None:
    """The card with everything told, to be confirmed, changed or given up."""
    rows = [
        {"key": slot, "label": turn.word(f"field.{slot}"), "value": shown}
        for slot in SHOWN
        if (shown := _shown(turn, form, slot))
    ]
    lines = "\n".join(f"**{row['label']}** {row['value']}" for row in rows)
    buttons = [
        turn.button("confirm", "affirm", form=form.seal),
        turn.button("change", "deny", form=form.seal),
        turn.button("cancel", "cancel", form=form.nonce),
    ]
    # The text says everything, for the transcript; `card.text` is what stands above the drawn card instead of it.
    card = {"text": "\n".join([*said, turn.word("complaint.summary_card")]), "rows": rows}
    text = "\n".join([*said, turn.word("complaint.summary", lines=lines)])
    turn.say_text(text, buttons=buttons, custom={"kind": "summary", "card": card}, quotes=_quotes(form))


def _quotes(form: Form) -> tuple[str, ...]:
    """The customer's own words, as far as they are said back to them."""
    return tuple(
        str(form.values[slot]) for slot in ("description", "product", "wish", "order_number") if form.values.get(slot)
    )


def _shown(turn: Turn, form: Form, slot: str) -> str | None:
    value = form.values.get(slot)
    if not value:
        return None
    if slot == "category":
        return _category_title(turn, value)
    if slot == "amount":
        return _money(str(value), form.values.get("currency"))
    if slot == "contact_channel":
        return " ".join(part for part in (turn.word(f"channel.{value}"), form.values.get("contact")) if part)
    return _product_title(turn, str(value)) if slot == "product" else str(value)


def _product_title(turn: Turn, named: str) -> str:
    """A product in the reader's language where the customer's word for it says no more than that."""
    title = next((p for p, words in PRODUCT_WORDS.items() if re.fullmatch(words, named.lower())), None)
    return turn.word(f"product.{title}") if title else named[:1].upper() + named[1:]


def _money(value: str, currency: str | None) -> str:
    """`¥2,600.00`; other currencies by code, as the backend writes them."""
    shown = f"{Decimal(value):,.2f}"
    return f"¥{shown}" if currency in (None, "CNY") else f"{currency} {shown}"


def _category_title(turn: Turn, category: str | None) -> str:
    return turn.word(f"category.{category}") if category else ""


def _file(turn: Turn, form: Form) -> None:
    """Files the complaint; whatever goes wrong, the form stays and may be confirmed again under the same key."""
    body: Json = {slot: form.values[slot] for slot in SENT if form.values.get(slot)}
    body |= {"kind": "complaint", "consent": True}
    if form.message_seq is not None:
        body["message_seq"] = form.message_seq
    retry = [turn.button("confirm_again", "affirm", form=form.seal), turn.button("person", "talk_to_person")]
    try:
        ticket = turn.api.create_ticket(body, idempotency_key(turn.conversation, "complaint", form.nonce))
    except ApiUnavailable:
        turn.say("complaint.not_filed_yet", buttons=retry)
        return
    except ApiProblem as problem:
        reason = problem.detail or turn.word("api.refused")
        change = [turn.button("change", "deny", form=form.seal), turn.button("person", "talk_to_person")]
        turn.say("complaint.refused", buttons=change, reason=reason)
        return
    turn.memory["recent"] = {"nonce": form.nonce, "number": ticket["number"]}
    tasks.close(turn, KIND)
    _tell_filed(turn, ticket, again=False)


def _tell_filed(turn: Turn, ticket: Json, *, again: bool) -> None:
    key = "complaint.filed_already" if again else "complaint.filed"
    text = turn.word(key, number=ticket["number"], promises=promise_lines(turn, ticket))
    buttons = [turn.button("status", "ask_ticket_status", ticket_number=ticket["number"])]
    card = ticket_card(ticket) | {"text": turn.word(f"{key}_card")}
    turn.say_text(text, buttons=buttons, custom={"kind": "ticket", "card": card})
