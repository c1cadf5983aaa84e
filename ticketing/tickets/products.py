"""Which product a customer means: a code where we know the word, else their own words."""

from __future__ import annotations

import re

# The first that fits wins, so the more particular words come first.
_WORDS: tuple[tuple[str, str], ...] = (
    ("credit_card", r"信用卡|credit ?card"),
    ("bank_card", r"银行卡|储蓄卡|借记卡|銀行卡|bank ?card|debit ?card"),
    ("business_loan", r"小微|经营贷|生意贷|经营性贷|business loan|small.business"),
    ("consumer_loan", r"消费贷|借款|贷款|分期|貸款|loan|instal"),
    ("insurance", r"保险|意外险|重疾|医疗险|車險|车险|保單|保单|insurance|policy"),
    ("fund", r"基金|定投|fund"),
    ("wealth", r"理财|理財|定期|wealth|savings"),
    ("points", r"积分|積分|points|rewards"),
    ("transfer", r"转账|转帐|轉賬|轉帳|汇款|transfer|remit"),
    ("payment", r"支付|付款|扫码|收款|缴费|payment|pay\b|checkout"),
    ("balance", r"余额|钱包|餘額|提现|充值|balance|wallet|withdraw|top.?up"),
)
_PATTERNS = tuple((code, re.compile(words, re.IGNORECASE)) for code, words in _WORDS)
CODES = frozenset(code for code, _ in _WORDS)


def code_of(text: str | None) -> str | None:
    """``transfer`` for 转账; a code stays itself; words we do not know stay as they were said."""
    if text is None or text in CODES:
        return text
    return next((code for code, words in _PATTERNS if words.search(text)), text)
