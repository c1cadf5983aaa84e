"""What the assistant says: the same things in both languages, whole, short, in correct punctuation, asking for no secret."""

import re

import pytest

from actions.routing import TASKS
from actions.wording import LANGUAGES, catalogue, text

PLACEHOLDER = re.compile(r"\{(\w+)\}")
QUESTIONS = [(kind, step) for kind, task in TASKS.items() for step in task.steps]
TEXTS = [(language, key) for language in LANGUAGES for key in sorted(catalogue(language))]
LONGEST = {"zh": 130, "en": 330}


def test_both_languages_have_the_same_texts() -> None:
    assert set(catalogue("zh")) == set(catalogue("en"))


@pytest.mark.parametrize("key", sorted(catalogue("zh")))
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    assert set(PLACEHOLDER.findall(catalogue("zh")[key])) == set(PLACEHOLDER.findall(catalogue("en")[key]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "step"), QUESTIONS)
def test_every_question_can_be_asked_and_explained(kind: str, step: str, language: str) -> None:
    asked = "complaint.summary" if (kind, step) == ("complaint", "summary") else f"{kind}.ask.{step}"
    assert {asked, f"{kind}.explain.{step}"} <= set(catalogue(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_promises_a_time_or_a_return(language: str) -> None:
    promised = re.compile(
        r"\d+\s*(?:小时|个工作日|天内|hours|working days)|保证(?:收益|退款)|guarantee(?:d)? (?:refund|to refund)"
    )
    assert [key for key, wording in catalogue(language).items() if promised.search(wording)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_asks_for_what_must_never_be_asked_for(language: str) -> None:
    secret = re.compile(
        r"密码|验证码|安全码|cvv|身份证|完整的|password|verification code|full card|identity number", re.IGNORECASE
    )
    denied = re.compile(r"不要|绝不|隐藏|never|don't|won't", re.IGNORECASE)
    named = {key: wording for key, wording in catalogue(language).items() if secret.search(wording)}
    assert len(named) >= 4
    assert [key for key, wording in named.items() if not denied.search(wording)] == []


@pytest.mark.parametrize(("language", "key"), TEXTS)
def test_texts_are_short_and_punctuated_as_their_language_is(language: str, key: str) -> None:
    wording = catalogue(language)[key]
    assert len(wording) <= LONGEST[language]
    assert "  " not in wording
    plain = PLACEHOLDER.sub("x" if language == "en" else "", wording)
    if language == "zh":
        assert not re.search(r"[㐀-鿿][,.!?:;]|[,!?;][㐀-鿿]|\.\.\.|\"", plain)
        assert not re.search(r"你(?!们)|妳", plain), "customers are 您"
        assert plain.count("“") == plain.count("”")
    else:
        assert not re.search(r"[㐀-鿿，。！？：；、]", plain)
        assert not re.search(r"\s[,.!?;]", plain)


@pytest.mark.parametrize(
    ("language", "key"),
    [
        (lang, key)
        for lang, key in TEXTS
        if not key.startswith(("button.", "category.", "channel.", "product.", "field.", "never."))
    ],
)
def test_sentences_end(language: str, key: str) -> None:
    if key in ("complaint.and", "handover.no_summary", "same.today", "same.earlier"):
        return
    assert (
        catalogue(language)[key]
        .rstrip('”")')
        .endswith(("。", "？", "！", "：", "——", "}", "}”", "）", ".", "?", "!", ":", "**", "(1–5"))
    ), key


def test_values_are_filled_in_once_and_never_interpreted() -> None:
    assert text("zh", "addition.ask.text", number="{count}") == "好的，请说要补充到 {count} 的内容。"
