"""Canned answers (快捷回复): everyone's, kept by leads, and one's own. Placeholders are filled in when an agent inserts one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.conversations.models import Macro
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.rules import Permission, allowed

PLACEHOLDERS: dict[str, tuple[str, str]] = {
    "customer": ("客户称呼", "customer"),
    "agent": ("坐席姓名", "agent"),
    "number": ("工单编号", "ticket number"),
    "promised": ("承诺时间", "promised time"),
    "category": ("工单类别", "class of complaint"),
    "amount": ("涉及金额", "amount"),
    "order": ("订单号", "order number"),
    "company": ("公司名称", "company"),
    "hours": ("服务时间", "service hours"),
}
"""What may stand in braces, by its name or its Chinese one: how it is called in each language."""
_NAMES = {word: name for name, (chinese, _english) in PLACEHOLDERS.items() for word in (name, chinese)}
_BRACES = re.compile(r"[{｛]([^{}｛｝]*+)[}｝]")
_SHORTCUT = re.compile(r"[^\s/／{}]{1,20}")
LONGEST_TITLE, LONGEST_TEXT = 60, 1_500


@dataclass(frozen=True)
class Wording:
    """A canned answer as typed."""

    shortcut: str
    title: str
    text_zh: str
    text_en: str


def of(session: Session, *, staff_id: int) -> Sequence[Macro]:
    """What someone can insert: everyone's and their own, of which one's own wins where both have the shortcut."""
    found = session.scalars(
        select(Macro)
        .where(or_(Macro.staff_id.is_(None), Macro.staff_id == staff_id))
        .order_by(Macro.staff_id.is_(None), Macro.shortcut)
    )
    first: dict[str, Macro] = {}
    for macro in found:
        first.setdefault(macro.shortcut, macro)
    return sorted(first.values(), key=lambda macro: macro.shortcut)


def every(session: Session, *, staff_id: int) -> tuple[Sequence[Macro], Sequence[Macro]]:
    """Everyone's, and one's own, for the page that keeps them."""
    ordered = select(Macro).order_by(Macro.shortcut)
    shared = session.scalars(ordered.where(Macro.staff_id.is_(None))).all()
    return shared, session.scalars(ordered.where(Macro.staff_id == staff_id)).all()


def get(session: Session, *, actor: Actor, macro_id: int) -> Macro:
    """One that the actor may change; raises ``macro_not_found`` or ``permission_denied``."""
    found = session.get(Macro, macro_id)
    if found is None or found.staff_id not in {None, actor.id}:
        raise DomainError("macro_not_found")
    _check_may(actor, shared=found.staff_id is None)
    return found


def add(session: Session, *, clock: Clock, actor: Actor, wording: Wording, shared: bool) -> Macro:
    """A new one; raises ``permission_denied`` and one code for each thing that may be wrong with it."""
    _check_may(actor, shared=shared)
    staff_id = None if shared else actor.staff_id
    _check(session, wording, staff_id=staff_id, beside=0)
    macro = Macro(staff_id=staff_id)
    session.add(macro)
    return _write(session, clock=clock, actor=actor, macro=macro, wording=wording)


def edit(session: Session, *, clock: Clock, actor: Actor, macro_id: int, wording: Wording, seen: int) -> Macro:
    """Change one; raises as ``add`` and ``version_conflict`` when someone was quicker. ``seen`` is the form's version."""
    macro = get(session, actor=actor, macro_id=macro_id)
    if macro.version != seen:
        raise DomainError("version_conflict")
    _check(session, wording, staff_id=macro.staff_id, beside=macro.id)
    return _write(session, clock=clock, actor=actor, macro=macro, wording=wording)


def remove(session: Session, *, clock: Clock, actor: Actor, macro_id: int) -> None:
    """Take one away; a second time changes nothing."""
    if session.get(Macro, macro_id) is None:
        return
    macro = get(session, actor=actor, macro_id=macro_id)
    session.delete(macro)
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="macro.removed", subject=("macro", macro_id), shortcut=macro.shortcut
    )


def text_in(macro: Macro, language: str) -> str:
    """Its text in the customer's language, or the only one there is."""
    return (macro.text_en or macro.text_zh) if language == "en" else (macro.text_zh or macro.text_en)


def fill(text: str, values: Mapping[str, str], language: str) -> str:
    """The text with its placeholders filled in; what is not known stays in sight as 【工单编号】 to be written by hand."""

    def known(match: re.Match[str]) -> str:
        name = _NAMES.get(match[1].strip())
        if name is None:
            return match[0]
        return values.get(name) or "【{}】".format(PLACEHOLDERS[name][language == "en"])

    return _BRACES.sub(known, text)


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no placeholder."""
    return [word for each in _BRACES.findall(text) if (word := each.strip()) not in _NAMES]


def _check_may(actor: Actor, *, shared: bool) -> None:
    if not allowed(actor.role, Permission.MACRO_EDIT if shared else Permission.TICKET_WORK):
        raise DomainError("permission_denied")


def _check(session: Session, wording: Wording, *, staff_id: int | None, beside: int) -> None:
    if _SHORTCUT.fullmatch(wording.shortcut) is None:
        raise DomainError("macro_shortcut_invalid")
    if not wording.title or len(wording.title) > LONGEST_TITLE:
        raise DomainError("macro_title_missing", most=LONGEST_TITLE)
    texts = (wording.text_zh, wording.text_en)
    if not any(texts) or max(map(len, texts)) > LONGEST_TEXT:
        raise DomainError("macro_text_missing", most=LONGEST_TEXT)
    strange = [word for text in texts for word in unknown_in(text)]
    if strange:
        raise DomainError("macro_placeholder_unknown", name=strange[0] or "{}")
    same = select(Macro.id).where(Macro.shortcut == wording.shortcut, Macro.id != beside)
    of_same = Macro.staff_id.is_(None) if staff_id is None else Macro.staff_id == staff_id
    if session.scalar(same.where(of_same).limit(1)) is not None:
        raise DomainError("macro_shortcut_taken", shortcut=wording.shortcut)


def _write(session: Session, *, clock: Clock, actor: Actor, macro: Macro, wording: Wording) -> Macro:
    macro.shortcut, macro.title = wording.shortcut, wording.title
    macro.text_zh, macro.text_en = wording.text_zh, wording.text_en
    macro.updated_at, macro.updated_by = clock.now(), actor.name
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="macro.saved", subject=("macro", macro.id), shortcut=macro.shortcut
    )
    return macro
