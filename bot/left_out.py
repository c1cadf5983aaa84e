"""`python -m bot.left_out`: how the assistant would take each of its own examples, had it not learnt that one.

Leaving an example out costs no training: it follows from the inverse of the one matrix that all were learnt by (Rasmussen & Williams,
*Gaussian Processes for Machine Learning*, eq. 5.12). Composed examples (`contrasts`) are learnt from but not counted, for each has near
twins. What is counted was written in bunches by few authors, so this tells which of two ways of learning is better rather than how
good either is. Takes some three minutes and three times the memory of one matrix of all examples.
"""

import sys
from collections.abc import Sequence

import numpy as np

from bot.quiet import keep_quiet

keep_quiet()

from rasa.shared.nlu.constants import INTENT, TEXT  # noqa: E402
from rasa.shared.nlu.training_data.loading import load_data  # noqa: E402
from scipy.linalg.lapack import spotri  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402

from bot.components.encoders import store_of  # noqa: E402
from bot.components.intents import EVEN_RIDGE, STRENGTH  # noqa: E402
from bot.components.kernel import FeatureSpace, factor_of, features, likeness_of, one_hot  # noqa: E402
from bot.components.text import is_chinese  # noqa: E402
from bot.decision import QUESTION, REFUSED, Thresholds, is_doubtful, is_refused  # noqa: E402
from bot.pipeline import Labelled, Pipeline, shipped  # noqa: E402
from bot.training_data import compose, contrasts  # noqa: E402


def main() -> int:
    """Prints one line a language."""
    examples = [e for e in load_data(str(compose())).intent_examples if e.get(TEXT)]
    everything = Labelled([e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples])
    pipeline = Pipeline(shipped(), store=store_of("embeddings"))
    sparse, dense = features(pipeline.learn_features(everything))
    classes, scores = left_out(sparse, dense, everything.intents)
    composed = {text for block in contrasts() for text in block["examples"]}
    counted = [i for i, text in enumerate(everything.texts) if text not in composed]
    for language, chinese in (("zh", True), ("en", False)):
        rows = [i for i in counted if is_chinese(everything.texts[i]) is chinese]
        print(f"{language}  {summary([everything.intents[i] for i in rows], classes, scores[rows])}")
    return 0


def left_out(sparse: csr_matrix, dense: np.ndarray, intents: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """The classes, and each example's scores `(n, classes)` by all the others, every one trusted alike."""
    space = FeatureSpace.learn(sparse, dense)
    classes, targets = one_hot(intents)
    likeness = likeness_of(space.ngrams(sparse), space.directions(dense), STRENGTH)
    triangle, lower = factor_of(likeness, likeness.diagonal() + EVEN_RIDGE, lower=False)
    inverse, failed = spotri(triangle, lower=lower, overwrite_c=True)
    if failed:
        raise ValueError("the examples' likeness cannot be inverted")
    whole = np.triu(inverse)
    weights = whole @ targets + np.triu(whole, 1).T @ targets
    return classes, targets - weights / inverse.diagonal()[:, None]


def summary(intents: list[str], classes: list[str], scores: np.ndarray) -> str:
    """Intents right; requests refused; questions and the rest refused falsely and told both."""
    right = np.mean([classes[best] == intent for best, intent in zip(scores.argmax(axis=1), intents, strict=True)])
    told = [
        "both" if is_doubtful(row, Thresholds()) else "refused" if is_refused(row, Thresholds()) else "answered"
        for row in (dict(zip(classes, values, strict=True)) for values in scores)
    ]

    def share(how: set[str], of: list[str]) -> str:
        return f"{sum(h in how for h in of) / max(len(of), 1):.2%} of {len(of)}"

    wanted = [h for h, intent in zip(told, intents, strict=True) if intent == REFUSED]
    asked = [h for h, intent in zip(told, intents, strict=True) if intent == QUESTION]
    rest = [h for h, intent in zip(told, intents, strict=True) if intent not in (REFUSED, QUESTION)]
    return (
        f"intents right {right:.2%} of {len(intents)}; refused {share({'refused', 'both'}, wanted)} requests; "
        f"falsely {share({'refused'}, asked)} questions, told both {share({'both'}, asked)}; "
        f"falsely {share({'refused'}, rest)} others, told both {share({'both'}, rest)}"
    )


if __name__ == "__main__":
    sys.exit(main())
