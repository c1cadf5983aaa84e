"""Skill: takes a complaint. Turns the form machine's outcomes into words, buttons and the one call that files it."""

from __future__ import annotations

import secrets

from actions import addition, repeated, tasks
from actions import complaint_form as machine
from actions import complaint_questions as questions
from actions.api import ApiProblem, ApiUnavailable, Json, idempotency_key
from actions.complaint_denial import only_wishes
from actions.complaint_form import Form, Outcome
from actions.complaint_state import LET_GO, QUESTIONS
from actions.complaint_vocabulary import ASKS_STATUS, COMPLAINT
from actions.promises import promise_lines, ticket_card
from actions.said import SURE, adds
from actions.told import recall
from actions.turn import Turn

KIND = "complaint"
STEPS = QUESTIONS
SENT = ("category", "category_predicted", "product", "description", "amount", "currency", "order_number", "wish",
        "contact_channel", "contact")  # fmt: skip
SERVED_INSTEAD = frozenset({"ask_ticket_status", "talk_to_person", "rate_service", "forbidden_request"})
"""What a customer who says that this is no complaint may surely want besides an answer."""


def open_complaint(turn: Turn) -> None:
    """A grievance, or the wish to complain, begins a form; “补充一下，…” with a complaint open adds to that."""
    if not turn.is_button and adds(turn.text) and turn.api.tickets("open"):
        addition.add_to_complaint(turn)
        return
    wanted = turn.is_button or bool(COMPLAINT.search(turn.text))
    denied = turn.memory.pop("no_complaint", None)
    if not turn.is_button and only_wishes(turn.text):
        turn.text = ""
    if denied and not turn.said.text and _take_up_denied(turn):
        return
    turn = recall(turn)
    _carry_out(turn, machine.begin(secrets.token_hex(8), turn.said, turn.message_seq, wanted=wanted))
    left = tasks.aside(turn)
    if left and left["kind"] == KIND and not _form(turn).values.get("description"):
        turn.replies[-1].setdefault("buttons", []).append(tasks.resume_button(turn, left))


def _take_up_denied(turn: Turn) -> bool:
    """Whether who said that it was no complaint, and now complains after all, goes on with what was told then.

    A trouble told since is another story: it opens a form of its own, and the old one is a press away.
    """
    left, since = tasks.aside(turn) or {}, turn.memory.get("told")
    story = str((left.get("values") or {}).get("description") or "")
    if left.get("kind") != KIND or not story or (since and str(since["text"]) not in story):
        return False
    turn.memory.pop("told", None)
    tasks.take_up(turn, str(left["nonce"]))
    take_up(turn)
    return True


def go_on(turn: Turn) -> str:
    """Offers the message to the open form; `digress` or `person` when another skill must serve it first."""
    outcome = machine.step(_form(turn), turn.said)
    if outcome.do == "person":
        return "person"
    if outcome.do == "denied":
        story = str(_form(turn).values.get("description") or "")
        tasks.put_aside(turn, only_top=True)
        turn.memory["no_complaint"] = True
        turn.say("complaint.denied")
        return _answer_instead(turn, outcome.rest, story)
    if outcome.do in ("digress", "when", "hailed"):
        _keep(turn, outcome.form)
        for note in outcome.notes:
            turn.say(f"complaint.note.{note}")
    else:
        _carry_out(turn, outcome)
        return "done"
    if outcome.do == "when":
        turn.text, turn.intent = turn.word("complaint.asks_when"), "ask_question"
    elif outcome.do == "hailed":
        turn.intent = "greet"
    elif outcome.rest:
        _turn_to(turn, outcome.rest)
    return "digress"


def _answer_instead(turn: Turn, rest: str, story: str) -> str:
    """Who has no complaint asks: what they say besides or, where that alone asks nothing that is known, what the form was opened for."""
    if rest:
        _turn_to(turn, rest)
        if turn.intent != "ask_question" or _is_known(turn, rest):
            return "digress"
    if story and _is_known(turn, story):
        _turn_to(turn, story)
        return "digress"
    return "digress" if rest else "done"


def _is_known(turn: Turn, text: str) -> bool:
    found = turn.try_call(turn.api.search, text, turn.memory.get("topic")) or {}
    return bool(found.get("results"))


def _turn_to(turn: Turn, rest: str) -> None:
    """What is asked besides becomes the message; the classifier judged it along with all else, so it is a question unless that
    surely is something else."""
    wanted = turn.intent if turn.intent in SERVED_INSTEAD and turn.confidence >= SURE else "ask_question"
    turn.text, turn.ranking = rest, []
    turn.intent = "ask_ticket_status" if ASKS_STATUS.search(rest) else wanted


def ask(turn: Turn, lead: str | None = None) -> None:
    """What is asked now, again; a form never confirmed asks so once after a digression, and is then let go."""
    form = _form(turn)
    if form.digressions >= LET_GO and not form.confirmed:
        left = tasks.put_aside(turn, only_top=True)
        turn.say("complaint.let_go", buttons=[tasks.resume_button(turn, left)] if left else None)
        return
    questions.ask(turn, form, lead="complaint.resume_tentative" if lead and form.digressions else lead)


def take_up(turn: Turn) -> None:
    """A form put aside, taken up again: failures are forgotten."""
    _carry_out(turn, machine.resume(_form(turn)))


def note_down(turn: Turn) -> None:
    """Keeps what is told by a customer who is handed to a person at once, so that it need not be told again."""
    if tasks.find(turn, KIND):
        _keep(turn, machine.note(_form(turn), turn.said))
    elif not tasks.top(turn) and turn.intent == "open_complaint":
        _keep(turn, machine.begin(secrets.token_hex(8), turn.said, turn.message_seq).form)


def tell_stale(turn: Turn, token: str) -> None:
    """A button of a form that is filed, given up or forgotten: nothing happens twice, and the customer is told why."""
    nonce = token.partition(".")[0]
    recent = turn.memory.get("recent") or {}
    if recent.get("nonce") == nonce:
        _tell_filed(turn, turn.api.ticket(recent["number"]), again=True)
    elif left := tasks.aside(turn, nonce):
        turn.say("complaint.stale_aside", buttons=[tasks.resume_button(turn, left)])
    else:
        turn.say("complaint.stale", buttons=[turn.button("complain", "open_complaint")])


def _form(turn: Turn) -> Form:
    return Form.of(tasks.find(turn, KIND) or {})


def _keep(turn: Turn, form: Form) -> None:
    """The form back into the task it lives in."""
    task = tasks.find(turn, KIND) or tasks.begin(turn, KIND)
    task |= form.state()


def _carry_out(turn: Turn, outcome: Outcome) -> None:
    form = outcome.form
    if outcome.do == "stale":
        tell_stale(turn, turn.field("form") or "")
        return
    _keep(turn, form)
    if outcome.do == "cancel":
        left = tasks.put_aside(turn, only_top=True)
        turn.say("complaint.cancelled", buttons=[tasks.resume_button(turn, left)] if left else None)
    elif outcome.do == "submit":
        _file(turn, form)
    elif not ("heard" in outcome.notes and repeated.look(turn, form.values)):
        questions.ask(turn, form, notes=outcome.notes, changed=outcome.changed)


def _file(turn: Turn, form: Form) -> None:
    """Files the complaint; whatever goes wrong, the form stays and may be confirmed again under the same key."""
    body: Json = {slot: form.values[slot] for slot in SENT if form.values.get(slot)}
    body |= {"kind": "complaint", "consent": True}
    if form.message_seq is not None:
        body["message_seq"] = form.message_seq
    retry = [turn.button("confirm_again", "affirm", form=form.seal), turn.button("person", "talk_to_person")]
    try:
        ticket = turn.api.create_ticket(body, idempotency_key(turn.conversation, "complaint", form.nonce))
    except ApiUnavailable:
        turn.say("complaint.not_filed_yet", buttons=retry)
        return
    except ApiProblem as problem:
        reason = problem.detail or turn.word("api.refused")
        change = [turn.button("change", "deny", form=form.seal), turn.button("person", "talk_to_person")]
        turn.say("complaint.refused", buttons=change, reason=reason)
        return
    turn.memory["recent"] = {"nonce": form.nonce, "number": ticket["number"]}
    tasks.close(turn, KIND)
    _tell_filed(turn, ticket, again=False)


def _tell_filed(turn: Turn, ticket: Json, *, again: bool) -> None:
    key = "complaint.filed_already" if again else "complaint.filed"
    text = turn.word(key, number=ticket["number"], promises=promise_lines(turn, ticket))
    buttons = [turn.button("status", "ask_ticket_status", ticket_number=ticket["number"])]
    card = ticket_card(ticket) | {"text": turn.word(f"{key}_card")}
    turn.say_text(text, buttons=buttons, custom={"kind": "ticket", "card": card})
