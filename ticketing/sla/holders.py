"""Who holds a promise: a ticket, or a root-cause record with its corrective actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import Session

from ticketing.sla.models import ArmedLevel, ClockVerdict

HolderKind = Literal["ticket", "root_cause"]


@dataclass(frozen=True, slots=True)
class Holder:
    """The row that a promise belongs to."""

    kind: HolderKind
    id: int

    @classmethod
    def of(cls, row: ArmedLevel | ClockVerdict) -> Holder:
        """Who holds this level or verdict."""
        return cls.named(row.ticket_id, row.root_cause_id)

    @classmethod
    def named(cls, ticket_id: int | None, root_cause_id: int | None) -> Holder:
        """From a row's two columns, of which exactly one is filled."""
        if ticket_id is not None:
            return cls("ticket", ticket_id)
        assert root_cause_id is not None
        return cls("root_cause", root_cause_id)

    @property
    def columns(self) -> dict[str, int]:
        """The column that names the holder, for a new row."""
        return {f"{self.kind}_id": self.id}

    def holds(self, model: type[ArmedLevel] | type[ClockVerdict]) -> ColumnElement[bool]:
        """The condition for this holder's rows."""
        column = model.ticket_id if self.kind == "ticket" else model.root_cause_id
        return column == self.id

    def lock(self, session: Session) -> None:
        """Hold its row to the end of the transaction. SQLite has one writer and needs no lock."""
        if session.get_bind().dialect.name == "sqlite":
            return
        table = _table(self.kind)
        # Rows that refer to it may still be added meanwhile: its key does not change.
        session.execute(select(table.c.id).where(table.c.id == self.id).with_for_update(key_share=True))


def lock_free(session: Session, holders: Sequence[Holder]) -> list[Holder]:
    """Hold the rows of those that nobody else holds, to the end of the transaction; gives which."""
    if session.get_bind().dialect.name == "sqlite":
        return list(holders)
    free: list[Holder] = []
    for kind, ids in _by_kind(holders):
        table = _table(kind)
        # In order of their ids, so that two who lock several never wait for each other.
        asked = select(table.c.id).where(table.c.id.in_(ids)).order_by(table.c.id)
        found = session.scalars(asked.with_for_update(key_share=True, skip_locked=True))
        free += [Holder(kind, number) for number in found]
    return free


def held_by(model: type[ArmedLevel] | type[ClockVerdict], holders: Sequence[Holder]) -> ColumnElement[bool]:
    """The condition for the rows of all these."""
    columns = {"ticket": model.ticket_id, "root_cause": model.root_cause_id}
    return or_(*(columns[kind].in_(ids) for kind, ids in _by_kind(holders)))


def _by_kind(holders: Sequence[Holder]) -> list[tuple[HolderKind, list[int]]]:
    kinds: tuple[HolderKind, ...] = ("ticket", "root_cause")
    sorted_out = [(kind, sorted(holder.id for holder in holders if holder.kind == kind)) for kind in kinds]
    return [(kind, ids) for kind, ids in sorted_out if ids]


def _table(kind: HolderKind) -> Table:
    """Another domain's table, found through the foreign key, because this domain must not import that one."""
    (key,) = ArmedLevel.__table__.c[f"{kind}_id"].foreign_keys
    table = key.column.table
    assert isinstance(table, Table)
    return table
