"""A supervisor follows a figure to its tickets and takes them along as a file; an alert appears and is looked after."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.room import Room
from tests.e2e.people import People
from tests.stack import Stack
from ticketing.platform.db import Database
from ticketing.reports.board_models import VolumeAlert

SAID = {
    "zh": ("14 件转账投诉", "已有人处理"),
    "en": ("14 complaints about “transfer”", "being looked after"),
}


def raise_alert(stack: Stack, measure: str) -> None:
    """As the worker would, in a window long ago enough that it leaves the alert alone for a while."""
    database, now = Database(stack.environ["KESU_DATABASE_URL"]), datetime.now(UTC).replace(microsecond=0)
    with database.transaction() as session:
        session.add(
            VolumeAlert(
                measure=measure, dimension="product", code="transfer", direction="high", began_at=now,
                window_from=now - timedelta(hours=1), window_to=now, observed=14, peak=14, whole=20, usual_low=2, usual_high=5,
                samples=8,
            )
        )  # fmt: skip
    database.dispose()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_figure_leads_to_a_list_and_the_list_to_a_file(people: People, tmp_path: Path, language: str) -> None:
    room = Room(people.staff("zhou.kai", language).page, people.base, language).visit("?by=channel")
    row = {"zh": "在线会话", "en": "Chat"}[language]
    number = room.open_figure(row, column=5)
    expect(room.count).to_contain_text(str(number))
    with room.export("CSV", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == number + 1
    assert room.export("XLSX", tmp_path).read_bytes().startswith(b"PK")
    room.keep_filter(f"chat {language}")
    expect(room.page.locator(".board-view", has_text=f"chat {language}")).to_be_attached()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_alert_appears_without_reload_and_is_acknowledged(people: People, stack: Stack, language: str) -> None:
    said, seen_to = SAID[language]
    room = Room(people.staff("zhou.kai", language).page, people.base, language).visit("")
    room.page.evaluate("window.notReloaded = true")
    raise_alert(stack, f"{language}-test")
    strip = room.page.locator(".alert-strip li", has_text=said).first
    expect(strip).to_be_visible(timeout=20_000)
    assert room.page.evaluate("window.notReloaded") is True
    strip.get_by_role("link").click()
    alert = room.page.locator(".alert-card:has(form)", has_text=said).first
    room.acknowledge(alert, "技术部在查 / engineers are on it")
    expect(room.page.locator(".alert-note").first).to_contain_text("engineers are on it")
    room.visit("")
    expect(room.page.locator(".alert-strip li", has_text=seen_to).first).to_be_visible()
