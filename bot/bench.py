"""`python -m bot.bench`: the shipped intent pipeline on public data, by the embedding model that `KESU_EMBEDDING_MODEL` names;
`--compare diet` sets logistic regression and DIET beside it on our own.

Data: `banking77/` and `clinc150/` under `KESU_PUBLIC_DATA` (default: `../shared/data`). Nothing is tuned on a test
set: the one figure chosen is the threshold of familiarity, on CLINC150's validation set.
"""

import argparse
import csv
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.decision import Thresholds, decide, kind_of
from bot.quiet import keep_quiet
from bot.training_data import EMBEDDING_MODEL, ROOT

keep_quiet()

from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier  # noqa: E402
from rasa.shared.nlu.constants import INTENT, TEXT  # noqa: E402
from rasa.shared.nlu.training_data.loading import load_data  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from sklearn.model_selection import StratifiedKFold  # noqa: E402

from bot.components.encoders import embed_with_store, store_of  # noqa: E402
from bot.pipeline import Labelled, Pipeline, shipped  # noqa: E402
from bot.training_data import compose  # noqa: E402

ALLOWED_COST = 0.005
"""In-scope accuracy on validation that knowing what is out of scope may cost; sets the threshold of familiarity."""
ANYTHING = float("-inf")
"""The threshold that nothing is too strange for."""
TIMED = 200
DIET = {"name": "DIETClassifier", "epochs": 100, "entity_recognition": False, "constrain_similarities": True}
LOGISTIC = {"name": "bot.bench.Logistic", "max_iter": 100}


class Logistic(LogisticRegressionClassifier):
    """Rasa's logistic regression, not written to disk: that needs a package the assistant does without."""

    def persist(self) -> None:
        """Keep nothing."""


def main() -> int:
    """Prints one table a data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("KESU_PUBLIC_DATA", ROOT.parent / "shared" / "data")
    )
    parser.add_argument("--only", choices=["banking77", "clinc150"])
    parser.add_argument("--compare", choices=["diet"], help="cross-validate on our own utterances instead")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=DIET["epochs"], help="of DIET")
    arguments = parser.parse_args()
    print(f"embedding model: {EMBEDDING_MODEL}", flush=True)
    if arguments.compare:
        compare(arguments.folds, arguments.epochs)
        return 0
    for name, measure in (("banking77", banking77), ("clinc150", clinc150)):
        if arguments.only in (None, name):
            folder = arguments.data / name
            if not folder.is_dir():
                sys.exit(f"{folder} is not there: say where the public data is with --data or KESU_PUBLIC_DATA")
            measure(folder)
    return 0


def banking77(folder: Path) -> None:
    """Accuracy over 77 intents of bank customers."""

    def read(split: str) -> Labelled:
        with (folder / f"{split}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return Labelled([row["text"] for row in rows], [row["category"] for row in rows])

    train, test = read("train"), read("test")
    pipeline, seconds = trained(train)
    verdicts = classified(pipeline, test)
    print(f"banking77  test accuracy {accuracy(verdicts, test, ANYTHING):.2%}  (BERT-base 93.7 %)")
    print_costs(pipeline, train, test, seconds)


def clinc150(folder: Path) -> None:
    """Accuracy over 150 intents and the share of foreign texts found out, with a threshold from validation."""
    splits = json.loads((folder / "data_full.json").read_text(encoding="utf-8"))

    def read(*names: str) -> Labelled:
        rows = [row for name in names for row in splits[name]]
        return Labelled([text for text, _ in rows], ["out_of_scope" if i == "oos" else i for _, i in rows])

    train = read("train", "oos_train")
    pipeline, seconds = trained(train)
    known, foreign = read("val"), read("oos_val")
    threshold = choose_threshold(classified(pipeline, known), known)
    print(f"clinc150   familiarity threshold from validation {threshold:.3f}, in-scope accuracy / out-of-scope recall:")
    report("validation", pipeline, known, foreign, threshold)
    test = read("test")
    report("test", pipeline, test, read("oos_test"), threshold)
    print("           published: BERT 96.2 % / 52.3 %, Rasa 90.9 % / 31.2 %")
    print_costs(pipeline, train, test, seconds)


@dataclass(frozen=True)
class Verdict:
    """What the pipeline made of one text."""

    ranking: list[tuple[str, float]]
    familiarity: float

    @classmethod
    def of(cls, message: Message) -> "Verdict":
        """Read from a message that passed the pipeline; DIET knows no familiarity."""
        ranking = [(guess["name"], guess["confidence"]) for guess in message.get("intent_ranking")]
        return cls(ranking, message.get("familiarity") or 0.0)

    def intent(self, threshold: float) -> str:
        """The intent acted on at a threshold of familiarity."""
        return decide(self.ranking, self.familiarity, Thresholds(0.0, 0.0, threshold))


def trained(examples: Labelled) -> tuple[Pipeline, float]:
    """The shipped pipeline, its strength chosen on the examples, trained on them; the seconds that took once they were embedded."""
    store = store_of("public_embeddings")
    embed_with_store(list(examples.texts), store, EMBEDDING_MODEL)
    *features, classifier = shipped()
    pipeline = Pipeline([*features, {**classifier, "tuned": True}], store=store)
    started = time.monotonic()
    pipeline.train(examples)
    return pipeline, time.monotonic() - started


def classified(pipeline: Pipeline, examples: Labelled) -> list[Verdict]:
    """The verdict on each text."""
    return [Verdict.of(message) for message in pipeline.classify(pipeline.featurise(examples))]


def accuracy(verdicts: list[Verdict], truth: Labelled, threshold: float) -> float:
    """The share of texts whose intent acted on is theirs."""
    pairs = zip(verdicts, truth.intents, strict=True)
    return float(np.mean([verdict.intent(threshold) == intent for verdict, intent in pairs]))


def choose_threshold(verdicts: list[Verdict], truth: Labelled) -> float:
    """The highest threshold of familiarity that costs at most `ALLOWED_COST` of in-scope accuracy."""
    least = accuracy(verdicts, truth, ANYTHING) - ALLOWED_COST
    right = sorted(v.familiarity for v, i in zip(verdicts, truth.intents, strict=True) if v.intent(ANYTHING) == i)
    return right[len(right) - int(np.ceil(least * len(verdicts)))]


def report(name: str, pipeline: Pipeline, known: Labelled, foreign: Labelled, threshold: float) -> None:
    """Prints both figures of one split."""
    inside = accuracy(classified(pipeline, known), known, threshold)
    verdicts = classified(pipeline, foreign)
    outside = np.mean([kind_of(verdict.intent(threshold)) == "oos" for verdict in verdicts])
    print(f"           {name:<10} {inside:.2%} / {outside:.2%}")


def print_costs(pipeline: Pipeline, train: Labelled, test: Labelled, seconds: float) -> None:
    """Prints what training and one message take."""
    whole, classifying = pipeline.milliseconds(test.texts[:TIMED])
    print(
        f"           {len(train.texts)} texts learnt in {seconds:.0f} s after embedding; "
        f"a message takes {whole:.1f} ms, {classifying:.1f} of them for classifying"
    )


def compare(folds: int, epochs: int) -> None:
    """Cross-validates the shipped classifier, logistic regression and DIET on our own utterances, over the same features."""
    ours = load_data(str(compose())).intent_examples
    everything = Labelled([e.get(TEXT) for e in ours], [e.get(INTENT) for e in ours])
    features, own = shipped()[:-1], shipped()[-1]
    for name, classifier in (("ours", own), ("logistic regression", LOGISTIC), ("DIET", {**DIET, "epochs": epochs})):
        rows = [held_out([*features, classifier], everything, *fold) for fold in folds_of(everything, folds)]
        right, kinds, seconds, whole, classifying = np.mean(rows, axis=0)
        print(
            f"{name}  intent {right:.2%}, kind {kinds:.2%}; learnt in {seconds:.0f} s; "
            f"a message takes {whole:.1f} ms, {classifying:.1f} of them for classifying",
            flush=True,
        )


def folds_of(everything: Labelled, folds: int) -> list[tuple[Labelled, Labelled]]:
    """Training and held-out part of each fold; every intent is in each."""
    splitter = StratifiedKFold(folds, shuffle=True, random_state=1)
    return [
        (everything.at(learnt), everything.at(kept))
        for learnt, kept in splitter.split(everything.texts, everything.intents)
    ]


def held_out(components: list[dict[str, Any]], everything: Labelled, train: Labelled, test: Labelled) -> list[float]:
    """Shares of right intents and kinds, seconds of training, milliseconds a message in all and for classifying."""
    store = store_of("embeddings")
    embed_with_store(list(everything.texts), store, EMBEDDING_MODEL)
    pipeline = Pipeline(components, store=store)
    started = time.monotonic()
    pipeline.train(train)
    seconds = time.monotonic() - started
    pairs = [(v.ranking[0][0], i) for v, i in zip(classified(pipeline, test), test.intents, strict=True)]
    right = np.mean([guess == intent for guess, intent in pairs])
    kinds = np.mean([kind_of(guess) == kind_of(intent) for guess, intent in pairs])
    return [float(right), float(kinds), seconds, *pipeline.milliseconds(test.texts[:TIMED])]


if __name__ == "__main__":
    sys.exit(main())
