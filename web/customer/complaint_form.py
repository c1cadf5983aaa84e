"""The complaint form without chat: what was typed, what is wrong with it, and the intake it makes. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from ticketing.conversations.masking import mask
from ticketing.conversations.rules import clean_text, is_visible
from ticketing.tickets.rules import Category
from ticketing.tickets.service import Intake
from ticketing.tickets.wording import NAMES

FIELDS = (
    "description",
    "category",
    "product",
    "amount",
    "order_number",
    "wish",
    "contact_channel",
    "phone",
    "email",
    "consent",
)
LIMITS = {"description": 2000, "wish": 1000, "order_number": 60, "phone": 40, "email": 200}
CHANNELS = ("chat", "phone", "email")
LARGEST_AMOUNT = Decimal("99999999999.99")

Problem = tuple[str, dict[str, int]]
"""A code of errors.yml and what fills its text."""


@dataclass(frozen=True)
class ComplaintForm:
    """The form as typed, with one problem per field at most."""

    typed: dict[str, str]
    problems: dict[str, Problem]
    amount: Decimal | None = None

    def intake(self, *, now: datetime, language: str) -> Intake:
        """The checked complaint; only of a form without problems."""
        typed = self.typed
        return Intake(
            kind="complaint",
            category=typed["category"],
            description=mask(typed["description"]).text,
            language=language,
            came_by="form",
            contact_channel=typed["contact_channel"],
            complained_at=now,
            product=typed["product"] or None,
            amount=self.amount,
            currency="CNY" if self.amount is not None else None,
            order_number=_without_cards(typed["order_number"]) or None,
            wish=mask(typed["wish"]).text or None,
            contact=typed.get(typed["contact_channel"]) or None,
        )


EMPTY = ComplaintForm(dict.fromkeys(FIELDS, "") | {"contact_channel": "chat"}, {})


def read(form: Mapping[str, str]) -> ComplaintForm:
    """The form as sent. Nothing typed is lost: what is refused stays in ``typed`` for the page."""
    typed = {field: clean_text(form.get(field, "")) for field in FIELDS}
    problems: dict[str, Problem] = {}
    for field, limit in LIMITS.items():
        if len(typed[field]) > limit:
            problems[field] = ("form_text_too_long", {"limit": limit, "length": len(typed[field])})
    if not is_visible(typed["description"]):
        problems["description"] = ("complaint_description_missing", {})
    if typed["category"] not in set(Category):
        problems["category"] = ("complaint_category_missing", {})
    if typed["product"] not in NAMES["product"]:
        typed["product"] = ""
    amount = amount_of(typed["amount"])
    if typed["amount"] and amount is None:
        problems["amount"] = ("complaint_amount_invalid", {})
    problems |= _contact_problems(typed)
    if not typed["consent"]:
        problems["consent"] = ("ticket_consent_missing", {})
    return ComplaintForm(typed, problems, amount)


def text_of(raw: str, *, limit: int, missing: str | None = None) -> tuple[str, Problem | None]:
    """A free text as it may be stored, cleaned and with personal numbers masked, and what is wrong with it.

    ``missing`` is the code for an empty one, None where it may be empty. A text that is too long comes back whole.
    """
    text = clean_text(raw)
    if len(text) > limit:
        return text, ("form_text_too_long", {"limit": limit, "length": len(text)})
    if not is_visible(text):
        return "", (missing, {}) if missing else None
    return mask(text).text, None


_MONEY_MARKS = re.compile(r"[¥￥$,，\s]|元|人民币|rmb|cny", re.IGNORECASE)


def amount_of(text: str) -> Decimal | None:
    """``1,200.50``, ``¥300``, ``３００元`` or ``1.2万`` in yuan; None when it is no such amount."""
    plain = _MONEY_MARKS.sub("", unicodedata.normalize("NFKC", text))
    factor = Decimal(10_000) if plain.endswith("万") else Decimal(1)
    try:
        amount = Decimal(plain.removesuffix("万")) * factor
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 < amount <= LARGEST_AMOUNT or amount != round(amount, 2):
        return None
    return round(amount, 2)


def _without_cards(order_number: str) -> str:
    """An order number as typed; a bank card or identity number put there by mistake is masked."""
    label = "订单号 "
    return mask(label + order_number).text.removeprefix(label)


def _contact_problems(typed: dict[str, str]) -> dict[str, Problem]:
    channel = typed["contact_channel"]
    if channel not in CHANNELS:
        return {"contact_channel": ("complaint_channel_missing", {})}
    if channel != "chat" and not typed[channel].strip():
        return {channel: (f"complaint_{channel}_missing", {})}
    if channel == "phone" and not _is_phone(typed["phone"]):
        return {"phone": ("complaint_phone_invalid", {})}
    if channel == "email" and not _is_email(typed["email"]):
        return {"email": ("complaint_email_invalid", {})}
    return {}


def _is_phone(text: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "CN"))
    except phonenumbers.NumberParseException:
        return False


def _is_email(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
