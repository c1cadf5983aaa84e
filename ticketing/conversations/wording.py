"""What the gateway itself says to customers, in both languages. Bot texts live with the assistant."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

CANCEL_HANDOFF = "kesu:cancel_handoff"
ASK_HANDOFF = "kesu:handoff"
LEAVE_TICKET = "kesu:leave_ticket"
KEEP_WAITING = "kesu:keep_waiting"
"""Buttons the gateway answers itself, so that they work while the assistant does not."""
ACTIONS = {
    "leave_queue": ("back", CANCEL_HANDOFF),
    "leave_ticket": ("ticket", LEAVE_TICKET),
    "keep_waiting": ("wait", KEEP_WAITING),
}
"""What a waiting customer may do at any time, also without a message that offers it: its button and what that sends."""
LONGEST_WAIT_SAID_MINUTES = 60

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
    "notice.confirming": (
        "抱歉，提交有点慢，正在处理，请不要重复提交。受理编号会出现在这里，也会出现在“我的工单”里。",
        "Sorry, submitting takes longer than usual and is under way; please do not send it a second time. The number "
        "will appear here and under “My tickets”.",
    ),
    "notice.unconfirmed": (
        "抱歉，还不能确定您的投诉是否已经提交。请先看一眼“我的工单”：如果没有，再点一次确认即可，不会重复受理；也可以点击下方按钮转人工客服。",
        "Sorry, we cannot tell yet whether your complaint went through. Please look under “My tickets” first. If it is "
        "not there, press confirm again; it will not be filed twice. You can also ask for a person below.",
    ),
    "risk": ("**风险提示**：", "**Risk notice**: "),
    "notice.choices": ("您是不是想问：", "Did you mean:"),
    "button.complain": ("我要投诉", "Make a complaint"),
    "button.tickets": ("我的工单", "My tickets"),
    "button.status": ("查询投诉进度", "Check my complaint"),
    "button.question": ("转账没到账怎么办", "My transfer has not arrived"),
    "button.person": ("转人工客服", "Talk to a person"),
    "button.back": ("不等了，继续问助手", "Stop waiting, ask the assistant"),
    "button.ticket": ("不等了，留言给客服", "Leave a message instead"),
    "button.as_told": ("没有补充，就这样登记", "Nothing to add, file it"),
    "button.wait": ("继续等待", "Keep waiting"),
    "queue.joined": (
        "已为您转接人工客服，您排在第 {position} 位{wait}。等待期间您发的消息客服都能看到。",
        "I am connecting you to a colleague. You are number {position} in the queue{wait}. They will see everything you write meanwhile.",
    ),
    "queue.wait": ("，预计约 {minutes} 分钟", ", about {minutes} min"),
    "queue.wait_long": ("，预计超过 1 小时", ", probably more than an hour"),
    "queue.nobody": (
        "已为您登记人工服务，您排在第 {position} 位。客服暂时都不在线，上线后会按顺序接待您；您也可以现在留言，我们登记成工单后回复您。您发的消息都会保留。",
        "You are number {position} in the queue for a person. Nobody is online right now; you will be served in turn. You "
        "can also leave a message and we will answer it as a ticket. Everything you write is kept.",
    ),
    "queue.closed": (
        "人工客服的服务时间是每天 {hours}。已为您登记排队（第 {position} 位），{opens} 上班后会按顺序接待您；您也可以现在留言，我们登记成工单后回复您。您发的消息都会保留。",
        "Our people answer daily {hours}. You are number {position} in the queue and will be served in turn from {opens}. "
        "You can also leave a message now and we will answer it as a ticket. Everything you write is kept.",
    ),
    "queue.local": ("（您当地时间）", " (your time)"),
    "queue.position": ("您排在第 {position} 位{wait}", "You are number {position} in the queue{wait}"),
    "queue.position_closed": (
        "您排在第 {position} 位，客服 {opens} 上班",
        "You are number {position} in the queue; we are back at {opens}",
    ),
    "queue.position_nobody": (
        "您排在第 {position} 位，客服暂时都不在线",
        "You are number {position} in the queue; nobody is online right now",
    ),
    "queue.place": (
        "{brief}。情况紧急的客户会先接待，位次可能会变。不想等的话可以留言，我们登记成工单回复您。",
        "{brief}. Urgent cases are served first, so the number can change. If you would rather not wait, leave a message and "
        "we will answer it as a ticket.",
    ),
    "queue.offer": (
        "让您久等了，非常抱歉，客服都还在忙。您目前排在第 {position} 位{wait}。您可以继续等待，也可以留言：我们把您说的登记成工单，在承诺的时间内回复您。",
        "We are sorry that this takes so long; everyone is still busy. You are number {position} in the queue{wait}. You can "
        "keep waiting, or leave a message: we file what you wrote as a ticket and answer it within the promised time.",
    ),
    "queue.offer_nobody": (
        "让您久等了，非常抱歉，客服暂时都不在线。您目前排在第 {position} 位{wait}。您可以继续等待，也可以留言：我们把您说的登记成工单，在承诺的时间内回复您。",
        "We are sorry that this takes so long; nobody is online right now. You are number {position} in the queue{wait}. You "
        "can keep waiting, or leave a message: we file what you wrote as a ticket and answer it within the promised time.",
    ),
    "queue.kept": (
        "好的，继续为您排队。您排在第 {position} 位{wait}。",
        "All right, we keep your place. You are number {position} in the queue{wait}.",
    ),
    "queue.ticket": (
        "已把您的留言登记为工单 {number}，客服会按承诺的时间回复您，进度也会出现在“我的工单”里。智能助手继续为您服务。",
        "Your message has been filed as ticket {number}. A colleague will answer within the promised time, and you can follow "
        "it under “My tickets”. The assistant is with you again.",
    ),
    "queue.message": (
        "好的，请写下您要留的话，需要我们打给您的话也请写上电话。您的下一条消息会登记成工单，由客服回复您。",
        "Sure. Please write your message now, with a phone number if you would like a call. Your next message will be filed as a "
        "ticket, and a colleague will answer it.",
    ),
    "queue.message_more": (
        "好的。前面说的会一并登记。还有什么要补充、需不需要我们打电话给您，请写在下一条消息里，发出后就登记成工单，由客服回复您。",
        "Sure. What you told us so far goes with it. Please write what you want to add, with a phone number if you would like a "
        "call, in your next message: it is filed as a ticket then, and a colleague will answer it.",
    ),
    "queue.nothing_told": (
        "客户要求人工客服联系，没有说明事由。",
        "The customer asked for a person and did not say why.",
    ),
    "queue.agent_absent": (
        "客服{name}暂时离开了，已为您转给其他客服，之前的对话他们都能看到。您排在第 {position} 位{wait}。",
        "{name} had to leave. You are back in the queue as number {position}{wait}; whoever takes over can read what has been said.",
    ),
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
    "agent.unclaimed.queued": (
        "客服{name}暂时无法接待，您仍在原来的位置排队，请稍候。",
        "{name} cannot be with you after all. You keep your place in the queue.",
    ),
    "agent.handed_on": (
        "客服{name}已接手您的问题，之前的对话都能看到。",
        "{name} has taken over from here and can see everything said so far.",
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


def queue_buttons(language: str, *, served_soon: bool) -> tuple[dict[str, str], ...]:
    """What someone in the queue can do: go back; leave a message at once where nobody is there to serve."""
    back = button("back", language, CANCEL_HANDOFF)
    return (back,) if served_soon else (button("ticket", language, LEAVE_TICKET), back)


def message_buttons(language: str, *, may_be_filed: bool) -> tuple[dict[str, str], ...]:
    """The ways out for someone who was asked for a message; who told something before may leave it at that."""
    filed = [button("as_told", language, LEAVE_TICKET)] if may_be_filed else []
    others = (button(name, language, sends) for name, sends in (ACTIONS["keep_waiting"], ACTIONS["leave_queue"]))
    return (*filed, *others)


def offer_buttons(language: str) -> list[dict[str, str]]:
    """The choices of someone who has waited long."""
    return [
        button(name, language, sends)
        for name, sends in (ACTIONS[key] for key in ("leave_ticket", "keep_waiting", "leave_queue"))
    ]


def typed_button(text: str) -> str | None:
    """What the queue's button of that title sends, in either language."""
    said = text.strip(" 。.!！").casefold()
    titles = {title.casefold(): sends for name, sends in ACTIONS.values() for title in TEXTS[f"button.{name}"]}
    return titles.get(said)


def minutes(wait: int | None, language: str) -> str:
    """The waiting time as part of a sentence, nothing when it is not known."""
    if wait is None:
        return ""
    return say("queue.wait" if wait <= LONGEST_WAIT_SAID_MINUTES else "queue.wait_long", language, minutes=wait)


def opening(instant: datetime, zone: str, language: str) -> str:
    """When people begin to answer, as the reader says it."""
    local = instant.astimezone(ZoneInfo(zone))
    if language == "en":
        return f"{local:%H:%M} on {local.day} {local:%b}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"
