"""What the customer, the agent and the assistant say on one journey, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Turn:
    """The customer types or taps something; ``hears`` is in the newest message after that."""

    how: Literal["say", "tap"]
    what: str
    hears: tuple[str, ...]
    before: str = ""
    """Something the message before the newest one says."""


@dataclass(frozen=True)
class Story:
    """One complaint from the first question to the rating."""

    language: str
    greeting: str
    question: str
    answer: str
    complaint: str
    guess: tuple[str, ...]
    taking: tuple[Turn, ...]
    summary: tuple[str, ...]
    confirm: str
    filed: tuple[str, ...]
    serious: bool
    joined: str
    customer_asks: str
    agent_replies: str
    findings: str
    cause: str
    measures: str
    follow_up_plan: str
    lead_wants: str
    apology: str
    closing: str
    rates_in: Literal["chat", "page"]
    thanks: str
    answer_link: str
    tiles: tuple[str, str]
    """The names of the board's tiles for what is late and what was breached today."""


ZH = Story(
    language="zh",
    greeting="智能助手",
    question="提现一般多久到账？",
    answer="提现",
    complaint="昨天下午我转账12800元给供货商，钱扣了，对方一直没收到，你们太过分了",
    guess=("交易纠纷",),
    taking=(
        Turn("tap", "交易纠纷", ("订单号",)),
        Turn("say", "忘记登录密码了怎么办？", ("接着刚才的投诉", "订单号"), before="密码"),
        Turn("say", "订单号是TR2611230088", ("希望我们怎么解决",)),
        Turn("say", "不对，金额是12600元", ("改过来", "希望我们怎么解决")),
        Turn("say", "把钱退回我的账户", ("怎么联系您",)),
        Turn("tap", "在这里回复", ("您同意吗",)),
        Turn("tap", "同意", ("请您核对",)),
    ),
    summary=("交易纠纷", "12,600.00", "TR2611230088", "把钱退回我的账户"),
    confirm="确认提交",
    filed=("已经受理", "初步调查", "处理结果"),
    serious=True,
    joined="林悦",
    customer_asks="请问查得怎么样了？",
    agent_replies="您好，我是林悦，正在和收款银行核对这笔转账。",
    findings="收款银行回复：户名与账号不符，款项在银行侧待退。",
    cause="收款账户信息有误，银行未能入账；我方没有及时提示您。",
    measures="已通知银行退汇，12600元今日退回您的账户。",
    follow_up_plan="三个工作日内电话回访，确认款项到账。",
    lead_wants="请再向客户致歉一次",
    apology="给您添了麻烦，再次向您致歉。",
    closing="已结案",
    rates_in="page",
    thanks="谢谢您的评价",
    answer_link="查看书面答复",
    tiles=("已超时，未完成", "今日超时"),
)

EN = Story(
    language="en",
    greeting="virtual assistant",
    question="How long does a withdrawal take?",
    answer="withdrawal",
    complaint="I was charged twice for the same order yesterday, 89 yuan each time, and nobody answers my calls",
    guess=("Transaction dispute",),
    taking=(
        Turn("tap", "Transaction dispute", ("product",)),
        Turn(
            "say",
            "What should I do if I forgot my login password?",
            ("Back to your complaint", "product"),
            before="password",
        ),
        Turn("tap", "Transfers and payments", ("order or transaction number",)),
        Turn("say", "Sorry, the amount is 98 yuan", ("I've changed that", "order or transaction number")),
        Turn("say", "The order number is PY2611220815", ("like us to do",)),
        Turn("say", "Please refund the second payment", ("reach you",)),
        Turn("tap", "Reply here", ("Do you agree",)),
        Turn("tap", "I agree", ("check that this is right",)),
    ),
    summary=("Transaction dispute", "98", "PY2611220815", "refund the second payment"),
    confirm="Confirm and submit",
    filed=("has been accepted", "Preliminary", "by "),
    serious=False,
    joined="林悦",
    customer_asks="Have you found anything yet?",
    agent_replies="Hello, I can see both payments and am talking to the merchant.",
    findings="The merchant received one payment; the second one is held by the payment channel.",
    cause="Our payment page sent your order a second time after a timeout.",
    measures="We have cancelled the second payment; CNY 98 goes back to your card today.",
    follow_up_plan="We will write to you on Thursday to make sure that the money has arrived.",
    lead_wants="Please apologise once more",
    apology="We apologise once more for the trouble.",
    closing="is closed",
    rates_in="chat",
    thanks="Thank you for your rating",
    answer_link="Read the written answer",
    tiles=("Late and not done", "Breached today"),
)
