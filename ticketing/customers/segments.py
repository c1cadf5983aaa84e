"""The declared segments: read, changed, counted. A change makes the nightly walk begin again at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers import rounds
from ticketing.customers.models import Segment
from ticketing.customers.segmentation import DEFAULTS, DIMENSIONS, EVERYONE, SegmentRule
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError

LONGEST_NAME_ZH, LONGEST_NAME_EN = 40, 60


def declared(session: Session) -> Sequence[Segment]:
    """All segments in the order in which they are tried; the defaults where a company has declared none."""
    found = session.scalars(select(Segment).order_by(Segment.position, Segment.id)).all()
    return found or [
        Segment(id=0, code=code, position=10 * at, name_zh=zh, name_en=en, match=dict(match), active=True, version=0)
        for at, (code, zh, en, match) in enumerate(DEFAULTS, 1)
    ]


def rules_of(segments: Sequence[Segment]) -> list[SegmentRule]:
    """The rules of those that are switched on."""
    return [SegmentRule(each.code, each.match) for each in segments if each.active]


def seed(session: Session) -> None:
    """Write the defaults where a company has none."""
    if session.scalar(select(Segment.id).limit(1)) is None:
        session.add_all(
            Segment(code=code, position=10 * at, name_zh=zh, name_en=en, match=dict(match))
            for at, (code, zh, en, match) in enumerate(DEFAULTS, 1)
        )
        session.flush()


def edit(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    code: str,
    seen: int,
    names: tuple[str, str],
    position: int,
    match: Mapping[str, Sequence[str]],
    active: bool,
) -> None:
    """Change a segment. Raises ``segment_not_found``, ``segment_invalid`` and, when someone was quicker, ``version_conflict``."""
    seed(session)
    row = session.scalar(select(Segment).where(Segment.code == code).with_for_update())
    if row is None:
        raise DomainError("segment_not_found")
    # Version 0 is what the page shows of defaults that were not written yet.
    if row.version != max(seen, 1):
        raise DomainError("version_conflict")
    known = all(name in DIMENSIONS and set(values) <= set(DIMENSIONS[name]) for name, values in match.items())
    given = (
        {name: sorted(values, key=DIMENSIONS[name].index) for name, values in match.items() if values} if known else {}
    )
    catch_all = code == EVERYONE
    lengths = (len(names[0]) in range(1, LONGEST_NAME_ZH + 1), len(names[1]) in range(1, LONGEST_NAME_EN + 1))
    if not known or not all(lengths) or position not in range(1, 1000) or (not catch_all and not given):
        raise DomainError("segment_invalid")
    before = {"match": row.match, "active": row.active, "position": row.position}
    row.name_zh, row.name_en = names
    if not catch_all:
        row.match, row.active, row.position = given, active, position
    session.flush()
    rounds.begin_again(session, clock=clock, name=rounds.JUDGING)
    audit.record(
        session, clock=clock, actor=actor, action="segment.changed", subject=("segment", code), before=before,
        after={"match": row.match, "active": row.active, "position": row.position},
    )  # fmt: skip
