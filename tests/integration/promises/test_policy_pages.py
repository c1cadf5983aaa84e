"""The policy pages as supervisors use them: list, form, preview, publishing, history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.integration.promises.forms import filled, send
from ticketing import tables
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.sla import service as sla
from ticketing.sla.models import Rollout, SlaPolicy

EDIT = "/promises/policies/complaint_default/edit"
NEW = "/promises/policies/new"


def newest(database: Database, code: str = "complaint_default") -> SlaPolicy:
    with database.reading() as session:
        asked = select(SlaPolicy).where(SlaPolicy.code == code).order_by(SlaPolicy.version.desc()).limit(1)
        return session.scalars(asked).one()


def clock_of(row: SlaPolicy, name: str) -> dict[str, Any]:
    return next(each for each in row.clocks if each["name"] == name)


def test_the_list_says_what_is_promised_to_whom(signed_in: Any) -> None:
    browser = signed_in("li")
    browser.get("/promises/policies")
    assert "投诉 · 全部" in browser.words
    assert "处理结果 48 小时 全天候" in browser.words
    assert "新建规则" not in browser.words  # a team lead reads


def test_the_form_sent_as_it_came_changes_nothing(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)
    assert send(browser, EDIT, do="publish").status_code == 303
    assert newest(company).version == 2
    browser.get("/promises/policies/complaint_default")
    assert "内容与上一版相同" in browser.words


def test_a_published_change_reads_in_the_history(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)
    sent = send(browser, EDIT, do="publish", c1__amount="1.5", c1__unit="days", note="监管要求")
    assert sent.headers["Location"] == "/promises/policies/complaint_default"
    browser.get("/promises/policies/complaint_default")
    assert "处理结果 · 时限 原 48 小时 → 现 36 小时" in browser.words
    assert "Zhao 于 2026-11-23 10:00:00 北京时间 保存" in browser.words
    assert "监管要求" in browser.words
    browser.get("/promises/policies/complaint_default?lang=en")
    assert "Result · Target was 48 h → now 36 h" in browser.words


def test_adding_and_removing_keeps_everything_typed(signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)
    send(browser, EDIT, do="add_level.1", c1__amount="3x", note="草稿", c3__calendar="always")
    assert browser.page.count('name="c1.levels"') == 8
    send(browser, EDIT, do="remove_level.1.0")
    send(browser, EDIT, do="add_clock")
    answer = send(browser, EDIT, do="remove_clock.0")
    fields = filled(answer.text)
    assert fields.getlist("clocks") == ["1", "2", "3", "4"]
    assert fields.getlist("c1.levels") == ["1", "2", "3", "4", "5", "6", "7"]
    assert (fields["c1.amount"], fields["note"], fields["c3.calendar"]) == ("3x", "草稿", "always")


@pytest.mark.parametrize(
    ("changes", "field", "zh", "en"),
    [
        ({"c1__amount": "abc"}, "c1.amount", "请填大于 0 的数字", "Give a number above 0"),
        ({"c1__amount": "0"}, "c1.amount", "请填大于 0 的数字", "Give a number above 0"),
        ({"c1__name": "investigation"}, "c1.name", "名称不能重复", "a name of its own"),
        ({"c1__calendar": "nowhere"}, "c1.calendar", "请选择日历", "Choose a calendar"),
        ({"c1__stops_on": ["complained"]}, "c1.stops_on", "请至少选择一个停止时点", "Choose at least one event"),
        ({"c1__l0__value": "100"}, "c1.l0.value", "1 到 99", "1 to 99"),
        ({"c1__l0__value": "75"}, "c1.l1.value", "同一时点已有一步", "the same moment"),
        ({"c2__l0__value": "20"}, "c2.l0.value", "短于时限", "shorter than the target"),
        ({"c1__l4__every": "2"}, "c1.l4.every", "重复提醒要填间隔", "Repeating needs a pause"),
        ({"effective": "2026-11-01T09:00"}, "effective", "生效时间已经过去", "This time has passed"),
        ({"effective": "soon"}, "effective", "正确的日期", "Give a date"),
        ({"note": "长" * 301}, "note", "最多 300 字", "At most 300"),
    ],
)
def test_bad_input_is_told_at_its_field_in_both_languages_and_kept(
    signed_in: Any, company: Database, changes: dict[str, Any], field: str, zh: str, en: str
) -> None:
    for language, words in (("zh", zh), ("en", en)):
        browser = signed_in("zhao")
        browser.get(f"{EDIT}?lang={language}")
        answer = send(browser, EDIT, do="publish", **changes)
        assert answer.status_code == 422
        at = answer.text.split(f'id="p-{field}">')[1].split("</div>")[0]
        assert words in at
        kept = filled(answer.text)
        for name, value in changes.items():
            if name == "c1__calendar":
                continue  # a list offers only what there is
            assert kept.getlist(name.replace("__", ".")) == (value if isinstance(value, list) else [value])
    assert newest(company).version == 1


def test_a_promise_its_calendar_never_reaches_is_told_at_the_target(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    with company.transaction() as session:
        one_hour = [[(540, 600)], *[[]] * 6]
        sla.save_calendar(session, clock=clock, actor=SYSTEM, code="mondays", tz="Asia/Shanghai", weekly=one_hour)
    browser = signed_in("zhao")
    browser.get(EDIT)
    answer = send(browser, EDIT, do="publish", c1__amount="3000", c1__unit="days", c1__calendar="mondays")
    assert answer.status_code == 422
    assert "60 年内" in answer.text.split('id="p-c1.amount">')[1].split("</div>")[0]
    send(browser, EDIT, do="preview", c1__amount="3000", c1__unit="days", c1__calendar="mondays")
    assert "60 年内也凑不满" in browser.words


def test_whoever_publishes_second_sees_what_the_first_changed_and_loses_nothing(
    signed_in: Any, company: Database
) -> None:
    mine, theirs = signed_in("zhao"), signed_in("zhao")
    mine.get(EDIT)
    theirs.get(EDIT)
    send(theirs, EDIT, do="publish", c0__amount="20")
    answer = send(mine, EDIT, do="publish", c1__amount="36")
    assert answer.status_code == 409
    assert "同事已发布第 2 版" in mine.words
    assert "初步调查 · 时限 原 24 小时 → 现 20 小时" in mine.words
    assert filled(mine.page)["c1.amount"] == "36"
    assert newest(company).version == 2
    assert send(mine, EDIT, do="publish").status_code == 303
    assert clock_of(newest(company), "resolution")["target_seconds"] == 36 * 3600


def test_pressing_publish_twice_publishes_once(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)
    for _ in range(2):
        assert send(browser, EDIT, do="publish", c1__amount="36").status_code == 303
    assert newest(company).version == 2


def test_a_level_may_come_back_until_it_is_acknowledged(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)
    send(browser, EDIT, do="publish", c1__l4__every="30", c1__l4__every_unit="minutes", c1__l4__times="5")
    level = clock_of(newest(company), "resolution")["levels"][4]
    assert (level["name"], level["repeat_seconds"], level["times"]) == ("breach_plus_4h", 1800, 5)
    browser.get("/promises/policies/complaint_default")
    assert "超时后 4 小时，之后每 30 分钟 一次，共 5 次，有人确认即止" in browser.words


def test_a_level_that_moved_gets_a_name_of_its_own(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)
    send(browser, EDIT, do="publish", c1__l0__value="60", c1__l5__value="90", c1__l5__unit="minutes")
    names = [level["name"] for level in clock_of(newest(company), "resolution")["levels"]]
    assert names == ["warn_60", "warn_75", "warn_90", "breach", "breach_plus_90m", "breach_plus_4h", "remind"]


def test_the_preview_tells_draft_and_present_for_the_ticket_asked_for_and_writes_nothing(
    signed_in: Any, company: Database
) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)

    def rows() -> list[int | None]:
        with company.reading() as session:
            return [session.scalar(select(func.count()).select_from(each)) for each in tables.metadata.sorted_tables]

    before = rows()
    send(browser, "/promises/policies/preview", c1__amount="36", sample__opened="2026-09-30T17:45")
    assert rows() == before
    draft, today = browser.words.split("按现行规则")
    assert "处理结果 10月2日 周五 05:45" in draft
    assert "处理结果 10月2日 周五 17:45" in today
    assert "首次回复 10月8日 周四 09:15" in draft  # over the National Day holidays
    assert "10月1日 周四 00:00 – 24:00 — 节假日 · 国庆节" in draft
    assert "10月1日 周四 11:45 用时 50% 通知负责人" in draft


def test_the_preview_says_when_another_policy_decides(signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get(NEW)
    send(browser, "/promises/policies/preview", severity="critical", sample__severity="normal")
    assert "而由“投诉 · 全部”决定" in browser.words


def test_without_scripts_the_preview_comes_with_the_page(signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)
    send(browser, EDIT, do="preview", c1__amount="36")
    assert "处理结果 11月24日 周二 22:00" in browser.words


def test_a_new_policy_for_critical_cases_wins_over_the_general_one(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    browser.get(f"{NEW}?like=complaint_default")
    assert send(browser, NEW, do="publish", severity="critical", c1__amount="12").status_code == 303
    assert newest(company, "complaint_critical").severity == "critical"
    browser.get("/promises/policies")
    assert "投诉 · 重大" in browser.words
    browser.get(NEW)
    assert send(browser, NEW, do="publish", severity="critical").status_code == 422
    assert "已有另一条规则适用于完全相同的工单" in browser.words


def test_a_policy_may_promise_nothing_and_may_end(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    browser.get(NEW)
    send(browser, NEW, do="publish", priority="low", outcome="none")
    browser.get("/promises/policies/complaint_low")
    assert "这类工单没有承诺时限" in browser.words
    browser.get("/promises/policies/complaint_low/edit")
    send(browser, "/promises/policies/complaint_low/edit", do="publish", outcome="retired")
    browser.get("/promises/policies/complaint_low")
    assert "这类工单改按更通用的规则办理" in browser.words


def test_a_planned_version_is_shown_and_can_be_withdrawn(signed_in: Any, company: Database, clock: FixedClock) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)
    send(browser, EDIT, do="publish", c1__amount="36", effective="2026-12-01T09:00", reach="running")
    browser.get("/promises/policies")
    assert "第 2 版将于 12月1日 09:00 生效" in browser.words
    browser.get("/promises/policies/complaint_default")
    assert "等待 12月1日 09:00 开始" in browser.words
    withdrawal = "/promises/policies/complaint_default/versions/2/withdraw"
    assert browser.submit(withdrawal).status_code == 303
    browser.get("/promises/policies/complaint_default")
    assert "Zhao 于 2026-11-23 10:00:00 北京时间 撤回" in browser.words
    with company.reading() as session:
        assert session.scalars(select(Rollout)).one().state == "cancelled"
    clock.advance(days=30)
    assert signed_in("zhao").post(withdrawal).status_code == 403  # no form, no token


def test_progress_of_running_tickets_shows_on_the_page(
    signed_in: Any, company: Database, clock: FixedClock, complain: Callable[..., int], worker: Any
) -> None:
    complain()
    clock.advance(hours=1)
    browser = signed_in("zhao")
    browser.get(EDIT)
    send(browser, EDIT, do="publish", c1__amount="36", reach="running")
    live = browser.get("/promises/policies/complaint_default/rollouts").text
    assert 'hx-trigger="every 2s"' in live
    worker.roll_out()
    browser.get("/promises/policies/complaint_default/rollouts")
    assert "已完成：检查 1 件，更换时限 1 件" in browser.words
    assert "hx-trigger" not in browser.page


@pytest.mark.parametrize("path", ["/promises/policies/nowhere", "/promises/policies/nowhere/edit", f"{NEW}?like=no"])
def test_what_is_not_there_is_said(signed_in: Any, path: str) -> None:
    browser = signed_in("zhao")
    assert browser.get(path).status_code == 404
    assert "没有这条时效规则" in browser.words


def test_junk_in_the_form_is_refused_and_never_breaks(signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get(EDIT)
    junk = {
        "clocks": ["1", "x", "99999", "７"],
        "seen": "²",
        "kind": "praise",
        "c1__l0__kind": "never",
        "do": "publish",
    }
    assert send(browser, EDIT, **junk).status_code in {409, 422}
    assert send(browser, EDIT, do="add_level.zzz").status_code == 200
    clocks = [str(number) for number in range(40)]
    assert send(browser, EDIT, do="publish", clocks=clocks).status_code == 422


def test_a_promise_for_a_later_date_shows_its_year(signed_in: Any, clock: FixedClock) -> None:
    clock.advance(**{"hours": timedelta(days=36).days * 24})
    browser = signed_in("zhao")
    browser.get(EDIT)
    assert "2027年1月13日 周三" in browser.words
