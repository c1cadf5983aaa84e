"""The channels of the outbox: into the conversation, by e-mail, by signed webhook."""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from standardwebhooks.webhooks import Webhook

from ticketing.conversations import service as conversations
from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.notify import service as notify
from ticketing.platform.clock import Clock
from ticketing.platform.db import Base, Database
from ticketing.platform.outbox import Deliver, DeliveryFailed, OutboxMessage, Receipt
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff

TIMEOUT_SECONDS = 10
ADDRESSES: dict[str, tuple[type[Base], str]] = {"customer": (Customer, "email"), "staff": (Staff, "email")}


@dataclass(frozen=True)
class Attachment:
    """A PDF that goes with an e-mail."""

    name: str
    content: bytes
    sha256: str


Attach = Callable[[Database, Clock, OutboxMessage], list[Attachment]]


def channels(
    settings: Settings,
    *,
    addresses: dict[str, tuple[type[Base], str]],
    links: dict[str, Any],
    attachments: Mapping[str, Attach] | None = None,
) -> dict[str, Deliver]:
    """The channels by name. ``addresses`` tells which column of which table holds an e-mail address; ``links`` makes
    the links that only the recipient may see, by message code; ``attachments`` what goes along, by the subject's type."""
    known, attach = ADDRESSES | addresses, attachments or {}

    def email(database: Database, clock: Clock, message: OutboxMessage) -> Receipt:
        maker = attach.get(message.subject_type or "")
        files = maker(database, clock, message) if maker else []
        return _deliver_email(settings, known, links, files, database, clock, message)

    def webhook(database: Database, clock: Clock, message: OutboxMessage) -> Receipt:
        return _deliver_webhook(settings, clock, message)

    return {"chat": _deliver_chat, "email": email, "webhook": webhook}


def _deliver_chat(database: Database, clock: Clock, message: OutboxMessage) -> Receipt:
    """Into the transcript; the outbox id as client id makes a second delivery find the first."""
    payload = message.payload
    with database.transaction() as session:
        line = conversations.append(
            session,
            clock=clock,
            conversation=session.get_one(Conversation, payload["conversation_id"]),
            author="system",
            text=notify.compose(payload),
            card=payload.get("card"),
            kind=(payload.get("card") or {}).get("kind") or payload["code"],
            client_id=f"outbox-{message.id}",
        )
        return Receipt({"message_seq": line.seq, "at": line.created_at.isoformat()})


def _deliver_email(
    settings: Settings,
    addresses: dict[str, tuple[type[Base], str]],
    links: dict[str, Any],
    files: Sequence[Attachment],
    database: Database,
    clock: Clock,
    message: OutboxMessage,
) -> Receipt:
    table, column = addresses[message.payload["address_of"][0]]
    with database.reading() as session:
        row = session.get(table, message.payload["address_of"][1])
        address: str | None = getattr(row, column, None)
        link = links[message.payload["code"]](session, message) if message.payload["code"] in links else ""
        link = link or settings.public_url + message.payload.get("path", "")
    if not address:
        raise DeliveryFailed("no_address", final=True)
    mail = _mail(settings, clock, message, address, link)
    evidence: dict[str, Any] = {"message_id": mail["Message-ID"], "at": clock.now().isoformat()}
    if files:
        evidence["files"] = [{"name": file.name, "sha256": file.sha256} for file in files]
    for file in files:
        mail.add_attachment(file.content, maintype="application", subtype="pdf", filename=file.name)
    if settings.smtp_url:
        _smtp(settings.smtp_url, mail)
        return Receipt(evidence)
    folder = Path(settings.mail_dir)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{message.id:08d}.eml").write_bytes(bytes(mail))
    return Receipt(evidence | {"file": f"{message.id:08d}.eml"})


def _mail(settings: Settings, clock: Clock, message: OutboxMessage, address: str, link: str) -> EmailMessage:
    payload = message.payload
    mail = EmailMessage()
    mail["From"], mail["To"] = settings.mail_from, address
    mail["Subject"] = notify.compose(payload, part="subject")
    mail["Date"] = format_datetime(clock.now().astimezone(UTC))
    # The same id on every try, so that a mail delivered twice is seen as one.
    mail["Message-ID"] = (
        f"<outbox-{message.id}-{message.created_at:%Y%m%d%H%M%S}@{settings.mail_from.rpartition('@')[2]}>"
    )
    body = notify.compose(payload).replace("**", "")
    if "email" in notify.texts()[payload["code"]][payload["language"]]:
        body += "\n\n" + notify.compose(payload, part="email", link=link)
    if payload.get("on_call"):
        body += "\n\n" + notify.texts()["on_call"][payload["language"]]["text"]
    mail.set_content(body + "\n")
    return mail


def _smtp(url: str, mail: EmailMessage) -> None:
    parts = urlsplit(url)
    host, secure = parts.hostname or "127.0.0.1", parts.scheme == "smtps"
    context = ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
            if secure
            else smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        ) as server:
            if not secure and server.has_extn("starttls"):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        # 4xx is "later" (greylisting, a full mailbox); only 5xx is "never".
        codes = [code for code, _text in error.recipients.values()]
        raise DeliveryFailed("recipient_refused", final=all(code >= 500 for code in codes)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryFailed(f"smtp_{type(error).__name__}") from error


def _deliver_webhook(settings: Settings, clock: Clock, message: OutboxMessage) -> Receipt:
    """POST to every receiver, signed after the Standard Webhooks specification; no receiver: delivered to none."""
    urls = [url.strip() for url in settings.webhook_urls.split(",") if url.strip()]
    if not urls or not settings.webhook_secret:
        return Receipt({"receivers": 0})
    body = json.dumps(message.payload, ensure_ascii=False)
    identity, now = f"msg_{message.id}", clock.now()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(settings.webhook_secret).sign(identity, now, body),
    }
    failures = [failure for url in urls if (failure := _post(url, body.encode(), headers)) is not None]
    if failures:
        # Receivers who have it already see the same id again and know it.
        raise next((failure for failure in failures if not failure.final), failures[0])
    return Receipt({"receivers": len(urls), "at": now.isoformat()})


def _post(url: str, body: bytes, headers: dict[str, str]) -> DeliveryFailed | None:
    """Send to one receiver; gives what went wrong. A redirect is a failure: it would arrive as an empty GET."""
    try:
        answer = requests.post(url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        return DeliveryFailed(f"webhook_{type(error).__name__}")
    if 200 <= answer.status_code < 300:
        return None
    return DeliveryFailed(f"webhook_status_{answer.status_code}", final=answer.status_code == 410)
