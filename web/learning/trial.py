"""A newly trained assistant on trial: how it does beside the one that serves, and its end."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for

from ticketing.learning import arms, trials
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from web.agent import forms
from web.learning.clusters import deciding, reading
from web.learning.pages import ROOT, pages

OUTCOMES = {"promote": "promoted", "roll-back": "rolled_back"}


@pages.get(f"{ROOT}/trial")
@reading
def trial() -> Any:
    """Both arms with their intervals."""
    found = trials.latest(session())
    seen = trials.figures(session(), found) if found is not None else {}
    return render_template(
        "learning/trial.html",
        trial=found,
        seen=seen,
        figures=arms.FIGURES,
        worse=arms.clearly_worse(seen["current"], seen["candidate"]) if seen else None,
        enough=arms.ENOUGH,
        share=runtime().settings.canary_share,
        once=forms.once_key,
    )


@pages.post(f"{ROOT}/trial")
@deciding
def end_trial() -> Any:
    """Promote the candidate, or go back."""
    outcome = OUTCOMES.get(forms.written("outcome"))
    if outcome is None:
        raise DomainError("learning_no_trial")
    if forms.first_time():
        trials.end(session(), clock=runtime().clock, actor=current_actor(), outcome=outcome)
    return redirect(url_for("learning.trial"), 303)
