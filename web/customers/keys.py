"""Keys with which the company's systems call the customer API."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, url_for

from ticketing.customers import keys as integration
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from web.agent import forms
from web.customers import words
from web.customers.pages import ROOT, importing, pages, shows_refusals_of


@pages.get(f"{ROOT}/keys")
@importing
def keys() -> str:
    """All keys."""
    return _page()


@pages.post(f"{ROOT}/keys")
@importing
def issue_key() -> str:
    """A fresh key, shown on this answer and never again."""
    token = integration.issue(session(), clock=runtime().clock, actor=current_actor(), name=forms.written("name"))
    return _page(token=token)


@pages.post(f"{ROOT}/keys/<int:key_id>")
@importing
def revoke_key(key_id: int) -> Any:
    """End a key."""
    integration.revoke(session(), clock=runtime().clock, actor=current_actor(), key_id=key_id)
    return redirect(url_for(".keys"), 303)


@shows_refusals_of("issue_key")
def not_issued(refusal: DomainError) -> Any:
    """The form again, with the reason."""
    return make_response(_page(refusal=refusal), refusal.status)


def _page(token: str | None = None, refusal: DomainError | None = None) -> str:
    return render_template(
        "customers/keys.html", rows=integration.issued(session()), token=token, refusal=refusal, names=words.people(),
        api=f"{runtime().settings.public_url}/api/v1/customers",
    )  # fmt: skip
