"""The shipped intent pipeline on a tiny data set, from text to decision."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.bench import accuracy, choose_threshold, classified, folds_of
from bot.components.intents import EVEN_RIDGE, STRENGTH
from bot.components.kernel import Examples, FeatureSpace, KernelClassifier, Strength, best_strength, features
from bot.decision import FALLBACK
from bot.pipeline import Labelled, Pipeline, shipped

LEARNT = {
    "card_lost": [
        "I lost my card",
        "my card is gone",
        "I cannot find my card",
        "card lost, please block it",
        "my bank card got lost",
    ],
    "exchange_rate": [
        "what is the exchange rate",
        "how many dollars for a euro",
        "rate from pounds to yen",
        "exchange rate today",
    ],
    "change_pin": ["我想改密码", "怎么修改支付密码", "支付密码在哪里改", "改一下密码"],
}
NEW = {
    "card_lost": "someone took my card, it is lost",
    "exchange_rate": "today's rate for dollars",
    "change_pin": "密码怎么改",
}


@pytest.fixture(scope="module")
def examples() -> Labelled:
    return Labelled([t for texts in LEARNT.values() for t in texts], [i for i, texts in LEARNT.items() for _ in texts])


@pytest.fixture(scope="module")
def pipeline(examples: Labelled, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    pipeline = Pipeline(shipped(), store=tmp_path_factory.mktemp("store") / "embeddings.npz")
    pipeline.train(examples)
    return pipeline


def test_new_wordings_are_told_apart_in_both_languages(pipeline: Pipeline) -> None:
    for intent, text in NEW.items():
        assert pipeline.parse(text).get("intent_ranking")[0]["name"] == intent


def test_what_resembles_nothing_learnt_is_less_familiar_and_not_acted_on(pipeline: Pipeline) -> None:
    strange = pipeline.parse("ぬるぽ zzqx 42 !!")
    assert strange.get("intent")["name"] == FALLBACK
    assert all(strange.get("familiarity") < pipeline.parse(text).get("familiarity") for text in NEW.values())


def test_the_threshold_gives_up_no_more_accuracy_than_allowed(pipeline: Pipeline, examples: Labelled) -> None:
    verdicts = classified(pipeline, examples)
    threshold = choose_threshold(verdicts, examples)
    assert accuracy(verdicts, examples, threshold) == accuracy(verdicts, examples, 0.0) == 1.0
    assert accuracy(verdicts, examples, threshold + 0.001) < 1.0


def test_every_fold_holds_out_what_it_does_not_learn(examples: Labelled) -> None:
    for learnt, held in folds_of(examples, 2):
        assert not set(learnt.texts) & set(held.texts)
        assert set(learnt.intents) == set(held.intents) == set(LEARNT)


def test_a_classifier_read_back_guesses_the_same(pipeline: Pipeline, examples: Labelled, tmp_path: Path) -> None:
    messages = pipeline.featurise(examples)
    model = KernelClassifier.fit(*features(messages), examples.intents, STRENGTH, even=EVEN_RIDGE)
    model.save(tmp_path / "model.npz")
    again = KernelClassifier.load(tmp_path / "model.npz").guess(*features(messages[:1]))
    before = model.guess(*features(messages[:1]))
    assert again.ranking == before.ranking
    assert np.isclose(again.familiarity, before.familiarity)
    assert again.even == before.even


def test_classes_learnt_twice_are_ranked_as_those_learnt_once(pipeline: Pipeline, examples: Labelled) -> None:
    messages = pipeline.featurise(examples)
    once = KernelClassifier.fit(*features(messages), examples.intents, STRENGTH)
    twice = KernelClassifier.fit(*features(messages), examples.intents, STRENGTH, even=EVEN_RIDGE)
    for message, intent in zip(messages, examples.intents, strict=True):
        first, second = once.guess(*features([message])), twice.guess(*features([message]))
        assert [name for name, _ in first.ranking] == [name for name, _ in second.ranking]
        assert first.even == {}
        assert max(second.even, key=second.even.__getitem__) == intent


def test_the_strength_chosen_is_one_that_has_the_left_out_right(pipeline: Pipeline, examples: Labelled) -> None:
    useless, fit = Strength(ngrams=0.3, ridge=1e6, balanced=True), Strength(ngrams=0.3, ridge=0.1, balanced=False)
    sparse, dense = features(pipeline.featurise(examples))
    assert best_strength(sparse, dense, examples.intents, [fit, useless]) == fit


def test_both_sets_of_weights_solve_their_equations(pipeline: Pipeline, examples: Labelled) -> None:
    """Plainly computed, the likeness of all examples times the weights gives back their classes."""
    sparse, dense = features(pipeline.featurise(examples))
    model = KernelClassifier.fit(sparse, dense, examples.intents, STRENGTH, even=EVEN_RIDGE)
    directions, ngrams = model.space.directions(dense), model.space.ngrams(sparse).toarray()
    likeness = np.exp(directions @ directions.T - 1) + STRENGTH.ngrams * ngrams @ ngrams.T
    targets = (np.array(examples.intents)[:, None] == np.array(model.classes)).astype(float)
    sizes = targets.sum(axis=0)
    trusted_by_class = STRENGTH.ridge * targets @ (sizes / sizes.mean())
    assert STRENGTH.balanced
    for weights, distrust in zip(np.hsplit(model.example_weights, 2), (trusted_by_class, EVEN_RIDGE), strict=True):
        held_back = np.broadcast_to(distrust, len(targets))[:, None] * weights
        assert np.allclose(likeness @ weights + held_back, targets, atol=1e-4)


def test_examples_of_two_encoders_compare_as_one_matrix_does() -> None:
    directions = np.random.default_rng(1).normal(size=(40, 7)).astype(np.float32)
    directions[::2, 4:] = 0
    apart = Examples.of(directions)
    assert (apart.all_read.shape, apart.some_read.shape) == ((40, 4), (20, 3))
    for direction in (directions[1], directions[2]):
        assert apart.cosines(direction) == pytest.approx(directions @ direction, abs=1e-5)
    assert Examples.of(directions[1::2]).some_read.size == 0


def test_a_number_that_is_nought_is_none() -> None:
    dense = np.array([[1.0, 4.0], [3.0, 0.0], [5.0, 8.0]], np.float32)
    space = FeatureSpace.learn(csr_matrix((3, 1), dtype=np.float32), dense)
    assert space.mean == pytest.approx([3, 6])
    assert space.spread == pytest.approx([(8 / 3) ** 0.5, 2], abs=1e-3)
    assert space.directions(dense)[1].tolist() == [0, 0]
    assert space.directions(dense)[0] == pytest.approx(-space.directions(dense)[2])
