"""The promises a company starts with: the handbook's 24 h and 48 h (§4.4), its 24 h response (§1.3), the law's days.

Everything here is seeded into tables once and edited there afterwards.
"""

from __future__ import annotations

from ticketing.sla.policies import Action, ClockRule, Level, LevelKind, Policy, usual_levels

HOUR, DAY = 3600, 24 * 3600
ALWAYS, CN_OFFICE = "always", "cn_office"
CALENDAR_NAMES = {ALWAYS: ("全天候（24 小时）", "Around the clock"), CN_OFFICE: ("工作时间", "Office hours")}
COMPLAINT_POLICY, ENQUIRY_POLICY = "complaint_default", "enquiry_default"
OFFICE_PERIODS = ((9 * 60, 18 * 60),)
OFFICE_WEEK = (OFFICE_PERIODS,) * 5 + ((), ())

_SUPERVISOR = Action("notify", "supervisor")
_COMPLIANCE = Action("notify", "compliance")
_BREACH = (Action("notify", "owner"), Action("notify", "team_lead"), Action("raise_priority"))
_REMINDER = Level(
    "remind",
    LevelKind.AFTER,
    after_seconds=8 * HOUR,
    repeat_seconds=4 * HOUR,
    times=3,
    actions=(Action("notify", "team_lead"), _SUPERVISOR),
)
"""Until somebody acknowledges the breach."""

INVESTIGATION = ClockRule(
    name="investigation",
    target_seconds=24 * HOUR,
    calendar=ALWAYS,
    starts_on=("complained",),
    stops_on=("findings_recorded",),
    levels=(
        *usual_levels(("breach_plus_4h", 4 * HOUR, (Action("reassign", "team_lead"), _SUPERVISOR)), breach=_BREACH),
        _REMINDER,
    ),
)

RESOLUTION = ClockRule(
    name="resolution",
    target_seconds=48 * HOUR,
    calendar=ALWAYS,
    starts_on=("complained", "reopened"),
    stops_on=("answer_delivered",),
    levels=(
        *usual_levels(
            ("breach_plus_4h", 4 * HOUR, (Action("reassign", "supervisor"),)),
            ("breach_plus_24h", 24 * HOUR, (_COMPLIANCE, Action("open_root_cause"))),
            breach=(*_BREACH, _SUPERVISOR),
        ),
        _REMINDER,
    ),
)

STATUTORY = ClockRule(
    name="statutory",
    target_seconds=15 * DAY,
    calendar=ALWAYS,
    starts_on=("complained", "reopened"),
    stops_on=("answer_delivered",),
    levels=(
        Level("before_5d", LevelKind.WARNING, before_seconds=5 * DAY, actions=(_SUPERVISOR,)),
        Level("before_1d", LevelKind.WARNING, before_seconds=DAY, actions=(_SUPERVISOR, _COMPLIANCE)),
        Level("breach", LevelKind.BREACH, actions=(_SUPERVISOR, Action("reassign", "compliance"))),
    ),
)
"""《银行业保险业消费投诉处理管理办法》(2020): 15 days, 30 for complex cases and 30 more with approval: `extended` events."""

FIRST_REPLY = ClockRule(
    name="first_reply",
    target_seconds=30 * 60,
    calendar=CN_OFFICE,
    starts_on=("complained",),
    stops_on=("agent_reply", "findings_recorded", "answer_delivered"),
    levels=usual_levels(),
    pausable=True,
)

RESPONSE = ClockRule(
    name="response",
    target_seconds=24 * HOUR,
    calendar=ALWAYS,
    starts_on=("enquired", "complained", "reopened"),
    stops_on=("agent_reply", "answer_delivered"),
    levels=usual_levels(("breach_plus_4h", 4 * HOUR, (_SUPERVISOR,)), breach=_BREACH),
)

COMPLAINT = Policy(COMPLAINT_POLICY, 1, (INVESTIGATION, RESOLUTION, STATUTORY, FIRST_REPLY))
ENQUIRY = Policy(ENQUIRY_POLICY, 1, (RESPONSE,))
