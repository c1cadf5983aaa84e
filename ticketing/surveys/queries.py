"""Lists of reviews and of decisions, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.platform.paging import Page, as_id, decode_cursor, encode_cursor
from ticketing.staff.models import Staff
from ticketing.surveys.models import UNDECIDED, Survey, SurveyDecision, SurveyReview

PAGE_SIZE = 30
ASKED = "asked"


@dataclass(frozen=True)
class Reviewed:
    """A low mark with its survey, who handled the matter and who decided."""

    review: SurveyReview
    survey: Survey
    handler: str | None


def reviews(session: Session, *, decided: bool, cursor: str | None) -> Page[Reviewed]:
    """Those that wait, the oldest first, or those decided, the newest first."""
    asked = (
        select(SurveyReview, Survey, Staff.name)
        .join(Survey, Survey.id == SurveyReview.survey_id)
        .outerjoin(Staff, Staff.id == Survey.staff_id)
        .limit(PAGE_SIZE + 1)
    )
    after = as_id(decode_cursor(cursor, 1)[0]) if cursor else None
    if decided:
        asked = asked.where(SurveyReview.decided_at.is_not(None)).order_by(SurveyReview.id.desc())
        asked = asked if after is None else asked.where(SurveyReview.id < after)
    else:
        asked = asked.where(UNDECIDED).order_by(SurveyReview.id)
        asked = asked if after is None else asked.where(SurveyReview.id > after)
    rows = [Reviewed(*row) for row in session.execute(asked)]
    more = len(rows) > PAGE_SIZE
    return Page(rows[:PAGE_SIZE], encode_cursor([rows[PAGE_SIZE - 1].review.id]) if more else None)


def waiting(session: Session) -> int:
    """How many low marks wait."""
    return session.scalar(select(func.count()).select_from(SurveyReview).where(UNDECIDED)) or 0


def decisions(session: Session, *, outcome: str | None, cursor: str | None) -> Page[SurveyDecision]:
    """The newest first; ``outcome`` is ``asked`` or a reason."""
    asked = select(SurveyDecision).order_by(SurveyDecision.id.desc()).limit(PAGE_SIZE + 1)
    if outcome:
        asked = asked.where(SurveyDecision.reason == (None if outcome == ASKED else outcome))
    if cursor:
        asked = asked.where(SurveyDecision.id < as_id(decode_cursor(cursor, 1)[0]))
    rows: Sequence[SurveyDecision] = session.scalars(asked).all()
    more = len(rows) > PAGE_SIZE
    return Page(rows[:PAGE_SIZE], encode_cursor([rows[PAGE_SIZE - 1].id]) if more else None)


def counted(session: Session, *, clock: Clock, days: int = 30) -> dict[str, int]:
    """How often each outcome came up lately."""
    since = clock.now() - timedelta(days=days)
    rows = session.execute(
        select(SurveyDecision.reason, func.count()).where(SurveyDecision.at >= since).group_by(SurveyDecision.reason)
    )
    return {reason or ASKED: count for reason, count in rows}
