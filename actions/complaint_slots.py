"""How each slot of the complaint form is read from a message. Pure; zh and en side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.complaint_clauses import channel_asked_for, demand, wanted, without_channels
from actions.complaint_lacks import has_none, named_lacks
from actions.complaint_vocabulary import (
    CATEGORY_TITLES,
    CATEGORY_TOLD,
    CATEGORY_WORDS,
    CHANNEL_ASKED_FOR,
    CHANNEL_EARLY,
    CHANNEL_WORDS,
    COUNTED,
    MONEY_SENT,
    NO_THING,
    NOT_THAT_CLASS,
    ORDINALS,
    SPENT,
    TOTAL,
)
from actions.said import Said, is_noise, skips

CATEGORIES = ("product_service", "transaction_dispute", "system_failure", "policy_issue")
CHANNELS = ("chat", "phone", "email")
LONGEST_ANSWER = 60
LEAST_SPENT, MOST_SPENT = 10, 10_000_000
"""A number without a currency is no sum below the first, and more likely some number of an order or a phone from the second on."""


@dataclass(frozen=True)
class Read:
    """What was read: values for slots, or that the customer has none."""

    values: dict[str, Any] = field(default_factory=dict)
    skip: bool = False


def read(slot: str, said: Said, values: Mapping[str, Any]) -> Read | None:
    """The answer to a strict slot, None when the message does not give one."""
    text = said.text.strip()
    may_skip = slot in ("product", "amount", "order_number", "contact")
    if may_skip and skips(text):
        return Read(skip=True)
    reader = {
        "category": _category,
        "product": _product,
        "amount": _amount,
        "order_number": _order_number,
        "contact_channel": _contact_channel,
        "contact": _contact,
    }.get(slot)
    found = reader(said, values) if reader else None
    return Read(skip=True) if found is None and may_skip and has_none(slot, text) else found


def read_button(slot: str, value: str) -> Read | None:
    """A pressed choice of a slot; None for one that was never offered."""
    if value == "skip":
        return Read(skip=True)
    if slot == "category":
        return Read({"category": value}) if value in CATEGORIES else None
    if slot == "contact_channel":
        return Read({"contact_channel": value}) if value in CHANNELS else None
    if slot == "consent":
        return Read({"consent": True}) if value == "yes" else None
    return Read({slot: value[:200]}) if slot in ("product", "wish") else None


def named_values(said: Said, *, in_story: bool, after_story: bool = False) -> dict[str, Any]:
    """The slots a sentence fills by what it names; wishes, classes and channels only where a story is told or has been."""
    found: dict[str, Any] = {}
    if amounts := said.entities.get("amount") or _total(said) or (_spent(said) if in_story else []):
        found |= money(amounts[0]).values
    for kind in ("order_number", "product"):
        if value := said.first(kind):
            found[kind] = str(value)
    for channel in ("phone", "email"):
        if value := said.first(channel):
            found |= {"contact_channel": channel, "contact": str(value)}
    if not in_story:
        return found
    if "product" not in found and MONEY_SENT.search(said.text):
        found["product"] = "transfer" if said.text.isascii() else "转账"
    if wish := wanted(said.text) if after_story else demand(said.text):
        found["wish"] = wish
    if told := CATEGORY_TOLD.search(said.text.lower()):
        found["category"] = by_words(told.group(), CATEGORY_WORDS)
    channel = channel_asked_for(said.text) or by_words(said.text.lower(), CHANNEL_ASKED_FOR)
    if "contact_channel" not in found and channel:
        found["contact_channel"] = channel
    return found


def early_values(said: Said, *, plain: bool) -> dict[str, Any]:
    """The slots a short sentence fills before they are asked; only demands and channels unless it is a `plain` answer."""
    text = said.text.strip()
    if len(text) > (2 * LONGEST_ANSWER if text.isascii() else LONGEST_ANSWER):
        return {}
    found = named_values(said, in_story=True, after_story=True) if plain else {}
    if wish := demand(text):
        found["wish"] = wish if "wish" in found else without_channels(text)
    if "contact_channel" not in found and (channel := by_words(without_refused(text.lower()), CHANNEL_EARLY)):
        found["contact_channel"] = channel
    return found


def without_refused(text: str) -> str:
    """The text without the ways of contact it refuses: “别打电话，发邮件” asks for e-mail."""
    return re.sub(
        r"(?:不要|别|不方便|不想|唔好|don'?t|do not|no)\s*(?:接|打|用|发|call|phone|e-?mail|me|my|by|use)*\s*(?:电话|邮件|手机|phone|call|e-?mail)?[，,]?",
        "",
        text,
    ).strip()


def names_a_thing(said: Said) -> bool:
    """Whether a text is a word or two that could name a product: no sentence, no sound, no answer to something else."""
    text = said.text.strip(" 。.!！")
    if said.intent not in (
        "ask_question",
        "inform",
        "tell_situation",
        "open_complaint",
        "out_of_scope",
        "nlu_fallback",
    ):
        return False
    if not 2 <= len(text) <= (24 if text.isascii() else 8) or is_noise(text) or NO_THING.search(text):
        return False
    return len(text.split()) <= 3


def _total(said: Said) -> list[dict[str, Any]]:
    """A number that is called a sum: “一共200”, "so that's like 200"."""
    numbers = [one for one in said.entities.get("number", ()) if TOTAL.search(said.text[: one["start"]])]
    return [{"value": f"{float(one['value']):.2f}"} for one in numbers if float(one["value"]) > 0]


def _spent(said: Said) -> list[dict[str, Any]]:
    """A bare number that somebody paid, moved or put in: “我前天买了5000”, "i sent 300 to him"."""
    numbers = [
        one
        for one in said.entities.get("number", ())
        if SPENT.search(said.text[: one["start"]]) and not COUNTED.match(said.text[one["end"] :])
    ]
    return [
        {"value": f"{float(one['value']):.2f}"} for one in numbers if LEAST_SPENT <= float(one["value"]) < MOST_SPENT
    ]


_AGREES = re.compile(
    r"(?:yes|yeah|yep|correct|right)\b(?!.*\b(?:but|not|except)\b)|(?:是的|对的|没错)(?!.*(?:但|不过|不是))",
    re.IGNORECASE,
)

_LEAVES_IT = re.compile(
    r"(?:跳过|略过?|随便|都行|都可以|不知道|不清楚|不确定|你们?(?:看着|来)(?:办|定)吧?|skip(?: (?:it|this))?|not sure|no idea|no clue|i ?do ?n[o']?t know|whatever|either)[。.!！~\s]*",
    re.IGNORECASE,
)
"""Leaves the class to us; “nope” and “没有” do not."""


def _category(said: Said, values: Mapping[str, Any]) -> Read | None:
    text = NOT_THAT_CLASS.sub(" ", said.text.lower().strip())
    predicted = values.get("category_predicted")
    agrees = said.intent == "affirm" or _AGREES.match(text) or _LEAVES_IT.fullmatch(text)
    if agrees and predicted and not NOT_THAT_CLASS.search(said.text):
        return Read({"category": predicted})
    for pattern, place in ORDINALS.items():
        if re.search(pattern, text) and len(text) <= 12:
            order = ([predicted] if predicted else []) + [c for c in CATEGORIES if c != predicted]
            return Read({"category": order[place]})
    category = by_words(text, CATEGORY_TITLES)
    if category is None and len(text) <= (LONGEST_ANSWER if text.isascii() else 24):
        category = by_words(text, CATEGORY_WORDS)
    return Read({"category": category}) if category else None


def _product(said: Said, values: Mapping[str, Any]) -> Read | None:
    product = said.first("product")
    return Read({"product": str(product)}) if product else None


def _amount(said: Said, values: Mapping[str, Any]) -> Read | None:
    if amounts := said.entities.get("amount"):
        return money(amounts[0])
    number = said.first("number")
    if number is not None and float(number) > 0:
        return Read({"amount": f"{float(number):.2f}", "currency": "CNY"})
    return None


def _order_number(said: Said, values: Mapping[str, Any]) -> Read | None:
    if order := said.first("order_number"):
        return Read({"order_number": str(order)})
    if said.first("phone") or said.first("email") or "order_number" in named_lacks(said.text):
        return None
    loose = re.search(r"(?<![a-z0-9*])(?=[a-z-]*+\d)[a-z0-9][a-z0-9-]{4,31}(?![a-z0-9*])", said.text.lower())
    return Read({"order_number": loose.group().upper()}) if loose else None


def _contact_channel(said: Said, values: Mapping[str, Any]) -> Read | None:
    given = {k: v for k, v in named_values(said, in_story=False).items() if k in ("contact_channel", "contact")}
    if given:
        return Read(given)
    text = without_refused(said.text.lower())
    channel = by_words(text, CHANNEL_WORDS)
    if channel == "phone" and (number := _phone_number(text)):
        return Read({"contact_channel": channel, "contact": number})
    return Read({"contact_channel": channel}) if channel else None


def _phone_number(text: str) -> str | None:
    """A number as they are written anywhere, once a phone is what is spoken of."""
    number = re.search(r"(?<![\w*])\+?\d(?:[\s-]?\d){6,14}(?![\w*])", text)
    return re.sub(r"[\s-]", "", number.group()) if number else None


def _contact(said: Said, values: Mapping[str, Any]) -> Read | None:
    given = {k: v for k, v in named_values(said, in_story=False).items() if k in ("contact_channel", "contact")}
    if given:
        return Read(given)
    if values.get("contact_channel") == "phone" and (number := _phone_number(said.text)):
        return Read({"contact_channel": "phone", "contact": number})
    if by_words(said.text.lower(), {"chat": CHANNEL_WORDS["chat"]}):
        return Read({"contact_channel": "chat"})
    return None


def money(amount: dict[str, Any]) -> Read:
    """An amount named, with its currency."""
    return Read({"amount": str(amount["value"]), "currency": str(amount.get("currency") or "CNY")})


def by_words(text: str, table: Mapping[str, str]) -> str | None:
    """The first name of the table whose words a text holds."""
    return next((name for name, words in table.items() if re.search(words, text)), None)
