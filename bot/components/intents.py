"""The intent classifier: ranks the intents and leaves the decision to `bot.decision`."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.kernel import KernelClassifier, Strength, best_strength, features
from bot.decision import FALLBACK, REFUSED, Thresholds, decide, decide_unasked, is_doubtful, is_refused

RANKED = 6
STRENGTH = Strength(ngrams=0.3, ridge=0.15, balanced=True)
EVEN_RIDGE = 0.05
"""Where every example is trusted alike; both are chosen by leaving each example out in turn."""
CANDIDATES = [Strength(n, r, balanced=False) for n, r in ((0.3, 0.02), (0.3, 0.05), (0.15, 0.15), (0.15, 0.3))]
"""Tried on other companies' intents, where `STRENGTH`, cross-validated on ours, means nothing."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KesuIntentClassifier(GraphComponent, IntentClassifier):
    """Sets `intent`, `intent_unasked` (each possibly nlu_fallback), `intent_ranking`, `familiarity` and `doubtful` on messages."""

    FILE = "intents.npz"

    @classmethod
    def required_components(cls) -> list[type]:
        """Featurizers must have run."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The decision's thresholds; `tuned`: whether the strength of learning is chosen anew, by leaving examples out."""
        return {**asdict(Thresholds()), "tuned": False}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """An untrained classifier; `load` gives a trained one."""
        self._thresholds = Thresholds(**{field.name: float(config[field.name]) for field in fields(Thresholds)})
        self._tuned = bool(config["tuned"])
        self._storage = storage
        self._resource = resource
        self._model: KernelClassifier | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KesuIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the intents and keeps the result with the model."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        sparse, dense = features(examples)
        labels = [e.get(INTENT) for e in examples]
        strength = best_strength(sparse, dense, labels, CANDIDATES) if self._tuned else STRENGTH
        even = EVEN_RIDGE if REFUSED in labels else None
        self._model = KernelClassifier.fit(sparse, dense, labels, strength, even=even)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder / self.FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KesuIntentClassifier:
        """The classifier as trained."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._model = KernelClassifier.load(folder / cls.FILE)
        return classifier

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages with the intents acted on, with and without an open question, and what they came from."""
        for message in messages:
            if not message.get(TEXT) or self._model is None:
                continue
            guess = self._model.guess(*features([message]))
            ranking, known = guess.ranking, dict(guess.ranking)
            asked = decide(ranking, guess.familiarity, self._thresholds)
            refused = is_refused(guess.even, self._thresholds)
            unasked = decide_unasked(ranking, guess.familiarity, self._thresholds, refused=refused)
            for key, name in (("intent", asked), ("intent_unasked", unasked)):
                confidence = 1 - ranking[0][1] if name == FALLBACK else known[name]
                message.set(key, {"name": name, "confidence": confidence}, add_to_output=True)
            top = [{"name": n, "confidence": p} for n, p in ranking[:RANKED]]
            message.set("intent_ranking", top, add_to_output=True)
            message.set("familiarity", guess.familiarity, add_to_output=True)
            message.set("doubtful", is_doubtful(guess.even, self._thresholds), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing downstream learns from the intents guessed."""
        return training_data
