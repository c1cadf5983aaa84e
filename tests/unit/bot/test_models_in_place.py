"""Promoting and going back move files; what was not wanted is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import gate, model, promote
from bot.model import ModelCard, Place

PLACES = ("CURRENT", "CANDIDATE", "PREVIOUS")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models' folder, empty."""
    monkeypatch.setattr(model, "MODELS", tmp_path)
    monkeypatch.setattr(model, "DECISIONS", tmp_path / "decisions.json")
    for name in PLACES:
        place = Place(tmp_path / f"{name}.tar.gz", tmp_path / f"{name}.json")
        monkeypatch.setattr(model, name, place)
        if hasattr(promote, name):
            monkeypatch.setattr(promote, name, place)
    return tmp_path


def put(place: Place, name: str, **card: object) -> ModelCard:
    """A model called `name` in a place; its scores are known."""
    place.model.write_text(name)
    written = ModelCard(name, "2026-11-26T08:00:00+00:00", 50, {}, **card)  # type: ignore[arg-type]
    model.write_card(written, place)
    return written


def test_a_promoted_candidate_serves_and_the_one_before_is_kept() -> None:
    put(model.CURRENT, "old")
    put(model.CANDIDATE, "new", state="ready")
    model.promote()
    assert (model.CURRENT.model.read_text(), model.PREVIOUS.model.read_text()) == ("new", "old")
    assert model.read_card(model.CURRENT) == ModelCard("new", "2026-11-26T08:00:00+00:00", 50, {})
    assert model.read_card(model.CANDIDATE) is None


def test_promoting_what_the_gate_refused_takes_the_refusal_back() -> None:
    put(model.CURRENT, "old")
    put(model.CANDIDATE, "new", state="refused")
    model.refuse("new", "a row less")
    model.promote()
    assert model.refusals() == {}


def test_going_back_swaps_the_two_and_nothing_trains_the_bad_one_again() -> None:
    put(model.CURRENT, "bad")
    put(model.PREVIOUS, "good")
    promote.back("customers wait")
    assert (model.CURRENT.model.read_text(), model.PREVIOUS.model.read_text()) == ("good", "bad")
    assert "rolled back: customers wait" in model.refusals()["bad"]


def test_a_candidate_that_falls_is_kept_aside_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    put(model.CURRENT, "old", scores={"faq": (90, 100)}, measured_on=gate.measured_on())
    card = put(model.CANDIDATE, "new", scores={"faq": (70, 100)}, measured_on=gate.measured_on())
    assert not promote.settle(card)
    assert model.CURRENT.model.read_text() == "old"
    assert "faq falls" in model.refusals()["new"]
    assert "kept aside: the total falls" in capsys.readouterr().out


def test_a_candidate_waits_where_a_share_of_conversations_tries_it_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESU_CANARY_SHARE", "10")
    put(model.CURRENT, "old", scores={"faq": (90, 100)}, measured_on=gate.measured_on())
    card = put(model.CANDIDATE, "new", scores={"faq": (95, 100)}, measured_on=gate.measured_on())
    assert promote.settle(card)
    waiting = model.read_card(model.CANDIDATE)
    assert waiting is not None
    assert (model.CURRENT.model.read_text(), waiting.state) == ("old", "ready")


def test_a_model_of_other_code_gives_way_without_being_measured() -> None:
    put(model.CURRENT, "old", code="a")
    assert promote.settle(put(model.CANDIDATE, "new", code="b"))
    assert model.CURRENT.model.read_text() == "new"


def test_the_first_model_serves_at_once() -> None:
    assert promote.settle(put(model.CANDIDATE, "new"))
    assert model.CURRENT.model.read_text() == "new"
