"""What is in the outbox reaches its receiver, once, whatever breaks on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests import factories
from tests.integration.worker.conftest import ANSWER, MailServer, Receiver, outbox_rows, promise_answer
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Message
from ticketing.notify import service as notify
from ticketing.platform import outbox
from ticketing.platform.clock import FixedClock, SystemClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker

MakeWorker = Callable[..., Worker]
SECRET = "whsec_" + "a2V5" * 8


def states(database: Database) -> list[tuple[str, str | None]]:
    return [(row.status, row.last_error) for row in outbox_rows(database)]


def test_without_a_mail_server_the_mail_is_a_file_that_any_program_reads(
    worker: MakeWorker, database: Database, clock: FixedClock, settings: Settings
) -> None:
    promise_answer(database, clock)
    worker().deliver()
    (file,) = Path(settings.mail_dir).glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (mail["To"], mail["From"]) == ("lin@example.com", "service@kesu.invalid")
    assert "KS-20261123-00001" in mail["Subject"]
    assert "三日内回访" in mail.get_content()
    assert outbox_rows(database)[0].evidence == {
        "message_id": mail["Message-ID"], "file": file.name, "at": clock.now().isoformat()
    }  # fmt: skip


def test_a_mail_waits_while_the_server_is_down_and_then_arrives_once(
    worker: MakeWorker, database: Database, clock: FixedClock, mail_server: MailServer
) -> None:
    promise_answer(database, clock)
    post = worker(smtp_url=mail_server.url)
    post.deliver()
    assert states(database) == [("pending", "smtp_ConnectionRefusedError")]
    mail_server.start()
    clock.advance(seconds=6)
    post.deliver()
    clock.advance(hours=1)
    post.deliver()
    assert [mail["To"] for mail in mail_server.mails] == ["lin@example.com"]
    assert states(database) == [("delivered", None)]


@pytest.mark.parametrize(
    ("answer", "state"),
    [("550 no such user", ("dead", "recipient_refused")), ("451 greylisted", ("pending", "recipient_refused"))],
)
def test_a_refused_recipient_is_given_up_only_when_the_server_says_never(
    worker: MakeWorker,
    database: Database,
    clock: FixedClock,
    mail_server: MailServer,
    answer: str,
    state: tuple[str, str],
) -> None:
    promise_answer(database, clock)
    mail_server.start()
    mail_server.refusals.append(answer)
    worker(smtp_url=mail_server.url).deliver()
    assert states(database) == [state]
    assert mail_server.mails == []


def test_a_mail_that_may_have_arrived_comes_again_under_the_same_id(
    worker: MakeWorker, database: Database, clock: FixedClock, mail_server: MailServer
) -> None:
    promise_answer(database, clock)
    mail_server.start()
    post = worker(smtp_url=mail_server.url)
    post.deliver()
    with database.transaction() as session:
        session.execute(update(OutboxMessage).values(status="pending", next_attempt_at=clock.now()))
    post.deliver()
    first, second = mail_server.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(
    settings: Settings, database: Database, new_receiver: Callable[[], Receiver], worker: MakeWorker
) -> None:
    receiver, clock = new_receiver(), SystemClock()
    with database.transaction() as session:
        outbox.enqueue(
            session, clock=clock, channel="webhook", dedupe_key="w", payload={"type": "ticket.closed", "名": "是"}
        )
    post = worker(webhook_urls=receiver.url, webhook_secret=SECRET)
    post.clock = clock
    post.deliver()
    ((headers, body),) = receiver.taken
    assert Webhook(SECRET).verify(body, headers) == {"type": "ticket.closed", "名": "是"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"closed", b"opened"), headers)


def test_a_receiver_that_fails_does_not_keep_the_others_from_their_webhook(
    database: Database, clock: FixedClock, new_receiver: Callable[[], Receiver], worker: MakeWorker
) -> None:
    gone, moved, well = new_receiver(), new_receiver(), new_receiver()
    gone.statuses, moved.statuses = [410], [302]
    with database.transaction() as session:
        outbox.enqueue(session, clock=clock, channel="webhook", dedupe_key="w", payload={"n": 1})
    post = worker(webhook_urls=f"{gone.url}, {moved.url}, {well.url}", webhook_secret=SECRET)
    post.deliver()
    assert states(database) == [("pending", "webhook_status_302")]
    clock.advance(seconds=6)
    post.deliver()
    assert states(database) == [("delivered", None)]
    assert {headers["webhook-id"] for headers, _ in gone.taken + moved.taken + well.taken} == {"msg_1"}
    assert json.loads(well.taken[0][1]) == {"n": 1}


def test_a_chat_message_delivered_twice_stands_once_in_the_transcript(
    worker: MakeWorker, database: Database, clock: FixedClock
) -> None:
    with database.transaction() as session:
        customer = factories.customer(session, clock)
        chat = conversations.open_conversation(session, clock=clock, customer=customer, language="zh")
        for _ in range(2):
            notify.to_customer(
                session, clock=clock, code="answer", language="zh", values=ANSWER,
                conversation_id=chat.id, email_of=None, dedupe="f", subject=("test", 1),
            )  # fmt: skip
    worker().deliver()
    with database.transaction() as session:
        session.execute(update(OutboxMessage).values(status="pending", next_attempt_at=clock.now()))
    worker().deliver()
    with database.reading() as session:
        lines = session.scalars(select(Message).where(Message.author == "system")).all()
    assert [line.client_id for line in lines] == ["outbox-1"]


def test_a_hanging_mail_server_does_not_hold_the_worker_for_all_its_mails(
    worker: MakeWorker, database: Database, clock: FixedClock
) -> None:
    for number in range(5):
        promise_answer(database, clock, dedupe=str(number))
    carried: list[int] = []

    def hang(_database: Database, _clock: object, message: OutboxMessage) -> outbox.Receipt:
        carried.append(message.id)
        clock.advance(seconds=10)
        raise outbox.DeliveryFailed("smtp_timeout")

    outbox.deliver_due(database, clock=clock, channels={"email": hang}, delivered=worker().settle)
    assert carried == [1]
    assert [row.attempts for row in outbox_rows(database)] == [1, 0, 0, 0, 0]


def test_deliveries_leave_half_of_the_time_to_the_other_tasks(
    worker: MakeWorker, database: Database, clock: FixedClock
) -> None:
    for number in range(2):
        promise_answer(database, clock, dedupe=str(number))

    def hang(_database: Database, _clock: object, _message: OutboxMessage) -> outbox.Receipt:
        clock.advance(seconds=10)
        return outbox.Receipt({})

    deliverer = worker()
    deliverer.channels = {"email": hang}
    assert [deliverer.deliver() for _ in range(3)] == [1, 0, 0]
    clock.advance(seconds=10)
    assert [deliverer.deliver() for _ in range(2)] == [1, 0]
