"""Skill: takes a complaint. Turns the form machine's outcomes into words, buttons and the one call that files it."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from actions import complaint_form as machine
from actions.api import ApiProblem, ApiUnavailable, Json, idempotency_key
from actions.complaint_form import Form, Outcome
from actions.complaint_slots import CATEGORIES, CHANNELS, Said
from actions.promises import promise_lines, ticket_card
from actions.turn import Button, Turn

SHOWN = ("description", "category", "product", "amount", "order_number", "wish", "contact_channel")
SENT = ("category", "category_predicted", "product", "description", "amount", "currency", "order_number", "wish",
        "contact_channel", "contact")  # fmt: skip
PRODUCTS = ("transfer", "withdrawal", "card", "wealth", "loan", "insurance")


def open_complaint(turn: Turn) -> None:
    """A grievance, or the wish to complain: a form is begun, or one put aside is taken up again."""
    wanted = turn.field("form")
    aside = turn.memory.get("aside")
    if wanted and aside and aside["nonce"] == wanted:
        turn.memory["aside"] = None
        _carry_out(turn, machine.resume(Form.of(aside)))
        return
    if wanted:
        tell_stale(turn, wanted)
        return
    _carry_out(turn, machine.begin(secrets.token_hex(8), said_in(turn), turn.message_seq))


def go_on(turn: Turn) -> str | None:
    """Offers the message to the open form; returns `digress` or `person` when another skill must serve it first."""
    form = Form.of(turn.memory["form"])
    outcome = machine.step(form, said_in(turn))
    if outcome.do == "digress":
        return "digress"
    if outcome.do == "person":
        put_aside(turn)
        return "person"
    _carry_out(turn, outcome)
    return None


def repeat_question(turn: Turn) -> None:
    """After a digression: back to what was asked."""
    form = Form.of(turn.memory["form"])
    _ask(turn, form, lead="resume")


def put_aside(turn: Turn) -> None:
    """Closes the form without losing it."""
    turn.memory["aside"] = turn.memory.get("form")
    turn.memory["form"] = None


def tell_stale(turn: Turn, token: str) -> None:
    """A button of a form that is filed, given up or forgotten: nothing happens twice, and the customer is told why."""
    nonce = token.partition(".")[0]
    recent = turn.memory.get("recent") or {}
    aside = turn.memory.get("aside") or {}
    if recent.get("nonce") == nonce:
        _tell_filed(turn, turn.api.ticket(recent["number"]), again=True)
    elif aside.get("nonce") == nonce:
        turn.say("complaint.stale_aside", buttons=[turn.button("resume", "open_complaint", form=nonce)])
    else:
        turn.say("complaint.stale", buttons=[turn.button("complain", "open_complaint")])


def said_in(turn: Turn) -> Said:
    """The message as the form machine takes it."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    if not turn.is_button:
        for entity in turn.entities:
            kinds.setdefault(str(entity.get("entity")), []).append(entity)
    button = {e["entity"]: str(e["value"]) for e in turn.entities} if turn.is_button else None
    text = str(turn.field("text") or "") if turn.is_button else turn.text
    return Said(text, turn.intent, turn.confidence, kinds, turn.category, button, turn.message_seq)


def _carry_out(turn: Turn, outcome: Outcome) -> None:
    form = outcome.form
    if outcome.do == "stale":
        tell_stale(turn, turn.field("form") or "")
        return
    if outcome.do == "cancel":
        turn.memory["form"] = form.state()
        put_aside(turn)
        turn.say("complaint.cancelled", buttons=[turn.button("resume", "open_complaint", form=form.nonce)])
        return
    turn.memory["form"] = form.state()
    if outcome.do == "submit":
        _file(turn, form)
    else:
        _ask(turn, form, notes=outcome.notes)


def _ask(turn: Turn, form: Form, *, notes: tuple[str, ...] = (), lead: str | None = None) -> None:
    """One question, or the summary, after the acknowledgements."""
    said = [turn.word(f"complaint.note.{note}") for note in notes if not (note == "noted" and form.failures)]
    if lead:
        said.append(turn.word(f"complaint.{lead}"))
    step = form.step
    if form.offered_person:
        turn.say_text(" ".join([*said, turn.word("complaint.offer_person")]), buttons=_ways_out(turn, form))
        return
    if step == "summary":
        _show_summary(turn, form, said)
        return
    key = f"complaint.ask.{step}"
    if step == "category" and form.values.get("category_predicted"):
        key = "complaint.ask.category_guess"
    if 1 <= form.failures <= 2:
        key = "complaint.ask_again" if form.failures == 1 else f"complaint.explain.{step}"
        said.append(turn.word(key, question=turn.word(f"complaint.ask.{step}")))
    else:
        said.append(turn.word(key, category=_category_title(turn, form.values.get("category_predicted"))))
    turn.say_text("\n".join(said) if notes or lead else said[-1], buttons=_choices(turn, form))


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
    turn.say_text(text, buttons=buttons, custom={"kind": "summary", "card": card})


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
    return str(value)


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
    turn.memory["form"] = turn.memory["aside"] = None
    _tell_filed(turn, ticket, again=False)


def _tell_filed(turn: Turn, ticket: Json, *, again: bool) -> None:
    key = "complaint.filed_already" if again else "complaint.filed"
    text = turn.word(key, number=ticket["number"], promises=promise_lines(turn, ticket))
    buttons = [turn.button("status", "ask_ticket_status", ticket_number=ticket["number"])]
    card = ticket_card(ticket) | {"text": turn.word(f"{key}_card")}
    turn.say_text(text, buttons=buttons, custom={"kind": "ticket", "card": card})
