"""Care messages: which occasions are on, what they say, when they are next, and what became of them."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.care import queries, rules, switches
from ticketing.notify import service as notify
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from web import language
from web.auth import permission_required
from web.customers.pages import ROOT, pages, reading


@pages.get(f"{ROOT}/care")
@reading
def care() -> str:
    """All occasions."""
    today = runtime().clock.now().astimezone(language.zone()).date()
    shown = queries.occasions(session(), today=today)
    return render_template(
        "customers/care.html",
        occasions=shown,
        figures=queries.figures(shown),
        previews={each.occasion.code: {spoken: preview(each.occasion.code, spoken) for spoken in language.LANGUAGES} for each in shown},
        next_sends=queries.next_sends(session()),
        rules=rules,
        days=queries.FIGURES_DAYS,
    )  # fmt: skip


@pages.post(f"{ROOT}/care/<code>")
@permission_required(Permission.CARE_EDIT)
def switch_care(code: str) -> Any:
    """Switch an occasion on or off."""
    active = request.form.get("active") == "1"
    switches.switch(session(), clock=runtime().clock, actor=current_actor(), code=code, active=active)
    return redirect(url_for(".care", _anchor=f"occasion-{code}"), 303)


def preview(code: str, spoken: str) -> str:
    """A message as an invented customer would read it."""
    settings = runtime().settings
    values = {
        "name": "王先生/女士" if spoken == "zh" else "customer",
        "company": settings.company_zh if spoken == "zh" else settings.company_en,
        "number": "KS-20261123-00042",
        "stop": f"{settings.public_url}/care/stop/…",
    }
    return notify.compose({"code": f"care_{code}", "language": spoken, "values": values})
