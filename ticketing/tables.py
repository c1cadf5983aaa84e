"""Every table of the product, for migrations, tests and readers."""

from __future__ import annotations

import importlib

from ticketing.platform import idempotency, outbox
from ticketing.platform.db import Base

DOMAINS = (
    "attachments",
    "audit",
    "care",
    "conversations",
    "customers",
    "integrity",
    "knowledge",
    "learning",
    "notify",
    "points",
    "privacy",
    "rootcauses",
    "search",
    "sla",
    "staff",
    "surveys",
    "tickets",
)

for _domain in DOMAINS:
    importlib.import_module(f"ticketing.{_domain}.models")
importlib.import_module("ticketing.tickets.gate_models")
importlib.import_module("ticketing.tickets.view_models")
importlib.import_module("ticketing.reports.board_models")
importlib.import_module("ticketing.tickets.desk_models")
importlib.import_module("ticketing.reports.periodic.models")

metadata = Base.metadata

__all__ = ["idempotency", "metadata", "outbox"]
