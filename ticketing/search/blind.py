"""Customers in the index: keyed hashes of what they are called and reached by, so that they are found and not read.

Without the process's keys (KESU_DATA_KEYS) a hash says nothing. What may be asked for: two neighbouring characters or more
of a Chinese name; a word of another name, or its beginning of three letters; a whole number or its last 4, 6 or 8 digits;
a whole address or what stands before its @; the number by which the host page knows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ticketing.customers.models import Customer
from ticketing.customers.service import comparable_phone
from ticketing.platform.crypto import keyring
from ticketing.search.rules import Alternative, Phrase, Query, Term, runs

TAILS = (4, 6, 8)
SHORTEST_START = 3
SHORTEST_PHONE = 9
_HASH = 16
"""Hex digits kept of a hash: no two things of a company share them."""


def tokens(customer: Customer) -> list[str]:
    """Everything a customer may be found by."""
    given = {
        *_name(customer.name),
        *_phone(customer.phone),
        *_mail(customer.email),
        *(_hash("id", part) for part in (customer.external_id or "",) if part),
    }
    return sorted(given)


def terms(query: Query) -> tuple[Term, ...]:
    """The query as hashes; none if nothing of it can be looked for."""
    text = query.text
    if "@" in text:
        return (_any(_mail(text)[:1]),)
    whole = _any([_hash("id", text.replace(" ", ""))])
    digits = "".join(char for char in text if char.isdigit())
    if digits and not any(char.isalpha() for char in text):
        return ((*_any(_digits(digits)), *whole),)
    parts = tuple(term for run in runs(text) if (term := _run(run)))
    return parts and ((*parts[0], *whole), *parts[1:]) if len(parts) == 1 else parts


def _run(run: str) -> Term:
    if run.isascii():
        return _any([_hash("word", run), _hash("id", run), *([_hash("mail", run)])])
    pairs = [_hash("pair", run[at : at + 2]) for at in range(len(run) - 1)]
    return (tuple(Phrase((pair,)) for pair in pairs),) if pairs else ()


def _digits(digits: str) -> Iterator[str]:
    if len(digits) in TAILS:
        yield _hash("tail", digits)
    if len(digits) >= SHORTEST_PHONE:
        yield _hash("phone", comparable_phone(digits))


def _name(name: str | None) -> Iterator[str]:
    for run in runs(name or ""):
        if run.isascii():
            yield _hash("word", run)
            yield from (_hash("word", run[:size]) for size in range(SHORTEST_START, len(run)))
        else:
            yield from (_hash("pair", run[at : at + 2]) for at in range(len(run) - 1))


def _phone(phone: str | None) -> Iterator[str]:
    digits = "".join(char for char in phone or "" if char.isdigit())
    if digits:
        yield _hash("phone", comparable_phone(phone or ""))
        yield from (_hash("tail", digits[-size:]) for size in TAILS if len(digits) > size)


def _mail(address: str | None) -> list[str]:
    if not address:
        return []
    local = address.strip().casefold().partition("@")[0]
    return [_hash("address", address.strip()), *([_hash("mail", local)] if local else [])]


def _any(hashes: Iterable[str]) -> Term:
    alternatives: list[Alternative] = [(Phrase((each,)),) for each in hashes]
    return tuple(alternatives)


def _hash(field: str, value: str) -> str:
    return keyring().index(f"search {field}: {value}")[:_HASH]
