"""The catalogues of both languages say the same things."""

import re

import pytest

from actions.wording import LANGUAGES, catalogue, text

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def test_both_languages_have_the_same_texts() -> None:
    assert set(catalogue("zh")) == set(catalogue("en"))


@pytest.mark.parametrize("key", sorted(catalogue("zh")))
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    assert set(PLACEHOLDER.findall(catalogue("zh")[key])) == set(PLACEHOLDER.findall(catalogue("en")[key]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_promises_a_time_or_a_return(language: str) -> None:
    promised = re.compile(
        r"\d+\s*(?:小时|个工作日|天内|hours|working days)|保证(?:收益|退款)|guarantee(?:d)? (?:refund|to refund)"
    )
    assert [key for key, wording in catalogue(language).items() if promised.search(wording)] == []


def test_values_are_filled_in_once_and_never_interpreted() -> None:
    assert text("zh", "addition.ask", number="{count}") == "好的，请说要补充到 {count} 的内容。"
