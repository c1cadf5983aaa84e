"""The customer's own pages: tickets, letters, the complaint form without chat, surveys; and the demo shop page.

In: a browser signed in from the chat's one-time link, or a visitor with a complaint or a survey link. Out: HTML only,
showing what ``ticketing.tickets.presentation`` says a customer may know. Mobile first, no script needed.
"""

from __future__ import annotations

from flask import Flask

from ticketing.attachments.rules import size_text
from ticketing.customers.rules import masked_contact
from ticketing.platform.errors import DomainError
from ticketing.platform.http import Runtime
from web import language
from web.customer import complaint, consents, data, demo, enter, erasure, files, points, surveys, tickets
from web.customer.browser import form_key
from web.customer.complaint_form import Problem


def install(app: Flask) -> None:
    """Add the pages; the demo shop never exists in production."""
    for part in (enter, tickets, complaint, files, data, consents, erasure, surveys, points):
        app.register_blueprint(part.pages)
    runtime: Runtime = app.extensions["kesu"]
    if not runtime.settings.production:
        app.register_blueprint(demo.pages)
    app.jinja_env.globals.update(
        form_key=form_key, problem_text=problem_text, masked_contact=masked_contact, size_text=size_text
    )


def problem_text(problem: Problem) -> str:
    """What is wrong with a field, in the reader's language."""
    code, values = problem
    return DomainError(code, **values).text(language.current())
