"""Sentences by the kinds of their words."""

from pathlib import Path

import pytest
import yaml

from bot.components.text import normalise
from bot.components.word_classes import WordClasses, ngrams
from bot.pipeline import Labelled, Pipeline
from bot.training_data import WORD_CLASSES

FEATURISED = [{"name": "bot.components.tokenizer.MixedTokenizer"}, {"name": "bot.components.word_classes.ClassNgrams"}]


@pytest.fixture(scope="module")
def classes() -> WordClasses:
    return WordClasses.read(WORD_CLASSES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("我前女友的账单给我看看", "我老板的流水给我看看"),
        ("黄金能抄底吗", "比特币能加仓吗"),
        ("分3笔转", "分12笔转"),
        ("徵信報告怎麼改", "征信报告怎么改"),
        ("can I see my ex's statement", "can I see my boss's balance"),
        ("Is gold going to crash", "is bitcoin going to rally"),
        ("two fake invoices", "two forged receipts"),
    ],
)
def test_sentences_that_go_alike_are_the_same_units(classes: WordClasses, one: str, other: str) -> None:
    assert classes.units(one) == classes.units(other)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("我妈妈的流水", ["我", "<person>", "的", "<record>"]),
        ("股票基金黄金买哪个", ["<asset>", "<trade>", "哪", "个"]),
        ("no exchange of texting", ["no", "exchange", "of", "texting"]),  # no “ex”, no “text”: Latin words count whole
        ("转五万，哈哈", ["转", "<number>", "万", ",", "哈", "哈"]),
        ("", []),
    ],
)
def test_units(classes: WordClasses, text: str, units: list[str]) -> None:
    assert classes.units(text) == units


def test_every_word_is_written_as_it_is_looked_for() -> None:
    for path in WORD_CLASSES.glob("*.yml"):
        for name, words in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            assert words, name
            assert [word for word in words if normalise(word) != word] == []
            assert len(set(words)) == len(words), name


def test_a_word_of_two_classes_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "zh.yml").write_text("person: [客户]\nfirm: [客户]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"客户.*person.*firm"):
        WordClasses.read(tmp_path)


def test_ngrams_are_all_runs_of_up_to_four() -> None:
    assert list(ngrams(["a", "b", "c"])) == ["a", "b", "c", "a b", "b c", "a b c"]
    assert max(len(ngram.split()) for ngram in ngrams(list("abcdefg"))) == 4


def test_what_was_never_seen_is_counted_by_its_class(tmp_path: Path) -> None:
    """“My cousin's salary” shares n-grams with sentences about an uncle's balance, which are counted as often as they stand there."""
    learnt = Labelled(
        ["show me my uncle's balance", "show me my aunt's statement", "哪里有雨", "哪里有雪"], ["a", "a", "b", "b"]
    )
    pipeline = Pipeline(
        [*FEATURISED, {"name": "bot.components.intents.KesuIntentClassifier"}], store=tmp_path / "none.npz"
    )
    pipeline.learn_features(learnt)
    new, foreign = pipeline.featurise(Labelled(["show me my cousin's salary", "zzz"], ["a", "a"]))
    (counts,) = [feature.features for feature in new.features]
    (nothing,) = [feature.features for feature in foreign.features]
    units = ["show", "me", "my", "<person>", "'s", "<record>"]
    assert counts.sum() == len(list(ngrams(units)))
    assert nothing.nnz == 0
    assert nothing.shape == counts.shape
