"""Exported tables: what a spreadsheet would run is harmless, what is a number or a time stays one."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ticketing.reports import files, quality_rules
from ticketing.reports.files import Table
from ticketing.reports.quality_rules import Asked, Marks
from ticketing.surveys.rules import Index

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RISKY = ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", " =1", "＝1+1"]


def written(form: str, rows: list[list[files.Cell]]) -> bytes:
    out = io.BytesIO()
    table = Table("kesu-tickets", "工单", ["截至今天"], ["编号", "值"], rows)
    files.write(table, form, out, zone=ZONE, language="zh")
    return out.getvalue()


@pytest.mark.parametrize("text", RISKY)
def test_no_cell_of_a_csv_begins_a_formula(text: str) -> None:
    content = written("csv", [["KS-1", text]]).decode("utf-8-sig")
    (_head, row) = list(csv.reader(io.StringIO(content, newline="")))
    assert row == ["KS-1", "'" + text]


def test_a_csv_begins_with_the_mark_that_spreadsheets_need_and_keeps_numbers() -> None:
    content = written("csv", [["张**", -3], ["x", AT], ["y", date(2026, 1, 2)], ["z", None]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[1:] == ["张**,-3", "x,2026-11-23 10:00", "y,2026-01-02", "z,"]


def test_an_xlsx_holds_texts_as_texts_and_no_formula() -> None:
    book = zipfile.ZipFile(io.BytesIO(written("xlsx", [["=1+1", 7], ["http://x", AT]])))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert "<v>7</v>" in sheet
    assert "hyperlink" not in sheet


def test_a_pdf_is_one() -> None:
    assert written("pdf", [["张**", "<b>不是标记</b>"]]).startswith(b"%PDF")


def test_the_interval_narrows_with_answers_and_the_bounds_with_the_share() -> None:
    few, many = Marks(4, 16, 16, 16, 4 * 150), Marks(400, 1600, 1600, 1600, 400 * 150)
    narrow, wide = many.interval(), few.interval()
    assert narrow is not None
    assert wide is not None
    assert narrow[1] - narrow[0] < (wide[1] - wide[0]) / 5
    assert quality_rules.bounds(Asked("", 800, 0, many)) == (50.0, 90.0)
    assert quality_rules.bounds(Asked("", 400, 0, many)) == (80.0, 80.0)


def test_the_board_and_the_report_give_the_same_ratings_the_same_interval() -> None:
    answers = [(5, 5, 4), (2, 3, 1), (4, 4, 5)]
    speed, completeness, solution = (sum(part) for part in zip(*answers, strict=True))
    squares = sum(sum(answer) ** 2 for answer in answers)
    board = Marks(len(answers), speed, completeness, solution, squares).interval()
    report = Index.of(len(answers), (speed, completeness, solution), squares * (20 / 3) ** 2)
    assert board == pytest.approx((report.low, report.high))


def test_weighting_gives_the_silent_group_its_part() -> None:
    happy, unhappy = Marks(90, 450, 450, 450, 90 * 225), Marks(10, 20, 20, 20, 10 * 36)
    assert quality_rules.weighted([Asked("chat", 100, 0, happy), Asked("phone", 100, 0, unhappy)]) == pytest.approx(70)


def test_wilsons_interval_stays_within_nought_and_a_hundred() -> None:
    low, high = quality_rules.wilson(0, 5) or (1.0, 1.0)
    assert low == 0
    assert 40 < high < 50
    assert quality_rules.wilson(0, 0) is None
