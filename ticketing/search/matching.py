"""A query's terms as each database's full-text search reads them; tokens are letters, digits and Han characters only."""

from __future__ import annotations

from collections.abc import Callable

from ticketing.search.rules import Phrase, Term


def tsquery(terms: tuple[Term, ...]) -> str:
    """For PostgreSQL: ``('转账' <-> '账失') & 'refun':*``."""
    return _rendered(terms, _postgresql, both=" & ", either=" | ")


def fts5(terms: tuple[Term, ...]) -> str:
    """For SQLite: ``"转账 账失" AND "refun" *``."""
    return _rendered(terms, _sqlite, both=" AND ", either=" OR ")


def _rendered(terms: tuple[Term, ...], phrase: Callable[[Phrase], str], *, both: str, either: str) -> str:
    def joined(parts: list[str], word: str) -> str:
        return parts[0] if len(parts) == 1 else f"({word.join(parts)})"

    return both.join(joined([joined([phrase(each) for each in some], both) for some in term], either) for term in terms)


def _postgresql(phrase: Phrase) -> str:
    words = [f"'{token}'" for token in phrase.tokens]
    shown = " <-> ".join(words) + (":*" if phrase.prefix else "")
    return f"({shown})" if len(words) > 1 else shown


def _sqlite(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.prefix else "")
