"""Telling supervisors that a promise is not written down as it should be; the same thing once a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.integrity import rules
from ticketing.integrity.models import AuditFinding, AuditRun
from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Place
from ticketing.notify.service import News
from ticketing.platform.clock import Clock
from ticketing.staff.rules import Role
from ticketing.tickets import wording

PAGE = "/promises/integrity"


def about_findings(session: Session, *, clock: Clock, run: AuditRun) -> None:
    """What a run found. The same findings are told once a day, others as soon as they are there."""
    session.flush()
    row = AuditFinding
    asked = (
        select(row.holder_kind, row.holder_id, row.clock, row.round, row.level, row.problem)
        .where(row.run_id == run.id)
        .order_by(row.holder_kind, row.holder_id, row.clock, row.round, row.level, row.problem)
    )
    same = rules.chain(tuple(found) for found in session.execute(asked))[:32]
    words = {language: _words(run, language) for language in ("zh", "en")}
    _tell(session, clock=clock, code="audit_findings", words=words, dedupe=f"audit:{same}", subject=run.id)


def about_statement(session: Session, *, clock: Clock, day: date, problem: str) -> None:
    """A daily statement that does not add up (``unaccounted``) or is not what it was (``differs``)."""
    words = {language: {"day": day.isoformat()} for language in ("zh", "en")}
    dedupe = f"statement:{day}:{problem}"
    _tell(session, clock=clock, code=f"statement_{problem}", words=words, dedupe=dedupe, subject=day.toordinal())


def _words(run: AuditRun, language: str) -> dict[str, Any]:
    joiner = ", " if language == "en" else "、"
    kinds = (f"{wording.name('finding', kind, language)} {count}" for kind, count in sorted(run.findings.items()))
    return {"count": sum(run.findings.values()), "kinds": joiner.join(kinds)}


def _tell(
    session: Session, *, clock: Clock, code: str, words: dict[str, dict[str, Any]], dedupe: str, subject: int
) -> None:
    nobodys = Place(owner_id=None, team_id=None)
    told = people.recipients(session, clock=clock, place=nobodys, asked=Role.SUPERVISOR, urgent=True)
    news = News(
        code=code,
        words=words,
        path=PAGE,
        dedupe=f"{dedupe}:{rules.day_of(clock.now())}",
        subject=("integrity", subject),
        urgent=True,
    )
    notify.to_staff(session, clock=clock, news=news, to=told)
