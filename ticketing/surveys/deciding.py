"""Whether somebody is asked: decided once an occasion, and written down with the reason either way."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.customers import consents
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring
from ticketing.surveys import rules
from ticketing.surveys.models import Survey, SurveyDecision
from ticketing.surveys.rules import Circumstances, Policy

PURPOSE = "survey"
"""Among the consents that customers give and withdraw."""


def decide(
    session: Session,
    *,
    clock: Clock,
    policy: Policy,
    subject: str,
    customer_id: int,
    signals: frozenset[str] = frozenset(),
    reachable: bool = True,
    served: bool = True,
    still_open: bool = False,
) -> bool:
    """Whether this occasion is asked about; False also when it was decided before.

    The draw is a keyed hash of the subject, so that nobody at the desk can tell beforehand which case is drawn.
    """
    now = clock.now()
    lately = session.scalars(
        select(Survey.sent_at).where(
            Survey.customer_id == customer_id,
            Survey.sent_at > now - timedelta(days=max(policy.cap_days, policy.gap_days, 1)),
        )
    ).all()
    known = Circumstances(
        draw=rules.draw(keyring().index(f"survey sample {subject}")),
        signals=signals,
        opted_out=opted_out(session, customer_id),
        reachable=reachable,
        served=served,
        still_open=still_open,
        lately=lately,
    )
    reason = rules.suppressed(policy, known, now)
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    fresh = session.scalar(
        insert(SurveyDecision)
        .values(
            subject=subject,
            kind=policy.kind,
            customer_id=customer_id,
            at=now,
            reason=reason,
            draw=known.draw,
            share=policy.share,
        )
        .on_conflict_do_nothing(index_elements=["subject"])
        .returning(SurveyDecision.id)
    )
    return fresh is not None and reason is None


def has_email(session: Session, customer_id: int) -> bool:
    """Whether there is an address to write to."""
    return session.scalar(select(Customer.email).where(Customer.id == customer_id)) is not None


def opt_out(session: Session, *, clock: Clock, actor: Actor, customer_id: int) -> None:
    """The customer does not want to be asked: their consent to surveys is withdrawn, also for those still on their way."""
    consents.record(
        session, clock=clock, actor=actor, customer_id=customer_id, purpose=PURPOSE, given=False, how="page"
    )


def opted_out(session: Session, customer_id: int) -> bool:
    """Whether the customer does not want to be asked."""
    return not consents.allows(session, customer_id=customer_id, purpose=PURPOSE)
