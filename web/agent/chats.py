"""Conversations at the desk: reading along, taking over, answering, handing back."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.conversations import inbox, replies
from ticketing.conversations import queries as conversations
from ticketing.conversations import service as conversing
from ticketing.conversations.models import Conversation
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.surveys import service as surveys
from ticketing.tickets import outgoing, queries
from ticketing.tickets.brief import brief_of
from web.agent import forms, timeline
from web.agent.pages import pages
from web.agent.timeline import LINES
from web.agent.undo import held_in
from web.auth import permission_required

CHAT = "/desk/chats/<public_id>"
reading = permission_required(Permission.TICKET_READ)
working = permission_required(Permission.TICKET_WORK)


@pages.get(CHAT)
@reading
def chat(public_id: str) -> Any:
    """A conversation with its customer and their tickets."""
    return _page(public_id)


@pages.get("/desk/chats")
@reading
def chat_tabs() -> Any:
    """The reader's chats as tabs, with what is unread in each; open pages ask for them every few seconds."""
    return render_template("desk/tabs.html", **_mine(request.args.get("here", "")))


def _page(public_id: str, error: DomainError | None = None, typed: str = "") -> str:
    """The page of a conversation, with the reason where it could not be taken over, and what was typed there."""
    found = queries.chat(session(), public_id=public_id)
    lines = conversations.messages(
        session(), conversation_id=found.conversation.id, before=found.conversation.last_seq + 1, limit=LINES
    )
    return render_template(
        "desk/chat.html",
        found=found,
        chat=found.conversation,
        lines=lines,
        once=forms.once_key,
        ticket=None,
        error=error,
        typed_text=typed,
        held=held_in(found.conversation),
        brief=brief_of(session(), conversation=found.conversation),
        **_mine(public_id),
    )


def _mine(here: str) -> dict[str, Any]:
    staff_id = current_actor().id or 0
    taken, cap = inbox.room(session(), staff_id=staff_id)
    return {
        "my_chats": inbox.own_chats(session(), staff_id=staff_id),
        "waiting": inbox.waiting(session()),
        "here": here,
        "taken": taken,
        "cap": cap,
    }


@pages.get(f"{CHAT}/messages")
@reading
def new_messages(public_id: str) -> Any:
    """The lines after ``after``; nothing while the conversation's ``revision`` is the one the page knows."""
    found = conversations.by_public_id(session(), public_id)
    if request.args.get("revision") == str(found.revision):
        return "", 204
    return _news(found)


@pages.get(f"{CHAT}/earlier")
@reading
def earlier_messages(public_id: str) -> Any:
    """The lines before ``before``, for scrolling back."""
    found = conversations.by_public_id(session(), public_id)
    lines = conversations.messages(session(), conversation_id=found.id, before=forms.whole("before"), limit=LINES)
    return render_template("desk/earlier.html", chat=found, lines=lines)


@pages.post(f"{CHAT}/claim")
@working
def claim_chat(public_id: str) -> Any:
    """Take over from the assistant, which is silent from then on."""
    found = conversations.by_public_id(session(), public_id)
    try:
        conversing.claim_by_agent(session(), clock=runtime().clock, actor=current_actor(), conversation_id=found.id)
    except DomainError as error:
        if error.code not in {"chats_full", "conversation_not_yours", "conversation_closed"}:
            raise
        return _page(public_id, error=error), error.status
    return _back(public_id)


@pages.post(f"{CHAT}/hand-back")
@working
def hand_back_chat(public_id: str) -> Any:
    """Give the customer back to the assistant, and ask them how it was."""
    found, clock = conversations.by_public_id(session(), public_id), runtime().clock
    conversing.hand_back(session(), clock=clock, actor=current_actor(), conversation_id=found.id)
    surveys.ask_after_chat(session(), clock=clock, conversation_id=found.id)
    return _back(public_id)


@pages.post(f"{CHAT}/messages")
@working
def reply(public_id: str) -> Any:
    """Say something to the customer, who has it in some seconds; the form's key makes a second press the same line."""
    found, clock, actor = conversations.by_public_id(session(), public_id), runtime().clock, current_actor()
    replies.say(
        session(),
        clock=clock,
        actor=actor,
        conversation_id=found.id,
        text=request.form.get("text", ""),
        client_id=f"desk-{forms.written('once')[:40]}",
        seconds=outgoing.reply_seconds(
            session(), clock=clock, conversation_id=found.id, seconds=runtime().settings.undo_reply_seconds
        ),
    )
    return _news_or_back(found)


@pages.post(f"{CHAT}/replies/<int:held_id>/undo")
@working
def undo_reply(public_id: str, held_id: int) -> Any:
    """Take back what the customer does not have yet; the script puts it into the box again."""
    found, actor = conversations.by_public_id(session(), public_id), current_actor()
    held = held_in(found)
    text = held.text if held is not None and held.id == held_id else ""
    replies.take_back(session(), clock=runtime().clock, actor=actor, conversation_id=found.id, held_id=held_id)
    return _news_or_back(found) if request.headers.get("HX-Request") else _page(public_id, typed=text)


@pages.post(f"{CHAT}/seen")
@working
def seen_chat(public_id: str) -> Any:
    """Its agent has had the lines up to ``seq`` before their eyes."""
    found = conversations.by_public_id(session(), public_id)
    inbox.mark_seen(found, staff_id=current_actor().id or 0, seq=forms.whole("seq"))
    return "", 204


@pages.post(f"{CHAT}/typing")
@working
def typing(public_id: str) -> Any:
    """Its agent is writing; the customer's widget says so."""
    found = conversations.by_public_id(session(), public_id)
    inbox.note_typing(session(), clock=runtime().clock, actor=current_actor(), conversation_id=found.id)
    return "", 204


def _news_or_back(chat: Conversation) -> Any:
    """For the script what is new on its page, the chat's own or the case's; else the page."""
    if not request.headers.get("HX-Request"):
        return _back(chat.public_id)
    number = request.form.get("ticket", "")
    return timeline.news(queries.by_number(session(), number=number)) if number else _news(chat)


def _news(chat: Conversation) -> Any:
    lines = conversations.messages(session(), conversation_id=chat.id, after=forms.whole("after"), limit=LINES)
    return render_template(
        "desk/news.html",
        chat=chat,
        lines=lines,
        held=held_in(chat),
        knew_owner=request.values.get("owner"),
        once=forms.once_key,
    )


def _back(public_id: str) -> Any:
    """To the page the button stood on: the case, or the chat itself."""
    number = request.form.get("ticket", "")
    if number:
        return redirect(url_for("desk.case", number=number, _anchor="talk"), 303)
    return redirect(url_for("desk.chat", public_id=public_id), 303)
