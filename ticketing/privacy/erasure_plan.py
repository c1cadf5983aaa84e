"""What becomes of every table that knows a customer when they are erased. Names only; ``erasing.py`` does it.

A table that can be reached from a customer and is not named here, or a column of it that can hold words and is not, fails
a test: nothing can be forgotten by adding a table. What is kept of complaints is kept for as long as somebody may go to
court about them (PIPL §47, Civil Code §188), without what names the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Of(NamedTuple):
    """Which rows: those whose ``column`` names one of the customer's things of that kind."""

    column: str
    kind: str


CUSTOMER, CHAT, TICKET = Of("customer_id", "customer"), Of("conversation_id", "conversation"), Of("ticket_id", "ticket")
LETTER, SURVEY = Of("letter_id", "letter"), Of("survey_id", "survey")

DELETED: Mapping[str, tuple[Of, ...]] = {
    "customer_statement": (CUSTOMER,),
    "customer_change": (CUSTOMER,),
    "customer_consent": (CUSTOMER,),  # the audit log proves each giving and withdrawing, without saying whose
    "customer_stage": (CUSTOMER,),
    "care_message": (CUSTOMER,),
    "page_link": (CUSTOMER,),
    "message": (CHAT,),
    "held_reply": (CHAT,),
    "contact_vault": (CHAT,),
    "learning_signal": (CHAT,),
    "ticket_vector": (TICKET,),
    "ticket_likeness": (TICKET, Of("other_id", "ticket")),
    "staff_notice": (TICKET,),
    "case_watch": (TICKET,),
    "chat_watch": (CHAT,),
    "letter_document": (LETTER,),  # it is addressed by name; its words stay in the letter's row
}

EMPTIED: Mapping[str, tuple[Of, Mapping[str, Any]]] = {
    "customer": (
        Of("id", "customer"),
        {
            "external_id": None, "name": None, "phone": None, "phone_index": None, "email": None, "email_index": None,
            "birthday": None, "birthday_index": None, "region": None, "time_zone": None, "kind": "personal", "tier": "standard",
            "risk_level": None, "registered_on": None, "verified_on": None, "last_trade_on": None, "trades_90d": None,
            "holdings": None, "leaving_on": None, "deceased": False, "care_consent": False, "segment": None,
            "segment_reasons": None, "stage": "registered", "churn_score": None, "churn_band": None, "churn_reasons": None,
            "judge_again": False,
        },
    ),
    "conversation": (
        Of("id", "conversation"),
        {"owner": "closed", "agent_id": None, "queued_at": None, "handoff_package": None, "turn_lease": None},
    ),
    "answer_log": (CHAT, {"query": ""}),
    "ticket": (Of("id", "ticket"), {"contact": None, "order_number": None, "severity_evidence": []}),
    "survey": (Of("id", "survey"), {"comment": None, "next_at": None}),
    "survey_review": (SURVEY, {"note": None, "offer_hash": None}),
    "erasure_request": (CUSTOMER, {"reason": None}),
    "point_grant": (CUSTOMER, {"reason": "", "comment": None}),
}  # fmt: skip

RECORD: Mapping[str, tuple[Of, tuple[str, ...]]] = {
    "ticket": (Of("id", "ticket"), ("description", "wish")),
    "ticket_round": (TICKET, ("findings", "cause", "measures", "follow_up_plan")),
    "ticket_event": (TICKET, ("text",)),
    "ticket_pause": (TICKET, ("note",)),
    "ticket_recusal": (TICKET, ("reason",)),
    "statutory_extension": (TICKET, ("reason", "decision_reason")),
    "todo": (TICKET, ("note",)),
    "letter": (TICKET, ("facts", "body", "comment")),
    "letter_delivery": (LETTER, ("evidence",)),
}
"""The words of a case: of a complaint they stay without names until its time is over, of an enquiry they go at once."""

FACTS_OF_WORDS = ("description", "order_number", "findings", "cause", "measures", "follow_up_plan")
"""What a letter's ``facts`` hold beside codes, numbers and days."""

UNTOUCHED: Mapping[str, str] = {
    "staff": "that a member of staff was a customer too, kept against conflicts of interest",
    "attachment": "deleted by attachments.service.erase",
    "attachment_content": "deleted by attachments.service.erase",
    "data_export": "deleted by privacy.service.erase",
    "data_export_part": "deleted by privacy.service.erase",
    "survey_decision": "whether somebody was asked: codes and numbers",
    "point_entry": "the ledger: numbers only",
    "handover": "codes and times",
    "clock_verdict": "how promises were kept: codes and times",
    "deadline": "codes and times",
    "promise_entry": "codes and times, stated by the day",
    "sla_assignment": "which policy a case went by",
    "sla_rollout_rest": "numbers",
    "root_cause_ticket": "which record a case belongs to",
    "ticket_link": "which cases belong together",
    "ticket_owner_absence": "codes and times",
    "ticket_unassigned": "codes and times",
    "letter_hold": "only of letters not sent yet; nobody with an open case is erased",
}
UNTOUCHED_COLUMNS: Mapping[str, str] = {
    "ticket.severity_reasons": "codes",
    "ticket.breach_reasons": "codes",
    "ticket_event.data": "codes and numbers, which the statements of days are sealed over",
}
TOLD_OF = {"customer": "customer", "ticket": "ticket", "survey": "survey", "letter": "letter"}
"""Subjects of outbox messages that go: what they said is in them."""
