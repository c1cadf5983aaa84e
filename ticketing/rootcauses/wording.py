"""How statuses, causes and promises of root causes read to people, in both languages."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

NAMES: dict[str, dict[str, tuple[str, str]]] = {
    "root_cause_status": {
        "opened": ("待分析", "To be analysed"),
        "analysed": ("已分析", "Analysed"),
        "acting": ("整改中", "Acting"),
        "watching": ("观察中", "Watching"),
        "ineffective": ("效果不佳，已重启", "Ineffective, reopened"),
        "closed": ("已关闭", "Closed"),
    },
    "root_cause_because": {
        "critical": ("重大投诉", "Critical complaint"),
        "repeat": ("重复投诉", "Repeat complaint"),
        "escalation": ("超时升级", "Escalation"),
        "manual": ("人工建立", "Opened by hand"),
    },
    "cause_category": {
        "system": ("系统缺陷", "System fault"),
        "process": ("流程缺失", "Process gap"),
        "product": ("产品设计", "Product design"),
        "people": ("人员操作", "Human error"),
        "communication": ("告知不清", "Unclear communication"),
        "partner": ("合作方", "Partner"),
        "other": ("其他", "Other"),
    },
    "action_status": {
        "agreed": ("进行中", "In progress"),
        "done": ("待核验", "To be verified"),
        "verified": ("已核验", "Verified"),
        "returned": ("已退回", "Sent back"),
        "dropped": ("已取消", "Dropped"),
    },
    "root_cause_event": {
        "opened": ("建立根因记录", "Record opened"),
        "ticket_linked": ("关联工单", "Ticket linked"),
        "ticket_removed": ("移出工单", "Ticket removed"),
        "analysis_saved": ("更新分析", "Analysis updated"),
        "analysed": ("完成根因分析", "Analysis completed"),
        "assigned": ("更换负责人", "Given to someone else"),
        "action_agreed": ("商定整改措施", "Action agreed"),
        "action_done": ("措施已完成", "Action done"),
        "action_verified": ("措施已核验", "Action verified"),
        "action_returned": ("措施被退回", "Action sent back"),
        "action_dropped": ("措施已取消", "Action dropped"),
        "watching": ("全部核验，开始观察", "All verified, watching begins"),
        "checked": ("效果评估", "Effect judged"),
        "reopened": ("效果不佳，重新整改", "Not effective, reopened"),
        "closed": ("记录关闭", "Record closed"),
        "noted": ("备注", "Note"),
        "calendar_changed": ("日历变更，时限已重算", "Calendar changed, deadlines moved"),
        "reminded": ("时限提醒", "Reminder"),
    },
}
_PROMISES = {
    "analysis": ("根因分析", "Root-cause analysis"),
    "action": ("整改措施 {number}", "Action {number}"),
    "effect": ("{number} 天效果评估", "{number}-day effect check"),
}


def name(group: str, code: str | None, language: str) -> str:
    """The word for a code, the code itself when none is known."""
    zh, en = NAMES[group].get(code or "", (code or "", code or ""))
    return en if language == "en" else zh


def promise(clock_name: str, language: str) -> str:
    """``action_2`` as ``整改措施 2`` or ``Action 2``; a name that is none of ours as it is."""
    kind, _, number = clock_name.partition("_")
    zh, en = _PROMISES.get(kind, (clock_name, clock_name))
    return (en if language == "en" else zh).format(number=number)


def day(at: datetime, zone: ZoneInfo, language: str) -> str:
    """``11月24日`` or ``24 Nov``: these promises are by the day."""
    local = at.astimezone(zone)
    return f"{local:%-d %b}" if language == "en" else f"{local.month}月{local.day}日"
