"""The NLU pipeline of `config.yml` outside Rasa's graph: trained on one set of labelled texts, applied to another."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import class_from_module_path

from bot.training_data import BOT

CLASSIFIER = "bot.components.intents.KesuIntentClassifier"
_RASA = {
    "RegexFeaturizer": "rasa.nlu.featurizers.sparse_featurizer.regex_featurizer",
    "CountVectorsFeaturizer": "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer",
    "DIETClassifier": "rasa.nlu.classifiers.diet_classifier",
}


@dataclass(frozen=True)
class Labelled:
    """Texts and the intent of each."""

    texts: Sequence[str]
    intents: Sequence[str]

    def at(self, rows: np.ndarray) -> Labelled:
        """Some of them, by row number."""
        return Labelled([self.texts[i] for i in rows], [self.intents[i] for i in rows])

    def messages(self) -> TrainingData:
        """As Rasa holds training examples."""
        pairs = zip(self.texts, self.intents, strict=True)
        return TrainingData([Message.build(text=text, intent=intent) for text, intent in pairs])


def shipped() -> list[dict[str, Any]]:
    """The components of `config.yml` down to the intent classifier, which comes last."""
    pipeline = yaml.safe_load((BOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    names = [component["name"] for component in pipeline]
    return list(pipeline[: names.index(CLASSIFIER) + 1])


class Pipeline:
    """Featurizers and, last, a classifier, in the order given; each entry as in `config.yml`."""

    def __init__(self, components: list[dict[str, Any]], *, store: Path) -> None:
        """Untrained; `store` keeps the embeddings of texts to learn from or to be measured on."""
        self._folder = tempfile.TemporaryDirectory()
        storage = LocalModelStorage(Path(self._folder.name))
        self._components = []
        for position, component in enumerate(components):
            path = component["name"]
            kind = class_from_module_path(f"{_RASA[path]}.{path}" if path in _RASA else path)
            settings = {**kind.get_default_config(), **component}
            if "store" in settings:
                settings["store"] = str(store)
            node = f"{kind.__name__}{position}"
            context = ExecutionContext(GraphSchema({}), node_name=node)
            self._components.append(kind.create(settings, storage, Resource(node), context))

    def train(self, examples: Labelled) -> None:
        """Every component learns from the examples, in turn."""
        self._components[-1].train(TrainingData(self.learn_features(examples)))

    def learn_features(self, examples: Labelled) -> list[Message]:
        """All but the classifier learn from the examples, in turn; these as the classifier sees them."""
        data = examples.messages()
        for component in self._components[:-1]:
            if hasattr(component, "train"):
                component.train(data)
            data = component.process_training_data(data)
        return list(data.training_examples)

    def featurise(self, examples: Labelled) -> list[Message]:
        """The messages as the classifier sees them; embeddings come from and go to the store on disk."""
        data = examples.messages()
        for component in self._components[:-1]:
            data = component.process_training_data(data)
        return list(data.training_examples)

    def classify(self, messages: list[Message]) -> list[Message]:
        """Featurised messages with the classifier's verdict in place of the label."""
        for message in messages:
            message.set(INTENT, None)
        return list(self._components[-1].process(messages))

    def parse(self, text: str) -> Message:
        """One new text through every component, as in service."""
        messages = [Message({TEXT: text})]
        for component in self._components:
            messages = component.process(messages)
        return messages[0]

    def milliseconds(self, texts: Sequence[str]) -> tuple[float, float]:
        """What one new text takes on average, and the classifier's part of it."""
        started = time.perf_counter()
        parsed = [self.parse(text) for text in texts]
        whole = time.perf_counter() - started
        started = time.perf_counter()
        for message in parsed:
            self._components[-1].process([message])
        return 1000 * whole / len(texts), 1000 * (time.perf_counter() - started) / len(texts)
