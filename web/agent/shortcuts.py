"""The desk's keys: one table, which the dialog shows and the scripts read (desk/keys.html, js/desk.js)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from web import language


@dataclass(frozen=True)
class Shortcut:
    """Keys, what the reader is told of them, and what they do.

    ``act``: ``press`` or ``focus`` the element that carries the first key in ``data-key`` or ``data-key-focus``, ``open`` a tab
    of the case (``target``), ``row`` or ``chat`` one on (``target`` steps), ``filter``, ``palette``, ``help``; ``told`` is only
    explained here and done by the element itself.
    """

    keys: tuple[str, ...]
    text: str
    group: str
    act: str
    target: str = ""


SHORTCUTS = (
    Shortcut(("Ctrl K",), "palette", "anywhere", "told"),
    Shortcut(("?",), "help", "anywhere", "help"),
    Shortcut(("/",), "search", "anywhere", "focus"),
    Shortcut(("j",), "next", "list", "row", "1"),
    Shortcut(("k",), "previous", "list", "row", "-1"),
    Shortcut(("Enter",), "open", "list", "told"),
    Shortcut(("x",), "tick", "list", "told"),
    Shortcut(("]",), "chat_next", "list", "chat", "1"),
    Shortcut(("[",), "chat_previous", "list", "chat", "-1"),
    Shortcut(("1 – 9",), "chat_number", "list", "told"),
    Shortcut(("c",), "claim", "case", "press"),
    Shortcut(("z",), "undo", "case", "press"),
    Shortcut(("r",), "reply", "case", "open", "reply"),
    Shortcut(("n",), "note", "case", "open", "note"),
    Shortcut(("s",), "step", "case", "open", "step"),
    Shortcut(("f",), "filter", "case", "filter"),
    Shortcut(("t",), "reassign", "case", "press"),
    Shortcut(("m",), "more", "case", "press"),
    Shortcut(("u",), "customer", "case", "focus"),
    Shortcut(("Enter",), "send", "writing", "told"),
    Shortcut(("Ctrl Enter",), "submit", "writing", "told"),
    Shortcut(("/",), "macro", "writing", "told"),
    Shortcut(("@",), "mention", "writing", "told"),
    Shortcut(("Alt A",), "article", "writing", "told"),
    Shortcut(("Alt Z",), "undo_reply", "writing", "told"),
    Shortcut(("Alt ↑", "Alt ↓"), "chats", "writing", "told"),
    Shortcut(("Esc",), "leave", "writing", "told"),
)
GROUPS = ("anywhere", "list", "case", "writing")


def shown() -> list[tuple[str, list[Shortcut]]]:
    """The table by group, as the dialog shows it."""
    return [(group, [item for item in SHORTCUTS if item.group == group]) for group in GROUPS]


def acting() -> list[dict[str, Any]]:
    """What the scripts do on a single key."""
    return [asdict(item) for item in SHORTCUTS if item.act != "told"]


def told(item: Shortcut) -> str:
    """What a key does, in the reader's language."""
    return language.text(f"desk.key.{item.text}")
