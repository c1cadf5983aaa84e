"""The words of the archive's readable page, by language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.tickets.wording import NAMES

_SAYINGS = {
    "title": ("个人信息副本", "Copy of your personal data"),
    "intro": (
        "以下是我们保存的与您有关的全部信息。data.json 是同样内容的机器可读版本，letters 文件夹是答复函，files 文件夹是您上传的文件。",
        "This is everything we hold about you. data.json has the same for programs, the folder letters our letters, the folder files what you sent us.",
    ),
    "made_at": ("生成时间", "Made"),
    "profile": ("基本信息", "Profile"),
    "records": ("其他记录", "Other records"),
    "conversations": ("会话", "Conversations"),
    "tickets": ("工单", "Tickets"),
    "surveys": ("满意度评价", "Ratings"),
    "attachments": ("上传的文件", "Files you sent"),
    "none": ("没有", "None"),
    "cause": ("原因", "Cause"),
    "answer": ("答复", "Answer"),
    "progress": ("办理记录", "What happened"),
    "customer": ("您", "You"),
    "bot": ("智能助手", "Assistant"),
    "agent": ("客服", "Agent"),
    "system": ("系统", "System"),
}
_FIELDS = {
    "external_id": ("客户号", "Customer number"),
    "name": ("姓名", "Name"),
    "phone": ("电话", "Phone"),
    "email": ("邮箱", "E-mail"),
    "language": ("语言", "Language"),
    "time_zone": ("时区", "Time zone"),
    "tier": ("客户等级", "Tier"),
    "risk_level": ("风险等级", "Risk level"),
    "source": ("来源", "Source"),
    "created_at": ("建立时间", "Since"),
    "kind": ("类型", "Kind"),
    "status": ("状态", "Status"),
    "category": ("类别", "Class"),
    "product": ("涉及产品", "Product"),
    "description": ("描述", "Description"),
    "amount": ("金额", "Amount"),
    "order_number": ("订单号", "Order number"),
    "wish": ("诉求", "Wish"),
    "contact": ("联系方式", "Contact"),
    "consented_at": ("同意处理的时间", "Consent given"),
    "complained_at": ("提出时间", "Made on"),
    "closed_at": ("结案时间", "Closed"),
    "ticket_number": ("工单编号", "Ticket"),
    "sent_at": ("发出时间", "Sent"),
    "answered_at": ("评价时间", "Answered"),
    "expires_at": ("有效期至", "Valid until"),
    **NAMES["survey_part"],
    "comment": ("意见", "Comment"),
    "round": ("处理次数", "Round"),
}


def say(key: str, language: str) -> str:
    """A text of the page."""
    return _SAYINGS[key][0 if language == "zh" else 1]


def field(name: str, language: str) -> str:
    """What a column is called; one that has no name yet keeps its own."""
    return _FIELDS.get(name, (name, name))[0 if language == "zh" else 1]


def shown(value: Any, zone: str) -> str:
    """A value as people read it: times on the installation's clock, a dash for nothing."""
    if value is None or value == "":
        return "—"
    if isinstance(value, str) and len(value) >= 25 and value[10] == "T":
        try:
            return f"{datetime.fromisoformat(value).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        except ValueError:
            return value
    return str(value)
