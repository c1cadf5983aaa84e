"""Digests: one mail with everything since the last one, once."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.integration.notify.conftest import Company
from ticketing.notify import digests, people
from ticketing.notify import service as notify
from ticketing.notify.rules import Place
from ticketing.tasks import Worker


def news(company: Company, number: int, *, ticket: int | None = None, hours: int | None = None) -> None:
    """Tell li something."""
    with company.database.transaction() as session:
        to = people.recipients(
            session, clock=company.clock, place=Place(company.ids["li"], None), asked="owner", urgent=False
        )
        notify.to_staff(
            session, clock=company.clock, to=to,
            news=notify.News(
                code="sla_handed_over",
                words={code: {"number": f"KS-{number}", "category": "c", "severity": "s", "clock": f"word {code}",
                              "due": "d", "before": "b"} for code in ("zh", "en")},
                path=f"/desk/tickets/KS-{number}", dedupe=f"test:{number}", subject=("ticket", ticket or company.ticket_id),
                due_at=None if hours is None else company.clock.now() + timedelta(hours=hours),
            ),
        )  # fmt: skip


def digest(company: Company) -> int:
    return digests.send_due(company.database, clock=company.clock, settings=company.settings)


def test_notices_wait_for_the_end_of_the_slot_and_go_as_one_mail(company: Company) -> None:
    company.prefers("li", mode="half_hourly")
    company.clock.advance(minutes=5)
    news(company, 1)
    company.clock.advance(minutes=10)
    news(company, 2)
    assert (company.mails(), digest(company)) == ([], 0)
    company.clock.advance(minutes=15)
    assert digest(company) == 1
    (mail,) = company.mails()
    assert (mail.payload["values"]["count"], mail.payload["address_of"]) == (2, ["staff", company.ids["li"]])
    assert digest(company) == 0
    assert len(company.mails()) == 1


def test_two_workers_at_once_send_one(company: Company) -> None:
    company.prefers("li", mode="hourly")
    news(company, 1)
    company.clock.advance(hours=1)
    with company.database.reading() as session:
        waiting = digests._waiting(session)
    assert [row[0] for row in waiting] == [company.ids["li"]]
    for _ in range(2):
        with company.database.transaction() as session:
            digests._send(session, clock=company.clock, settings=company.settings, staff_id=company.ids["li"])
    assert len(company.mails()) == 1


def dies_while_sending(company: Company) -> None:
    with company.database.transaction() as session:
        digests._send(session, clock=company.clock, settings=company.settings, staff_id=company.ids["li"])
        raise KeyboardInterrupt


def test_a_worker_killed_in_the_middle_sends_it_the_next_time(company: Company) -> None:
    company.prefers("li", mode="hourly")
    news(company, 1)
    company.clock.advance(hours=1)
    with pytest.raises(KeyboardInterrupt):
        dies_while_sending(company)
    assert company.mails() == []
    assert digest(company) == 1


def test_it_is_in_the_persons_language_grouped_by_ticket_in_order_of_due_time(company: Company) -> None:
    company.prefers("li", mode="daily", daily_minute=11 * 60)
    news(company, 1, hours=30)
    news(company, 2, ticket=None, hours=5)
    with company.database.transaction() as session:
        session.merge(company.notices()[1]).ticket_id = None
    company.clock.advance(hours=1)
    assert digest(company) == 1
    values = company.mails()[0].payload["values"]
    assert values["lines"].index("KS-2") < values["lines"].index("KS-1")
    assert "word zh" in values["lines"]
    assert f"{company.settings.public_url}/desk/tickets/KS-1" in values["lines"]
    assert values["account"].endswith("/account#notices")


def test_the_mail_itself_is_whole(company: Company) -> None:
    company.prefers("li", mode="hourly")
    news(company, 1)
    company.clock.advance(hours=1)
    worker = Worker(company.settings, company.database, company.clock)
    assert worker.digest() == 1
    worker.deliver()
    (file,) = Path(company.settings.mail_dir).glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "【通知汇总】1 条通知，涉及 1 件工单"
    assert f"{company.settings.public_url}/notices" in mail.get_content()


def test_breaches_do_not_wait_unless_one_wants_them_to(company: Company) -> None:
    company.prefers("li", mode="daily")
    company.prefers("chen", mode="daily", urgent_too=True)
    company.pass_time(hours=24, seconds=1)
    at_once = [each.payload["address_of"][1] for each in company.mails() if each.payload["code"] == "sla_breached"]
    assert at_once == [company.ids["li"]]
    assert company.told("sla_breached") == ["chen", "li"]


def test_whoever_goes_back_to_mails_at_once_gets_what_still_waits(company: Company) -> None:
    company.prefers("li", mode="daily")
    news(company, 1)
    company.prefers("li", mode="at_once")
    assert digest(company) == 1


def test_somebody_who_has_left_gets_no_digest(company: Company) -> None:
    company.prefers("li", mode="hourly")
    news(company, 1)
    company.leave("li")
    company.clock.advance(hours=1)
    assert digest(company) == 0
    assert company.mails() == []
