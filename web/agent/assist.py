"""What helps an agent in a chat: the package, articles and a drafted reply for the last question, canned answers filled in.

Pages ask for these after they are shown, so that none of them holds a page up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request

from ticketing.conversations import macros
from ticketing.conversations import queries as conversations
from ticketing.conversations.models import Conversation
from ticketing.conversations.rules import clean_text
from ticketing.customers.models import Customer
from ticketing.customers.rules import addressed
from ticketing.knowledge import service as knowledge
from ticketing.knowledge.service import Result
from ticketing.knowledge.text import one_line
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.tickets import presentation, wording
from ticketing.tickets.brief import brief_of, open_tickets, question_of
from ticketing.tickets.case_reply import asks_how_it_stands, case_reply
from ticketing.tickets.models import Ticket
from web import language
from web.agent.chats import CHAT, reading, working
from web.agent.pages import pages
from web.gateway.knowledge import article_text

ARTICLES = 3
FOUND = 6
LONGEST_QUERY = 200
SURE = 0.5
"""From this chance on that the first article is right it is offered as a whole reply, not only to be looked at."""
POSSIBLE = 0.1
"""Articles less likely than this have nothing to do with the question."""
SNIPPET = 90
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Suggestion:
    """An article as the agent sees it and as its text would be inserted."""

    key: str
    question: str
    snippet: str
    text: str


@pages.get(f"{CHAT}/brief")
@reading
def brief(public_id: str) -> Any:
    """The package, for the page of a case."""
    chat = conversations.by_public_id(session(), public_id)
    return render_template("desk/brief.html", chat=chat, brief=brief_of(session(), conversation=chat), beside_case=True)


@pages.get(f"{CHAT}/suggestions")
@working
def suggestions(public_id: str) -> Any:
    """What the customer asked last, the nearest articles, and drafts: how their case stands, the first article if it is likely right."""
    chat = conversations.by_public_id(session(), public_id)
    question = question_of(session(), chat)
    found = [result for result in _nearest(question, chat.language, ARTICLES) if result.score >= POSSIBLE]
    shown = [_suggestion(result, chat.language) for result in found]
    drafts = [_case_draft(chat)] if asks_how_it_stands(question) else []
    if found and found[0].score >= SURE:
        drafts.append(language.catalogue()["assist.draft"][chat.language].format(text=shown[0].text))
    return render_template(
        "desk/suggestions.html", chat=chat, question=question, suggestions=shown, drafts=list(filter(None, drafts))
    )


@pages.get(f"{CHAT}/articles")
@working
def find_articles(public_id: str) -> Any:
    """Articles for what the agent searches, to be inserted in the customer's language."""
    chat, query = conversations.by_public_id(session(), public_id), clean_text(request.args.get("q", "")).strip()
    shown = [_suggestion(result, chat.language) for result in _nearest(query[:LONGEST_QUERY], chat.language, FOUND)]
    return render_template("desk/articles.html", query=query, suggestions=shown)


@pages.get(f"{CHAT}/macros")
@working
def chat_macros(public_id: str) -> Any:
    """Canned answers in the customer's language, filled in for this customer, on a case's page (``ticket``) for this case."""
    chat, actor = conversations.by_public_id(session(), public_id), current_actor()
    values = _values(chat, request.args.get("ticket", ""))
    filled = [
        (macro, macros.fill(macros.text_in(macro, chat.language), values, chat.language))
        for macro in macros.of(session(), staff_id=actor.id or 0)
    ]
    return render_template("desk/macro_options.html", macros=filled)


def _nearest(query: str, of: str, limit: int) -> tuple[Result, ...]:
    if not query:
        return ()
    current = runtime()
    return knowledge.suggest(
        session(),
        clock=current.clock,
        query=query,
        language=of,
        limit=limit,
        model=current.settings.embedding_model,
    )


def _suggestion(result: Result, of: str) -> Suggestion:
    text = _BOLD.sub(r"\1", article_text(result, of))
    flat = one_line(text)
    snippet = flat if len(flat) <= SNIPPET else flat[:SNIPPET].rstrip() + "…"
    return Suggestion(result.key, result.question, snippet, text)


def _case_draft(chat: Conversation) -> str:
    """How the case this chat is about stands; empty without an open one."""
    customer = session().get_one(Customer, chat.customer_id)
    ticket = _ticket_meant(chat)
    if ticket is None:
        return ""
    return case_reply(session(), clock=runtime().clock, ticket=ticket, language=chat.language, zone=_zone(customer))


def _ticket_meant(chat: Conversation, number: str = "") -> Ticket | None:
    """The customer's open ticket of that number, else the one of this chat, else the next due."""
    tickets = open_tickets(session(), chat.customer_id)
    named = [item for item in tickets if item.number == number] or [
        item for item in tickets if item.conversation_id == chat.id
    ]
    return next(iter(named or tickets), None)


def _zone(customer: Customer) -> ZoneInfo:
    return ZoneInfo(customer.time_zone or runtime().settings.time_zone)


def _values(chat: Conversation, number: str) -> dict[str, str]:
    """What placeholders stand for in this conversation."""
    settings, clock = runtime().settings, runtime().clock
    customer = session().get_one(Customer, chat.customer_id)
    values = {
        "customer": addressed(customer.name, chat.language, customer.tier),
        "agent": current_actor().name,
        "company": settings.company_en if chat.language == "en" else settings.company_zh,
        "hours": settings.service_hours,
    }
    ticket = _ticket_meant(chat, number)
    if ticket is None:
        return values
    promised = presentation.promises(
        session(), clock=clock, ticket=ticket, language=chat.language, zone=_zone(customer)
    )
    running = [promise.due_text for promise in promised if promise.state == "running"]
    return values | {
        "number": ticket.number,
        "promised": running[-1] if running else "",
        "category": wording.name("category", ticket.category, chat.language),
        "amount": wording.money(ticket.amount, ticket.currency) if ticket.amount is not None else "",
        "order": ticket.order_number or "",
    }
