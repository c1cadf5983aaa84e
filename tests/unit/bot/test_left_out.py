"""What is told of an example left out is what the others alone say of it."""

import numpy as np
from scipy.sparse import csr_matrix, random

from bot.components.intents import EVEN_RIDGE, STRENGTH
from bot.components.kernel import FeatureSpace, likeness_of, one_hot
from bot.left_out import left_out, summary


def test_left_out_is_learnt_without() -> None:
    chance = np.random.default_rng(7)
    dense = chance.normal(size=(12, 5)).astype(np.float32)
    sparse = csr_matrix(random(12, 20, density=0.3, random_state=7))
    intents = ["a", "b", "c"] * 4
    classes, scores = left_out(sparse, dense, intents)
    space = FeatureSpace.learn(sparse, dense)
    likeness = likeness_of(space.ngrams(sparse), space.directions(dense), STRENGTH)
    _, targets = one_hot(intents)
    for i in range(len(intents)):
        rest = [j for j in range(len(intents)) if j != i]
        weights = np.linalg.solve(likeness[np.ix_(rest, rest)] + EVEN_RIDGE * np.eye(len(rest)), targets[rest])
        assert np.allclose(scores[i], likeness[i, rest] @ weights, atol=1e-3)
    assert classes == ["a", "b", "c"]


def test_the_summary_counts_each_kind_apart() -> None:
    classes = ["ask_question", "forbidden_request", "greet"]
    scores = np.array([[0.1, 1.0, 0.0], [0.9, 0.1, 0.0], [0.0, 0.4, 0.0], [0.2, 0.4, 0.0], [0.0, 0.9, 0.1]])
    told = summary(["forbidden_request", "forbidden_request", "ask_question", "ask_question", "greet"], classes, scores)
    assert told == (
        "intents right 20.00% of 5; refused 50.00% of 2 requests; falsely 0.00% of 2 questions, told both 100.00% of 2; "
        "falsely 100.00% of 1 others, told both 0.00% of 1"
    )
