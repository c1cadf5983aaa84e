"""The staff pages' menu: one line per area, shown to whoever may open it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, url_for

from ticketing.staff.rules import Permission, allowed


@dataclass(frozen=True)
class Area:
    """One entry; ``text`` is a key of web/texts, ``icon`` a Tabler icon."""

    endpoint: str
    text: str
    icon: str
    permission: Permission


AREAS = (
    Area("desk.queue", "nav.desk", "headset", Permission.TICKET_READ),
    Area("customers.listing", "nav.customers", "address-book", Permission.CUSTOMER_READ),
    Area("supervisor.board", "nav.board", "layout-dashboard", Permission.BOARD_READ),
    Area("reports.archive", "nav.reports", "report-analytics", Permission.REPORT_READ),
    Area("reports.mine", "nav.mine", "target-arrow", Permission.PERFORMANCE_OWN),
    Area("articles.listing", "nav.knowledge", "book-2", Permission.KNOWLEDGE_READ),
    Area("rectification.register", "nav.rectification", "tool", Permission.ROOT_CAUSE_READ),
    Area("learning.listed", "nav.learning", "school", Permission.LEARNING_READ),
    Area("roster.people", "nav.roster", "users", Permission.ROSTER_READ),
    Area("staff.people", "nav.staff", "user-cog", Permission.STAFF_EDIT),
    Area("promises.policies", "nav.promises", "clock-check", Permission.PROMISE_READ),
)


def install(app: Flask) -> None:
    """Give templates ``areas()``."""
    app.jinja_env.globals["areas"] = areas


def areas() -> list[Area]:
    """The areas that exist in this app and that the reader may open."""
    actor = g.get("actor")
    return [
        area
        for area in AREAS
        if area.endpoint in current_app.view_functions and actor is not None and allowed(actor.role, area.permission)
    ]


def first_page() -> str:
    """Where the reader's work begins."""
    open_to_me = areas()
    return url_for(open_to_me[0].endpoint) if open_to_me else url_for("auth.account")
