"""What the parts of a letter are called, and what is wrong with one, in both languages; wording.NAMES carries them."""

from __future__ import annotations

PARTS: dict[str, tuple[str, str]] = {
    "salutation": ("称呼", "Salutation"),
    "opening": ("开头", "Opening"),
    "told": ("您反映的情况", "What you told us"),
    "found": ("调查结论与原因", "Findings and cause"),
    "done": ("处理措施", "What we have done"),
    "next": ("后续安排", "What happens next"),
    "routes": ("进一步途径", "Further routes"),
    "closing": ("结尾", "Closing"),
}
FINDINGS: dict[str, tuple[str, str]] = {
    "missing_part": ("这一部分还没有内容", "This part says nothing yet"),
    "missing_number": ("缺少工单编号", "The ticket's number is missing"),
    "missing_amount": ("没有写明投诉涉及的金额", "The amount complained about is not named"),
    "missing_route": ("没有告知客户可以走的途径", "A further route is not named"),
    "missing_contact": ("没有告诉客户怎样联系我们", "It does not say how to reach us"),
    "forbidden_promise": ("不得作出这样的承诺", "Such a promise must not be made"),
    "forbidden_insult": ("措辞对客户不尊重", "This wording is disrespectful"),
    "forbidden_pressure": (
        "不得要求客户放弃投诉或维权",
        "A customer must not be asked to give up a complaint or a right",
    ),
    "blames_customer": ("像是在责怪客户", "This sounds like blaming the customer"),
    "number_unmasked": ("卡号、证件号等须脱敏", "Card and identity numbers must be masked"),
    "contact_unmasked": ("出现了完整的电话或邮箱", "A full phone number or address is shown"),
    "placeholder": ("还有没填的内容", "Something was left to be filled in"),
    "date_past": ("承诺的日期已经过去", "The promised day has passed"),
    "other_language": ("文字与所选语言不一致", "The text is in another language than the letter"),
}
STATES: dict[str, tuple[str, str]] = {
    "waiting": ("待审批", "Waiting for approval"),
    "returned": ("已退回修改", "Returned for changes"),
    "approved": ("可发送", "Ready to send"),
    "sent": ("已发出", "Sent"),
    "delivered": ("已送达", "Delivered"),
}
CHANNELS: dict[str, tuple[str, str]] = {
    "chat": ("在线会话", "Chat"),
    "email": ("邮件", "E-mail"),
    "page": ("客户的个人页面", "Customer's page"),
    "person": ("人工送达", "By a person"),
}
TODOS: dict[str, tuple[str, str]] = {
    "deliver_letter": ("人工送达答复函", "Deliver the answer by hand"),
}
