"""When someone's mail goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ticketing.notify import rules
from ticketing.notify.rules import Colleague, Mode, Recipient

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
LI = Colleague(1, "Li", "team_lead", 1, "zh", at_work=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("mode", "came", "goes"),
    [
        (Mode.AT_ONCE, "2026-11-23T02:10", "2026-11-23T02:10"),
        (Mode.HALF_HOURLY, "2026-11-23T02:10", "2026-11-23T02:30"),
        (Mode.HALF_HOURLY, "2026-11-23T02:30", "2026-11-23T03:00"),
        (Mode.HOURLY, "2026-11-23T02:59:59", "2026-11-23T03:00"),
        (Mode.DAILY, "2026-11-23T00:59", "2026-11-23T01:00"),
        (Mode.DAILY, "2026-11-23T01:00", "2026-11-24T01:00"),
    ],
)
def test_a_digest_goes_at_the_end_of_its_slot(mode: Mode, came: str, goes: str) -> None:
    assert rules.digest_at(mode, 9 * 60, at(came), SHANGHAI) == at(goes)


def test_a_daily_digest_keeps_its_local_time_when_the_clocks_change() -> None:
    assert rules.digest_at(Mode.DAILY, 9 * 60, at("2026-10-31T14:00"), NEW_YORK) == at("2026-11-01T14:00")
    assert rules.digest_at(Mode.DAILY, 9 * 60, at("2026-10-30T14:00"), NEW_YORK) == at("2026-10-31T13:00")


@pytest.mark.parametrize(
    ("mode", "urgent_too", "urgent", "goes"),
    [
        (Mode.AT_ONCE, False, False, "now"),
        (Mode.HOURLY, False, False, "digest"),
        (Mode.HOURLY, False, True, "now"),
        (Mode.DAILY, True, True, "digest"),
    ],
)
def test_what_is_urgent_waits_only_for_those_who_want_it_so(
    mode: Mode, urgent_too: bool, urgent: bool, goes: str
) -> None:
    recipient = Recipient(replace(LI, mode=mode, urgent_too=urgent_too))
    assert rules.mail_goes(recipient, urgent=urgent) == goes


def test_who_is_on_call_is_never_kept_waiting() -> None:
    recipient = Recipient(replace(LI, mode=Mode.DAILY, urgent_too=True), on_call=True)
    assert rules.mail_goes(recipient, urgent=False) == "now"
