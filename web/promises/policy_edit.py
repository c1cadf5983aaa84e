"""Editing a policy: the form, the preview beside it, publishing. Nothing typed is ever lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import make_response, redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session, transaction
from ticketing.platform.identity import current_actor
from ticketing.sla import drafts, policy_book
from ticketing.sla.calendars import NoWorkingTime
from ticketing.sla.drafts import Comparison
from ticketing.sla.policies import Policy
from ticketing.sla.policy_book import Entry
from ticketing.tickets.wording import NAMES
from web import language
from web.promises import policy_form
from web.promises.pages import pages, shows_refusals_of
from web.promises.policies import POLICY, calendars, editing, tools
from web.promises.policy_fields import PolicyFields
from web.promises.policy_form import Problems, Reading

AT_FIELD = {
    "policy_effective_past": "effective",
    "policy_before_planned": "effective",
    "policy_match_taken": "match",
}
"""Refusals that belong to one field."""
SAMPLE = {"category": "product_service", "severity": "normal", "priority": "normal", "tier": "standard"}


@dataclass(frozen=True)
class Shown:
    """What the preview shows: a comparison, or the text key of why there is none."""

    comparison: Comparison | None
    why: str = ""


@pages.get("/promises/policies/new")
@editing
def new_policy() -> str:
    """An empty form, or one that begins like another policy (``like``)."""
    like = request.args.get("like")
    if like:
        row = policy_book.entry(session(), clock=runtime().clock, code=like).latest
        begun = policy_form.shown(policy_book.policy_of(row), kind=row.ticket_kind, match={}, retired=False, seen=0)
    else:
        begun = policy_form.changed(PolicyFields(match={}), "add_clock")
    return form_page(None, begun)


@pages.get(f"{POLICY}/edit")
@editing
def edit_policy(code: str) -> str:
    """The form with the last version."""
    return form_page(found := entry(code), stored(found))


@pages.post("/promises/policies/new")
@editing
def save_new_policy() -> Any:
    """A press in the form of a new policy."""
    return pressed(None)


@pages.post(f"{POLICY}/edit")
@editing
def save_policy(code: str) -> Any:
    """A press in the form of a policy that is there."""
    return pressed(entry(code))


@pages.post("/promises/policies/preview")
@editing
@transaction("read")
def preview_policy() -> str:
    """What a ticket would be promised by the form as typed; writes nothing."""
    code = request.form.get("code") or None
    known = code if code and drafts.newest_version(session(), code) is not None else None
    return render_template("promises/preview.html", shown=preview(read(sent(), known)), **form_tools())


def pressed(found: Entry | None) -> Any:
    """Publish, or show the form with a clock or level more or less; with the reason where something is wrong."""
    typed, do = sent(), request.form.get("do", "preview")
    if found is not None:
        typed = replace(typed, kind=found.head.ticket_kind)
    if do != "publish":
        return form_page(found, policy_form.changed(typed, do), focus=do)
    reading = read(typed, found.code if found else None)
    if reading.draft is None:
        return make_response(form_page(found, typed, problems=reading.problems), 422)
    if (again := published_already(found, reading)) is not None:
        return redirect(url_for(".policy", code=again), 303)
    row = drafts.publish(
        session(),
        clock=runtime().clock,
        actor=current_actor(),
        draft=reading.draft,
        seen=typed.seen,
        effective_from=reading.effective_from,
        running=typed.reach == "running",
    )
    return redirect(url_for(".policy", code=row.code), 303)


@shows_refusals_of("save_policy", "save_new_policy")
def refused(refusal: DomainError) -> Any:
    """The form again, with the reason at its field; after a colleague's change also with what they changed."""
    code, typed = (request.view_args or {}).get("code"), sent()
    found = entry(code) if code else None
    problems, news = {}, None
    if refusal.code == "policy_changed_meanwhile" and found is not None:
        base = next((row for row in found.versions if row.version == typed.seen), None)
        news = policy_book.Version(found.newest, policy_book.difference(base, found.newest))
        typed = replace(typed, seen=found.newest.version)
    elif refusal.code == "policy_never_due":
        named = refusal.context["clocks"]
        problems = {f"c{clock.key}.amount": said(refusal) for clock in typed.clocks if clock.name in named}
    elif refusal.code in AT_FIELD:
        problems = {AT_FIELD[refusal.code]: said(refusal)}
    shown = form_page(found, typed, problems=problems, refusal=None if problems else refusal, news=news)
    return make_response(shown, refusal.status)


def published_already(found: Entry | None, reading: Reading) -> str | None:
    """The policy's code if this very form was published a moment ago, by a second press of the same button."""
    newest, draft = found.newest if found else None, reading.draft
    if newest is None or draft is None or newest.version != reading.typed.seen + 1:
        return None
    mine = newest.created_by == current_actor().name and newest.note == draft.note
    same = newest.clocks == Policy.of(newest.code, 1, draft.clocks).as_json() and newest.retired == draft.retired
    return newest.code if mine and same else None


def form_page(
    found: Entry | None,
    typed: PolicyFields,
    *,
    problems: Problems | None = None,
    refusal: DomainError | None = None,
    news: policy_book.Version | None = None,
    focus: str = "",
) -> str:
    """The form with what was typed, what is wrong with it, and the preview."""
    shown_problems = {name: words_of(problem) for name, problem in (problems or {}).items()}
    reading = read(typed, found.code if found else None)
    return render_template(
        "promises/edit.html",
        entry=found,
        typed=typed,
        problems=shown_problems,
        refusal=refusal,
        news=news,
        focus=focus,
        shown=preview(reading),
        **form_tools(),
    )


def preview(reading: Reading) -> Shown:
    """The sample ticket under the draft and under what is in force."""
    if reading.draft is None:
        return Shown(None, "policies.preview.unfinished")
    attributes = {"kind": reading.draft.ticket_kind, **sample(reading.typed)}
    asked = policy_form.local_time(request.form.get("sample.opened", ""), language.zone())
    clock = runtime().clock
    try:
        found = drafts.compare(
            session(), clock=clock, draft=reading.draft, attributes=attributes, opened_at=asked or clock.now()
        )
    except (NoWorkingTime, OverflowError):
        return Shown(None, "policies.preview.never")
    return Shown(found)


def sample(typed: PolicyFields) -> dict[str, str]:
    """The ticket to try: as chosen, else one the policy is for."""
    chosen = {name: request.form.get(f"sample.{name}", "") for name in SAMPLE}
    return {
        name: value if (value := chosen[name]) in policy_form.CHOICES[name] else typed.match.get(name) or usual
        for name, usual in SAMPLE.items()
    }


def read(typed: PolicyFields, code: str | None) -> Reading:
    """The form checked against the calendars there are."""
    return policy_form.read(typed, code=code, calendars=calendars().keys(), zone=language.zone())


def sent() -> PolicyFields:
    """The form as sent."""
    return policy_form.typed(request.form)


def stored(found: Entry) -> PolicyFields:
    """The last version as the form begins with it."""
    row = found.latest
    match = {name: getattr(row, name) for name in drafts.MATCHED}
    return policy_form.shown(
        policy_book.policy_of(row),
        kind=row.ticket_kind,
        match=match,
        retired=row.retired,
        seen=found.newest.version,
    )


def entry(code: str) -> Entry:
    """The policy of that code."""
    return policy_book.entry(session(), clock=runtime().clock, code=code)


def said(refusal: DomainError) -> str:
    """The refusal's sentence in the reader's language."""
    return refusal.text(language.current())


def words_of(problem: str) -> str:
    """A problem in words: a text's key, or the refusal's own sentence."""
    return language.text(problem) if problem.startswith("policies.") else problem


def form_tools() -> dict[str, Any]:
    """What the form's templates need."""
    return {
        **tools(),
        "calendars": calendars(),
        "choices": policy_form.CHOICES,
        "clock_names": tuple(NAMES["clock"]),
        "form": policy_form,
    }
