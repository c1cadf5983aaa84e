"""How the complaint form asks: one question with its buttons, or the summary of everything told."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import reduce

from actions import complaint_form as machine
from actions.complaint_form import Form
from actions.complaint_slots import CATEGORIES, CHANNELS
from actions.complaint_vocabulary import PRODUCT_WORDS
from actions.turn import Button, Turn

SHOWN = ("description", "category", "product", "amount", "order_number", "wish", "contact_channel")
PRODUCTS = ("transfer", "withdrawal", "card", "wealth", "loan", "insurance")


def ask(
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
    leave = [] if form.confirmed or not form.digressions else [turn.button("cancel", "cancel", form=form.nonce)]
    turn.say_text("\n".join(said), buttons=[*_choices(turn, form), *leave], quotes=_quotes(form))


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
