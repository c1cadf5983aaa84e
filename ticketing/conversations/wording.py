"""What the gateway itself says to customers, in both languages. Bot texts live with the assistant."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

CANCEL_HANDOFF = "kesu:cancel_handoff"
ASK_HANDOFF = "kesu:handoff"
"""Buttons the gateway answers itself, so that they work while the assistant does not."""

TEXTS: dict[str, tuple[str, str]] = {
    "greeting": (
        "您好，我是{company}的智能助手，不是真人，7×24 小时在线。我可以解答业务问题、登记和查询投诉，也可以随时为您转接人工客服。"
        "请不要在聊天中发送密码、验证码。请问有什么可以帮您？",
        "Hello, I am {company}'s virtual assistant, not a person, and I am here around the clock. I can answer questions, "
        "take or look up a complaint, and bring in a colleague whenever you like. Please never send passwords or "
        "verification codes here. How can I help?",
    ),
    "greeting.company": ("本平台", "the company"),
    "notice": (
        "抱歉，智能助手这次反应有点慢，您的消息已收到，不会丢失，处理好会马上回复您。"
        "如果着急，可以点击下方按钮转人工客服，或直接填写投诉表单：{form_url}",
        "Sorry, the assistant is taking longer than usual. Your message has been received and is safe; the answer will "
        "appear here as soon as it is ready. If it is urgent, ask for a person below or use the complaint form: {form_url}",
    ),
    "notice.failed": (
        "抱歉，智能助手暂时无法回答，您的消息已保存。您可以稍后再问我，点击下方按钮转人工客服，或直接填写投诉表单：{form_url}",
        "Sorry, the assistant cannot answer just now. Your message has been kept. You can try me again in a little "
        "while, ask for a person below, or use the complaint form: {form_url}",
    ),
    "notice.again": (
        "智能助手还没有恢复，这条消息也已收到。投诉表单：{form_url}",
        "The assistant is still not back; this message has been kept as well. Complaint form: {form_url}",
    ),
    "notice.gone": (
        "抱歉，您刚才的消息智能助手没能处理完。消息已保存，您可以再发一次，点击下方按钮转人工客服，或直接填写投诉表单：{form_url}",
        "Sorry, the assistant could not finish your last message. It has been kept; you can send it again, ask for a "
        "person, or use the complaint form: {form_url}",
    ),
    "risk": ("**风险提示**：", "**Risk notice**: "),
    "notice.choices": ("您是不是想问：", "Did you mean:"),
    "button.complain": ("我要投诉", "Make a complaint"),
    "button.status": ("查询投诉进度", "Check my complaint"),
    "button.question": ("转账没到账怎么办", "My transfer has not arrived"),
    "button.person": ("转人工客服", "Talk to a person"),
    "button.back": ("不等了，继续问助手", "Stop waiting, ask the assistant"),
    "queue.joined": (
        "已为您转接人工客服，您排在第 {position} 位{wait}。等待期间您发的消息客服都能看到。",
        "I am connecting you to a colleague. You are number {position} in the queue{wait}. They will see everything you write meanwhile.",
    ),
    "queue.wait": ("，预计约 {minutes} 分钟", ", about {minutes} min"),
    "queue.nobody": (
        "已为您登记人工服务，您排在第 {position} 位。客服暂时都不在线，上线后会按顺序接待您，您发的消息都会保留。",
        "You are number {position} in the queue for a person. Nobody is online right now; you will be served in turn, and "
        "everything you write is kept.",
    ),
    "queue.closed": (
        "人工客服的服务时间是每天 {hours}。已为您登记排队（第 {position} 位），{opens} 上班后会按顺序接待您，您发的消息都会保留。",
        "Our people answer daily {hours}. You are number {position} in the queue and will be served in turn from {opens}. "
        "Everything you write is kept.",
    ),
    "queue.position": ("您排在第 {position} 位{wait}", "You are number {position} in the queue{wait}"),
    "queue.heard": (
        "消息已收到，会一并转给客服。您目前排在第 {position} 位{wait}。",
        "Got it; the colleague who takes over will see this. You are number {position} in the queue{wait}.",
    ),
    "queue.left": ("已取消排队，智能助手继续为您服务。", "You have left the queue. The assistant is with you again."),
    "queue.not_in": ("智能助手正在为您服务。", "The assistant is with you."),
    "agent.here": ("客服{name}正在接待您，请直接说明您的问题。", "{name} is with you. Please go ahead."),
    "agent.claimed": (
        "客服{name}已接入，正在查看您的对话记录。",
        "{name} has joined and is reading your conversation.",
    ),
    "agent.handed_back": (
        "客服{name}已结束人工服务，智能助手继续为您服务。",
        "{name} has handed you back to the assistant, who is with you again.",
    ),
    "closed": (
        "会话已结束，感谢您的咨询。如需帮助，随时可以开始新的会话。",
        "This conversation has ended. Thank you. You can start a new one at any time.",
    ),
    "agent": ("客服", "Our colleague"),
}


def say(key: str, language: str, **values: object) -> str:
    """The text in the customer's language."""
    return TEXTS[key][1 if language == "en" else 0].format(**values)


def button(key: str, language: str, payload: str) -> dict[str, str]:
    """A quick reply: what it says and what it sends."""
    return {"title": say(f"button.{key}", language), "payload": payload}


def greeting_buttons(language: str) -> list[dict[str, str]]:
    """The four things people come for."""
    question = say("button.question", language)
    return [
        button("complain", language, "/open_complaint"),
        button("status", language, "/ask_ticket_status"),
        {"title": question, "payload": question},
        button("person", language, "/talk_to_person"),
    ]


def minutes(wait: int | None, language: str) -> str:
    """The waiting time as part of a sentence, nothing when it is not known."""
    return say("queue.wait", language, minutes=wait) if wait is not None else ""


def opening(instant: datetime, zone: str, language: str) -> str:
    """When people begin to answer, as the reader says it."""
    local = instant.astimezone(ZoneInfo(zone))
    if language == "en":
        return f"{local:%H:%M} on {local.day} {local:%b}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"
