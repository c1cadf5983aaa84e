"""The make-believe shop page."""

from __future__ import annotations

import dataclasses

from tests.integration.customer_pages.conftest import Browser, Desk
from ticketing.platform.settings import Settings
from web.app import create_app


def test_the_demo_page_carries_the_widget_and_nothing_inline(visitor: Browser) -> None:
    answer = visitor.get("/demo?lang=en")
    assert '<script src="/widget.js" data-lang="en" async></script>' in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "style=" not in answer.text


def test_production_has_no_demo_page(desk: Desk, settings: Settings) -> None:
    real = dataclasses.replace(settings, env="production", public_url="https://kesu.example")
    app = create_app(real, database=desk.database, clock=desk.clock)
    assert app.test_client().get("/demo").status_code == 404
    app.extensions["kesu_gateway"].close()
