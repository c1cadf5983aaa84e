"""Reports, satisfaction, performance and survey rules as people of each role see them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests import factories
from tests.desk import Browser
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.reports.periodic import performance, rendering
from ticketing.reports.periodic.models import PeriodicReport, ReportPlan
from ticketing.reports.periodic.performance_rules import ROLE_SCOPE, Measure
from ticketing.staff.models import Team
from ticketing.surveys import policies
from ticketing.surveys.rules import Kind
from ticketing.tasks import Worker
from ticketing.tickets.letter_pdf import PdfUnavailable


@pytest.fixture
def report(
    company: Database, clock: FixedClock, settings: Settings, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A weekly report that a supervisor had made; its PDF is tested elsewhere."""

    def refuse(*_given: object, **_more: object) -> bytes:
        raise PdfUnavailable("no Pango")

    monkeypatch.setattr(rendering, "press", refuse)
    browser = signed_in("zhao")
    browser.get("/reports")
    answer = browser.submit("/reports", rhythm="weekly", day="2026-11-20", language="zh")
    assert answer.status_code == 303
    browser.get("/reports")
    assert "报告正在生成" in browser.words
    Worker(settings, company, clock).deliver()
    with company.reading() as session:
        return f"/reports/{session.scalars(select(PeriodicReport.id)).one()}"


def test_an_ordered_report_appears_and_is_read_in_both_languages(signed_in: Any, report: str) -> None:
    browser = signed_in("sun")
    browser.get("/reports")
    assert "投诉与风险周报 · 2026年11月16日 至 11月22日" in browser.words
    assert "报告正在生成" not in browser.words
    browser.get(f"{report}?lang=en")
    assert "unchanged since it was archived" in browser.words
    assert "本期没有受理新的投诉" in browser.words
    assert browser.get(f"{report}/report.pdf").status_code == 409


def test_a_report_goes_to_its_recipients_when_somebody_sends_it(signed_in: Any, report: str) -> None:
    browser = signed_in("zhao")
    browser.get(report)
    assert browser.submit(f"{report}/send").location.endswith("sent=2")
    browser.get(report)
    assert "已发送 Li、Zhao" in browser.words


def test_compliance_reads_reports_and_changes_nothing(signed_in: Any, report: str) -> None:
    browser = signed_in("sun")
    browser.get("/reports")
    assert "现在生成一份" not in browser.words
    for path in ("/reports/reviews", "/reports/surveys", "/reports/subscriptions", "/reports/performance"):
        assert browser.get(path).status_code == 403


@pytest.mark.parametrize("day", ["", "2026-11-24", "yesterday"])
def test_a_day_to_come_or_none_is_refused_on_the_list_itself(signed_in: Any, day: str) -> None:
    browser = signed_in("zhao")
    browser.get("/reports")
    assert browser.submit("/reports", rhythm="daily", day=day, language="zh").status_code == 422
    assert "请选择报告类型和一个今天或更早的日期" in browser.words


def test_subscriptions_are_changed_and_two_at_once_are_told(signed_in: Any, company: Database) -> None:
    first, second = signed_in("zhao"), signed_in("zhao")
    for browser in (first, second):
        browser.get("/reports/subscriptions")
    fields = {"at": "07:45", "owner": "role:compliance", "owner_language": "en"}
    assert first.submit("/reports/subscriptions/daily", **fields).status_code == 303
    assert second.submit("/reports/subscriptions/daily", **fields).status_code == 412
    with company.reading() as session:
        row = session.get_one(ReportPlan, "daily")
    assert (row.at_minute, row.owners) == (465, [{"language": "en", "role": "compliance", "staff_id": None}])


def test_survey_rules_are_changed_and_nonsense_keeps_what_was_typed(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    browser.get("/reports/surveys")
    fields = {
        "share": "40", "delay_minutes": "30", "remind_days": "5", "expiry_days": "10", "cap_count": "2", "cap_days": "30",
        "gap_days": "3", "quiet_from": "22:00", "quiet_until": "08:30", "spared": "distress",
    }  # fmt: skip
    assert browser.submit("/reports/surveys/ticket", **fields | {"share": "140"}).status_code == 422
    assert 'value="140"' in browser.page
    assert browser.submit("/reports/surveys/ticket", **fields).status_code == 303
    with company.reading() as session:
        policy = policies.policy(session, Kind.TICKET)
    assert (policy.share, policy.quiet_until, policy.spared) == (40, 510, {"distress"})
    browser.get("/reports/surveys/decisions?outcome=asked")
    assert "还没有记录" in browser.words


def test_an_agent_sees_their_own_figures_and_a_lead_their_teams(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    with company.transaction() as session:
        stranger = factories.staff(session, team=factories.team(session))
        stranger.name = "Stranger"
    agent: Browser = signed_in("chen")
    agent.get("/reports/performance/mine")
    assert "Chen" in agent.words
    assert "Wang" not in agent.words
    assert agent.get("/reports/performance").status_code == 403
    lead: Browser = signed_in("li")
    lead.get("/reports/performance?by=monthly&from=2026-11-05")
    assert "Wang" in lead.words
    assert "Stranger" not in lead.words
    boss: Browser = signed_in("zhao")
    boss.get("/reports/performance?from=2031-01-01")
    assert "Stranger" in boss.words
    assert "2026年11月23日" in boss.words  # never a period to come


def test_targets_are_set_by_role_and_team_and_taken_away_again(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    with company.reading() as session:
        team = f"team:{session.scalars(select(Team.id)).first()}"
    browser.get("/reports/performance/targets")
    for scope, value in ((ROLE_SCOPE, "90"), (team, "92.5"), (ROLE_SCOPE, "")):
        assert browser.post("/reports/performance/targets", scope=scope, kept=value).status_code == 303
    assert browser.post("/reports/performance/targets", scope=team, kept="101").status_code == 422
    with company.reading() as session:
        assert performance.all_targets(session) == {(team, Measure.KEPT): 92.5}


def test_satisfaction_without_answers_says_so_and_an_odd_address_is_harmless(signed_in: Any) -> None:
    browser = signed_in("sun")
    for query in ("", "?by=daily&team=x&category=y&kind=z", "?by=monthly&kind=ticket"):
        assert browser.get(f"/reports/satisfaction{query}").status_code == 200
        assert "这段时间没有评价" in browser.words
    assert browser.get("/reports/satisfaction/answers?from=never").status_code == 200
    assert browser.get("/reports/satisfaction/answers?cursor=WyJ4IiwgMV0").status_code == 400
    assert len(browser.get("/reports/satisfaction/data").get_json()["labels"]) == 13


def test_a_low_rating_is_decided_by_a_supervisor_on_its_page(signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get("/reports/reviews")
    assert "没有待处理的低分" in browser.words
    assert browser.get("/reports/reviews/1").status_code == 404
