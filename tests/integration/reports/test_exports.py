"""Exports and kept filters: at once or by the worker, only one's own, and on record."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from tests import factories
from tests.integration.reports.random_company import RandomCompany
from tests.integration.reports.test_board_figures import ZONE
from ticketing.audit.models import AuditEntry
from ticketing.notify.models import StaffNotice
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.reports import exports, files, sheets, views
from ticketing.reports.board_models import BoardExport
from ticketing.reports.exports import File
from ticketing.reports.sheets import Asked


@pytest.fixture
def people(database: Database, clock: FixedClock) -> list[Actor]:
    """Two supervisors beside forty tickets."""
    with database.transaction() as session:
        RandomCompany(session, clock, 3).fill(tickets=40)
        return [factories.actor_of(factories.staff(session, role="supervisor")) for _ in range(2)]


def order(
    database: Database, clock: FixedClock, actor: Actor, sheet: str, query: str = "", form: str = "csv"
) -> File | BoardExport:
    with database.transaction() as session:
        asked = Asked(sheet, query, "zh", ZONE)
        return exports.order(session, clock=clock, actor=actor, asked=asked, form=form)


def rows(file: File) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("sheet", list(sheets.COLUMNS))
def test_every_table_comes_with_its_columns(
    database: Database, clock: FixedClock, people: list[Actor], sheet: str
) -> None:
    found = order(database, clock, people[0], sheet)
    assert isinstance(found, File)
    head, *body = rows(found)
    assert len(head) == len(sheets.COLUMNS[sheet])
    assert all(len(row) == len(head) for row in body)


def test_a_list_holds_what_its_page_counts_with_masked_customers(
    database: Database, clock: FixedClock, people: list[Actor]
) -> None:
    found = order(database, clock, people[0], "tickets", "show=late")
    assert isinstance(found, File)
    with database.reading() as session:
        count = sheets.size(session, clock=clock, asked=Asked("tickets", "show=late", "zh", ZONE))
    body = rows(found)[1:]
    assert len(body) == count > 0
    assert {row[8] for row in body} == {"王**"}
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "board.exported")).one()
    assert entry.detail == {"form": "csv", "query": "show=late", "rows": count}


def test_a_long_one_is_made_by_the_worker_and_only_its_owner_gets_it(
    database: Database, clock: FixedClock, people: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 5)
    monkeypatch.setattr(exports, "STEP", 10)
    mine, other = people
    put_off = order(database, clock, mine, "tickets", "", "xlsx")
    assert isinstance(put_off, BoardExport)
    assert exports.make_next(database, clock=clock, zone=ZONE)
    assert not exports.make_next(database, clock=clock, zone=ZONE)
    with database.transaction() as session:
        row = session.get_one(BoardExport, put_off.id)
        assert (row.state, row.rows_done) == ("ready", row.rows_total)
        assert exports.fetch(session, clock=clock, actor=mine, export_id=row.id).content.startswith(b"PK")
        with pytest.raises(DomainError, match="export_not_found"):
            exports.fetch(session, clock=clock, actor=other, export_id=row.id)
        notice = session.scalars(select(StaffNotice).where(StaffNotice.code == "export_ready")).one()
        assert notice.staff_id == mine.staff_id
    clock.advance(days=8)
    with database.transaction() as session:
        assert exports.forget_expired(session, clock=clock) == 1
        with pytest.raises(DomainError, match="export_not_found"):
            exports.fetch(session, clock=clock, actor=mine, export_id=put_off.id)


def test_one_that_fails_three_times_is_given_up_and_its_owner_told(
    database: Database, clock: FixedClock, people: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 5)
    order(database, clock, people[0], "tickets")

    def broken(*_given: object, **_named: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(files, "write", broken)
    for _ in range(3):
        assert exports.make_next(database, clock=clock, zone=ZONE)
        assert not exports.make_next(database, clock=clock, zone=ZONE)
        clock.advance(minutes=3)
    with database.reading() as session:
        assert session.scalars(select(BoardExport.state)).one() == "failed"
        assert session.scalars(select(StaffNotice.code)).all() == ["export_failed"]


def test_what_is_too_long_for_a_pdf_or_unknown_is_refused(
    database: Database, clock: FixedClock, people: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PDF_ROWS", 3)
    with pytest.raises(DomainError, match="export_pdf_long"):
        order(database, clock, people[0], "tickets", form="pdf")
    with pytest.raises(DomainError, match="export_unknown"):
        order(database, clock, people[0], "salaries")
    with pytest.raises(DomainError, match="board_filter_unknown"):
        order(database, clock, people[0], "tickets", "show=everything")


def test_kept_filters_are_ones_own_and_replace_by_name(
    database: Database, clock: FixedClock, people: list[Actor]
) -> None:
    mine, other = people
    with database.transaction() as session:
        views.keep(session, clock=clock, actor=mine, name="电话 超时", query="channel=phone&show=late")
        kept = views.keep(session, clock=clock, actor=mine, name=" 电话  超时 ", query="show=late")
        views.drop(session, actor=other, view_id=kept.id)
        assert [(row.name, row.query) for row in views.mine(session, staff_id=mine.id)] == [("电话 超时", "show=late")]
        assert views.mine(session, staff_id=other.id) == []
        with pytest.raises(DomainError, match="board_view_name"):
            views.keep(session, clock=clock, actor=mine, name=" ", query="")
        with pytest.raises(DomainError, match="board_filter_unknown"):
            views.keep(session, clock=clock, actor=mine, name="x", query="show=due")
        views.drop(session, actor=mine, view_id=kept.id)
        assert views.mine(session, staff_id=mine.id) == []
