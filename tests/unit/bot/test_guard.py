"""What the assistant never says, wherever the words came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from actions import guard
from actions.turn import Turn
from actions.wording import LANGUAGES, catalogue

ARTICLES = [
    (f"{article['key']}.{language}", f"{article[language]['answer']}\n{article[language].get('risk_notice') or ''}")
    for path in sorted(Path("nlu_data/knowledge").glob("*.yml"))
    for article in yaml.safe_load(path.read_text(encoding="utf-8"))
    for language in LANGUAGES
]


def turn(language: str = "zh") -> Turn:
    return Turn("c", "理财保本吗", "ask_question", 0.9, language)


@pytest.mark.parametrize(
    "text",
    [
        "这款产品保本，年化4%。", "放心，稳赚不赔。", "保证收益，随存随取。", "我们承诺年化收益不低于5%。", "买了肯定会涨。", "这只基金零风险。",
        "您的钱一定会退回来的。", "保证三天内退款到账。", "百分之百通过审核。", "不用担心，不会亏的。", "理财本金安全，没有任何风险。", "我保证不会亏损。",
        "Your returns are guaranteed.", "We guarantee a refund within three days.", "This product is risk-free.", "You can't lose money with it.",
        "It will definitely rise next week.", "Your principal is protected.", "A guaranteed profit of 8%.", "It is 100% safe.",
        "请把验证码告诉我。", "麻烦提供一下完整的银行卡号。", "请您回复登录密码以便核实。", "Please send me your password.",
        "Could you share the full card number with us?", "Please tell me the verification code you received.",
    ],
)  # fmt: skip
def test_promises_and_requests_for_secrets_are_objected_to(text: str) -> None:
    assert guard.objection(text)


@pytest.mark.parametrize(
    "text",
    [
        "本产品不保本，可能亏损。", "理财非存款，不承诺保本和收益。", "任何声称稳赚不赔的都是骗局。", "我不能保证收益。", "这款产品保本吗？", "没有人能保证一定会涨。",
        "凡是承诺保证收益的，都请警惕。", "保证金会在结清后退回。", "请不要把验证码告诉任何人。", "我们不会要求您提供密码。", "投资有风险，收益不保证。",
        "Returns are not guaranteed.", "We never guarantee profits.", "Is it risk-free?", "Anyone who promises a guaranteed return is a scammer.",
        "Please never send your password.", "Nobody can guarantee that it will rise.", "Do not share the verification code.",
    ],
)  # fmt: skip
def test_refusals_warnings_and_questions_may_name_them(text: str) -> None:
    assert guard.objection(text) is None


@pytest.mark.parametrize(("name", "text"), ARTICLES, ids=[name for name, _ in ARTICLES])
def test_no_article_of_ours_is_withheld(name: str, text: str) -> None:
    assert guard.objection(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_catalogue_is_withheld(language: str) -> None:
    assert {key: bad for key, text in catalogue(language).items() if (bad := guard.objection(text))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_article_that_promises_is_replaced_by_approved_words_and_logged(language: str, caplog: Any) -> None:
    said = turn(language)
    said.say_text("这款产品保本。", custom={"kind": "article", "card": {"key": "wealth-x"}})
    said.say("talk.thank")
    guard.approve(said)
    withheld, kept = said.replies
    assert withheld["text"] == catalogue(language)["guard.withheld"]
    assert "custom" not in withheld
    assert withheld["buttons"][0]["title"] == catalogue(language)["button.person"]
    assert kept["text"] == catalogue(language)["talk.thank"]
    assert "wealth-x" in caplog.text
    assert "保本" in caplog.text


def test_a_promise_on_a_button_or_a_card_is_found_too() -> None:
    said = turn()
    said.say_text("您是不是想问：", buttons=[said.titled("稳赚不赔的理财", "ask_question", article="a")])
    said.say_text("请看：", custom={"kind": "ticket", "card": {"promises": [{"text": "保证三天内退款"}]}})
    guard.approve(said)
    assert {reply["text"] for reply in said.replies} == {catalogue("zh")["guard.withheld"]}


def test_the_customers_own_words_are_shown_to_them() -> None:
    said = turn()
    told = "买的时候说保本，结果亏了八千多"
    said.say_text(
        f"请您核对一下：\n事情经过 {told}",
        custom={"kind": "summary", "card": {"rows": [{"key": "description", "value": told}]}},
        quotes=(told,),
    )
    guard.approve(said)
    assert told in said.replies[0]["text"]
    assert "quotes" not in said.replies[0]
