"""How each slot of the complaint form is read from a message. Pure; zh and en side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.complaint_vocabulary import (
    ADDING,
    CATEGORY_WORDS,
    CHANNEL_WORDS,
    CORRECTION,
    GIVES_UP,
    LETTERS,
    ORDINALS,
    PERSON,
    QUESTION,
    SKIP,
    SLOT_WORDS,
    STOCK,
    WISH,
)

CONFIDENT = 0.45
CATEGORIES = ("product_service", "transaction_dispute", "system_failure", "policy_issue")
CHANNELS = ("chat", "phone", "email")


@dataclass(frozen=True)
class Said:
    """A message as the form sees it: entities by kind, the class it suggests, a pressed button's fields."""

    text: str
    intent: str = "inform"
    confidence: float = 1.0
    entities: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    category: tuple[str, float] | None = None
    button: dict[str, str] | None = None
    message_seq: int | None = None

    def first(self, kind: str) -> Any:
        """The value of the first entity of a kind, or None."""
        found = self.entities.get(kind)
        return found[0]["value"] if found else None


@dataclass(frozen=True)
class Read:
    """What was read: values for slots, or that the customer has none."""

    values: dict[str, Any] = field(default_factory=dict)
    skip: bool = False


def informative(text: str) -> bool:
    """Whether a text says what happened, beyond the wish to complain."""
    rest = STOCK.sub(" ", text.lower())
    parts = LETTERS.findall(rest)
    chinese = sum("㐀" <= part <= "鿿" for part in parts)
    return chinese >= 4 or len(parts) - chinese >= 3 or (chinese >= 2 and len(parts) - chinese >= 1)


def tells_more(text: str) -> bool:
    """Whether a sentence about an addition already holds it, and is not just "I want to add something"."""
    return len(LETTERS.findall(ADDING.sub(" ", text.lower()))) >= 6


def is_question(text: str) -> bool:
    """Whether a text asks something."""
    return bool(QUESTION.search(text))


def skips(text: str) -> bool:
    """Whether the customer has no answer to give."""
    return bool(SKIP.match(text.strip().rstrip("。.!！~ ")))


def gives_up(text: str) -> bool:
    """Whether a text says in so many words that the form is to be left."""
    return bool(GIVES_UP.search(text))


def names_no_person(text: str) -> bool:
    """Whether "call me" means a channel and not a person now."""
    return not PERSON.search(text)


def is_correction(said: Said, *, asked_what: bool) -> bool:
    """Whether something told before is to be changed."""
    if asked_what and said.intent not in ("affirm", "deny", "cancel"):
        return True
    if is_question(said.text) and said.intent == "ask_question":
        return False
    return (said.intent == "correct_answer" and said.confidence >= 0.35) or (
        bool(CORRECTION.search(said.text)) and said.intent != "open_complaint"
    )


def meant_slots(said: Said, values: Mapping[str, Any]) -> list[str]:
    """Which slots a correction is about: by the slots' names, else by what it gives."""
    text = said.text.lower()
    by_name = [slot for slot, words in SLOT_WORDS.items() if re.search(words, text)]
    given = named_values(said, in_story=False)
    if not by_name and said.first("number") and "amount" not in given and values.get("amount"):
        given["amount"] = said.first("number")
    by_value = [slot for slot in ("amount", "order_number", "contact_channel", "product") if slot in given]
    if by_name and by_value and not set(by_name) & set(by_value):
        return by_value if by_value != ["product"] else by_name
    if not by_name and not by_value and (category := _by_words(text, CATEGORY_WORDS)):
        return ["category"] if category else []
    return [slot for slot in by_name if slot in by_value] or by_name[:1] or by_value


def read_correction(slot: str, said: Said) -> Read | None:
    """The new value of a slot out of a correcting sentence; None when it gives none."""
    if slot in ("description", "wish"):
        return None
    tail = re.split(r"改成|改为|应该是|应为|而?是|to be|should be|\bto\b|\bis\b|,|，|:|：", said.text)[-1]
    if slot == "category":
        category = _by_words(tail.lower(), CATEGORY_WORDS)
        return Read({"category": category}) if category else None
    amounts = said.entities.get("amount") or []
    if slot == "amount" and len(amounts) > 1:
        return _money(amounts[-1])
    if slot == "order_number" and not said.entities.get("order_number"):
        loose = re.search(r"(?=[a-z-]*\d)[a-z0-9][a-z0-9-]{4,31}", tail.lower())
        return Read({"order_number": loose.group().upper()}) if loose else None
    return read(slot, said, {})


def read(slot: str, said: Said, values: Mapping[str, Any]) -> Read | None:
    """The answer to a strict slot, None when the message does not give one."""
    text = said.text.strip()
    if slot in ("product", "amount", "order_number", "contact") and skips(text):
        return Read(skip=True)
    reader = {
        "category": _category,
        "product": _product,
        "amount": _amount,
        "order_number": _order_number,
        "contact_channel": _contact_channel,
        "contact": _contact,
    }.get(slot)
    return reader(said, values) if reader else None


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


def named_values(said: Said, *, in_story: bool) -> dict[str, Any]:
    """The slots a sentence fills by what it names; wishes only where a story is told."""
    found: dict[str, Any] = {}
    if amounts := said.entities.get("amount"):
        found |= _money(amounts[0]).values
    for kind in ("order_number", "product"):
        if value := said.first(kind):
            found[kind] = str(value)
    for channel in ("phone", "email"):
        if value := said.first(channel):
            found |= {"contact_channel": channel, "contact": str(value)}
    if in_story and (wish := WISH.search(said.text)):
        found["wish"] = (wish["z"] or wish["e"]).strip()
    return found


def _category(said: Said, values: Mapping[str, Any]) -> Read | None:
    text = said.text.lower().strip()
    predicted = values.get("category_predicted")
    if said.intent == "affirm" and predicted:
        return Read({"category": predicted})
    for pattern, place in ORDINALS.items():
        if re.search(pattern, text) and len(text) <= 12:
            order = ([predicted] if predicted else []) + [c for c in CATEGORIES if c != predicted]
            return Read({"category": order[place]})
    category = _by_words(text, CATEGORY_WORDS) if len(text) <= 24 else None
    return Read({"category": category}) if category else None


def _product(said: Said, values: Mapping[str, Any]) -> Read | None:
    product = said.first("product")
    return Read({"product": str(product)}) if product else None


def _amount(said: Said, values: Mapping[str, Any]) -> Read | None:
    if amounts := said.entities.get("amount"):
        return _money(amounts[0])
    number = said.first("number")
    if number is not None and float(number) > 0:
        return Read({"amount": f"{float(number):.2f}", "currency": "CNY"})
    return None


def _order_number(said: Said, values: Mapping[str, Any]) -> Read | None:
    if order := said.first("order_number"):
        return Read({"order_number": str(order)})
    loose = re.search(r"(?<![a-z0-9*])(?=[a-z-]*\d)[a-z0-9][a-z0-9-]{4,31}(?![a-z0-9*])", said.text.lower())
    return Read({"order_number": loose.group().upper()}) if loose else None


def _contact_channel(said: Said, values: Mapping[str, Any]) -> Read | None:
    given = {k: v for k, v in named_values(said, in_story=False).items() if k in ("contact_channel", "contact")}
    if given:
        return Read(given)
    text = re.sub(
        r"(?:不要|别|不方便|不想|don'?t|do not|no)\s*(?:接|打|用|发|call|phone|e-?mail|me|my|by|use)*\s*(?:电话|邮件|手机|phone|call|e-?mail)?",
        "",
        said.text.lower(),
    )
    channel = _by_words(text, CHANNEL_WORDS)
    return Read({"contact_channel": channel}) if channel else None


def _contact(said: Said, values: Mapping[str, Any]) -> Read | None:
    given = {k: v for k, v in named_values(said, in_story=False).items() if k in ("contact_channel", "contact")}
    if given:
        return Read(given)
    if (
        values.get("contact_channel") == "phone"
        and (digits := re.sub(r"[\s-]", "", said.text)).isdigit()
        and 7 <= len(digits) <= 15
    ):
        return Read({"contact_channel": "phone", "contact": digits})
    if _by_words(said.text.lower(), {"chat": CHANNEL_WORDS["chat"]}):
        return Read({"contact_channel": "chat"})
    return None


def _money(amount: dict[str, Any]) -> Read:
    return Read({"amount": str(amount["value"]), "currency": str(amount.get("currency") or "CNY")})


def _by_words(text: str, table: Mapping[str, str]) -> str | None:
    return next((name for name, words in table.items() if re.search(words, text)), None)
