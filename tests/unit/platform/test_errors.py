"""The catalogue of refusals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ticketing.platform.errors import DomainError, catalogue

SOURCES = [path for folder in ("ticketing", "web") for path in Path(folder).rglob("*.py")]
RAISED = {
    code for path in SOURCES for code in re.findall(r'DomainError\(\s*"([a-z_0-9]+)"', path.read_text(encoding="utf-8"))
}


def test_every_refusal_in_the_code_stands_in_the_catalogue() -> None:
    assert len(RAISED) > 20
    assert catalogue().keys() >= RAISED


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_refusal_reads_in_both_languages_with_the_same_placeholders(code: str) -> None:
    entry = catalogue()[code]
    assert 400 <= entry.status < 600
    assert re.search(r"[\u4e00-\u9fff]", entry.zh)
    assert not re.search(r"[\u4e00-\u9fff]", entry.en)
    assert set(re.findall(r"{(\w+)}", entry.zh)) == set(re.findall(r"{(\w+)}", entry.en))


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_title_is_the_same_in_every_case_and_fit_to_be_read(code: str) -> None:
    for language in ("zh", "en"):
        title = DomainError(code, number="KS-1", name="KS-1").problem(language)["title"]
        assert title
        assert "{" not in title
        assert "KS-1" not in title


def test_a_problem_carries_status_code_and_the_readers_words() -> None:
    problem = DomainError("ticket_not_found", number="KS-1").problem("en")
    assert (problem["status"], problem["code"]) == (404, "ticket_not_found")
    assert "KS-1" in problem["detail"]
