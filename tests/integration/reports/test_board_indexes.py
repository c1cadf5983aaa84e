"""The board reads through indexes: what it costs grows with what is open, not with what was ever closed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event

from tests.integration.reports.random_company import RandomCompany
from ticketing import tables
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.reports import charts, forecast, heat, people, quality, queries, usual
from ticketing.reports.conditions import Span

ZONE = ZoneInfo("Asia/Shanghai")
GROWING = r"SCAN (ticket|clock_verdict|deadline|conversation|survey)\b(?! USING INDEX ix_conversation_queue)"
"""A scan is fine only over a partial index, which holds nothing but what waits."""


def test_no_growing_table_is_read_from_end_to_end(tmp_path: Path, clock: FixedClock) -> None:
    database = Database(f"sqlite:///{tmp_path}/board.sqlite3")
    tables.metadata.create_all(database.engine)
    with database.transaction() as session:
        RandomCompany(session, clock, 1).fill(tickets=40)
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    with database.reading() as session:
        queries.board(session, clock=clock, zone=ZONE)
        charts.by_hour(session, clock=clock)
        people.everyone(session, Span.at(clock.now(), ZONE))
        forecast.ahead(session, clock=clock, zone=ZONE)
        heat.heat(session, clock=clock, zone=ZONE)
        quality.quality(session, clock=clock, zone=ZONE, days=30)
        list(usual.look(session, now=clock.now(), zone=ZONE))
    statements = [(text, values) for text, values in asked if text.startswith("SELECT")]
    with database.engine.connect() as connection:
        plans = [
            (row[3], text)
            for text, values in statements
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        ]
    database.dispose()
    assert [plan for plan in plans if re.match(GROWING, plan[0])] == []
    for text in (text for _, text in plans if "closed_at >=" in text):
        assert any("ix_ticket_closed_at" in plan for plan, asked_by in plans if asked_by == text)
