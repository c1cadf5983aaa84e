"""What may be known of a customer: the fields, how each is written, and whom to believe about it. Pure.

Everywhere but in the customer's own row a value is its canonical text: ``2026-05-01``, ``12``, ``1999.50``, ``true``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from zoneinfo import available_timezones

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from ticketing.customers.rules import TIERS

REGION = "CN"
Trust = Literal["identity", "contact", "behaviour"]
Answers = Mapping[str, tuple[str, ...]]
CHOICES: Answers = {
    "kind": ("personal", "business"),
    "tier": TIERS,
    "risk_level": ("low", "medium", "high"),
    "language": ("zh", "en"),
}
MOST_TRADES = 1_000_000
MOST_HOLDINGS = Decimal("99999999999.99")
OLDEST = date(1900, 1, 1)
_TRUE = frozenset({"true", "1", "yes", "y", "是"})
_FALSE = frozenset({"false", "0", "no", "n", "否"})
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,2})?")


class NotAValue(ValueError):
    """The text is no value of the field; ``code`` names why, ``values`` fill its words."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Field:
    """One field: ``trust`` says whom to believe, ``personal`` whether it is shown masked, ``column`` gives the stored value."""

    name: str
    trust: Trust
    read: Callable[[str, date], str]
    personal: bool = False
    column: Callable[[str], Any] = str


def phone(text: str, _today: date) -> str:
    """A number that can exist, as typed but for spaces and hyphens."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException as error:
        raise NotAValue("phone") from error
    if not phonenumbers.is_possible_number(number):
        raise NotAValue("phone")
    return re.sub(r"[\s\-()]", "", text)


def email(text: str, _today: date) -> str:
    """An address that can exist."""
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise NotAValue("email") from error


def day(text: str, today: date) -> str:
    """A day up to today, with hyphens, slashes, points or 年月日."""
    found = _read_day(text)
    if not OLDEST <= found <= today:
        raise NotAValue("date_range", first=OLDEST.isoformat(), last=today.isoformat())
    return found.isoformat()


def any_day(text: str, _today: date) -> str:
    """A day that may lie ahead."""
    return _read_day(text).isoformat()


def count(text: str, _today: date) -> str:
    """A whole number of trades."""
    if not re.fullmatch(r"\d{1,7}", text) or int(text) > MOST_TRADES:
        raise NotAValue("count", most=MOST_TRADES)
    return str(int(text))


def money(text: str, _today: date) -> str:
    """An amount in yuan, to the cent; thousands may be set off by commas."""
    plain = re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", text)
    if not _NUMBER.fullmatch(plain):
        raise NotAValue("money")
    try:
        amount = Decimal(plain).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise NotAValue("money") from error
    if amount > MOST_HOLDINGS:
        raise NotAValue("money")
    return str(amount)


def flag(text: str, _today: date) -> str:
    """Yes or no."""
    if text.lower() in _TRUE:
        return "true"
    if text.lower() in _FALSE:
        return "false"
    raise NotAValue("flag")


def zone(text: str, _today: date) -> str:
    """A time zone's name."""
    if text not in available_timezones():
        raise NotAValue("zone")
    return text


def words(longest: int) -> Callable[[str, date], str]:
    """Text up to a length."""

    def read(text: str, _today: date) -> str:
        if len(text) > longest:
            raise NotAValue("too_long", most=longest)
        return text

    return read


def one_of(name: str) -> Callable[[str, date], str]:
    """One of the field's codes."""

    def read(text: str, _today: date) -> str:
        if text.lower() not in CHOICES[name]:
            raise NotAValue("choice", choices=" / ".join(CHOICES[name]))
        return text.lower()

    return read


def _read_day(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        return date(*map(int, found.groups()))
    except ValueError as error:
        raise NotAValue("date") from error


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("name", "identity", words(100), personal=True),
        Field("birthday", "identity", day, personal=True),
        Field("kind", "identity", one_of("kind")),
        Field("tier", "identity", one_of("tier")),
        Field("risk_level", "identity", one_of("risk_level")),
        Field("registered_on", "identity", day, column=date.fromisoformat),
        Field("verified_on", "identity", day, column=date.fromisoformat),
        Field("leaving_on", "identity", any_day, column=date.fromisoformat),
        Field("deceased", "identity", flag, column=lambda text: text == "true"),
        Field("phone", "contact", phone, personal=True),
        Field("email", "contact", email, personal=True),
        Field("region", "contact", words(40), personal=True),
        Field("language", "contact", one_of("language")),
        Field("time_zone", "contact", zone),
        Field("trades_90d", "behaviour", count, column=int),
        Field("last_trade_on", "behaviour", day, column=date.fromisoformat),
        Field("holdings", "behaviour", money, column=Decimal),
    )
}
CORRECTABLE = tuple(name for name, field in FIELDS.items() if field.trust != "behaviour" and name not in {"tier", "risk_level", "registered_on"})  # fmt: skip
"""What agents may correct. Tier, risk level and trades are decided by the company's systems."""
WITHOUT: Mapping[str, Any] = {"kind": "personal", "tier": "standard", "language": "zh", "deceased": False}
"""The stored value of a field of which nobody says anything, where it is not empty."""


def column(name: str, value: str | None) -> Any:
    """The stored value of a canonical text."""
    return WITHOUT.get(name) if value is None else FIELDS[name].column(value)


def canonical(value: Any) -> str | None:
    """The canonical text of a stored value."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def comparable_phone(phone: str) -> str:
    """One spelling for a number: E.164 where it can be read, else its digits."""
    try:
        parsed = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        return "".join(char for char in phone if char.isdigit())
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
