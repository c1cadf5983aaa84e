"""Skill: who lost somebody and goes on to ask about that loan, that money or the papers is answered about those.

Read alone, “是不是要我还” asks whether a relative may repay, and “有没有简单点的办法” for a way round the rules. Who mourns must hear neither.
"""

from __future__ import annotations

import re

from actions import answer, urgent
from actions.api import Json
from actions.said import is_question
from actions.turn import Turn

_OWN = re.compile(
    r"我自己的?|我的(?:借款|贷款|账户|卡|余额)|\bmy own\b|\bmy (?:\w+ )?(?:loan|repayments?|account|card|balance)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:就|只|只是|就是)是?(?:想)?问|\bi (?:only |just )?ask(?:ed)?\b|\bwant(?:ed)? to know\b", re.IGNORECASE
)
_TEXTS = {
    "bereaved.notary": r"公证|法院(?:文书|判决)|\bnotar\w*|\bcourt ruling\b",
    "bereaved.papers": r"原件|复印件|(?:证明|材料|文件)[^，。]{0,8}(?:寄|交|带|要)|\boriginals?\b|\bcop(?:y|ies)\b|\b(?:certificates?|papers|documents)\b",
}
_ARTICLES = {
    "overdue-deceased-debt": r"贷|债|借款|欠|要我还|谁(?:来)?还|\b(?:loans?|debts?|owed?|owes|repay\w*|instal\w+)\b",
    "privacy-deceased-relative": r"(?:他|她|里面|里头|逝者|亡)[^，。]{0,6}(?:钱|余额|账户|账号|卡|理财|手机|密码)|继承|遗产"
    r"|\b(?:his|her|their)\b[^.?!]{0,12}\b(?:money|balance|accounts?|savings|cards?|phone|password|app)\b|\binherit\w*",
}
_AGAIN = {"overdue-deceased-debt": "bereaved.debt"}
"""What is said to who asks the same again, in place of the article."""
_FOUND = {key: re.compile(words, re.IGNORECASE) for key, words in (_TEXTS | _ARTICLES).items()}
_PITY = re.compile(
    r"^(?:请您?节哀[，。]\s*|we(?:'|’)?(?:re| are) (?:very |so )?sorry for your loss\.\s*)", re.IGNORECASE
)
"""How the articles begin; it was said when the death was first told of."""


def hear(turn: Turn) -> None:
    """Keeps that the customer lost somebody."""
    if not turn.memory.get("bereaved") and urgent.BEREAVED.search(turn.text):
        turn.memory["bereaved"] = {"at": turn.count}


def take(turn: Turn) -> bool:
    """Whether a question of theirs was served. A death told of just now is in the question, so the knowledge base reads it there."""
    told = turn.memory.get("bereaved")
    asks = is_question(turn.text) or turn.intent == "ask_question" or _ASKS.search(turn.text)
    if not told or not asks or turn.is_button or turn.memory.get("tasks") or _OWN.search(turn.text):
        return False
    if told == {"at": turn.count}:
        return _tell(turn, _found(turn))
    key = next((key for key, words in _FOUND.items() if words.search(turn.text)), None)
    if key is None:
        return False
    again = told.get("key") == key and told["at"] == turn.count - 1
    turn.memory["bereaved"] = {"at": turn.count} if again else {"key": key, "at": turn.count}
    if again:
        _say(turn, _AGAIN.get(key, "bereaved.again"))
    elif key in _TEXTS:
        _say(turn, key)
    else:
        return _tell(turn, turn.try_call(turn.api.article, key) or {})
    return True


def _found(turn: Turn) -> Json:
    """What the knowledge base is sure of, if it is one of the articles for who lost somebody."""
    found = turn.try_call(turn.api.search, turn.text, None) or {}
    article = (found.get("results") or [{}])[0]
    sure = found.get("verdict") == "answer" and article.get("key") in _ARTICLES
    return article | {"answer_id": found.get("answer_id")} if sure else {}


def _say(turn: Turn, key: str) -> None:
    turn.say(key, buttons=[turn.button("person", "talk_to_person")])


def _tell(turn: Turn, found: Json) -> bool:
    """Whether there was an article to tell; the sympathy it begins with was said."""
    article = found.get("result") or found
    if not article.get("answer"):
        return False
    answer.tell_article(turn, article | {"answer": _PITY.sub("", article["answer"])}, found.get("answer_id"))
    return True
