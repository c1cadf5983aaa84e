"""The intent classifier: ranks the intents and leaves the decision to `bot.decision`."""

from __future__ import annotations

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

from bot.components.linear import LinearClassifier, features
from bot.decision import FALLBACK, Thresholds, decide, decide_unasked

RANKED = 6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KesuIntentClassifier(GraphComponent, IntentClassifier):
    """Sets `intent`, `intent_unasked` (each possibly nlu_fallback) and `intent_ranking` on every message."""

    FILE = "intents.npz"

    @classmethod
    def required_components(cls) -> list[type]:
        """Featurizers must have run."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`strength`: inverse regularisation; `nearness`: weight of the nearest example; the rest are the decision's thresholds."""
        default = Thresholds()
        return {"strength": 10.0, "nearness": 5.0, "probability": default.probability, "margin": default.margin}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """An untrained classifier; `load` gives a trained one."""
        self._strength = float(config["strength"])
        self._nearness = float(config["nearness"])
        self._thresholds = Thresholds(float(config["probability"]), float(config["margin"]))
        self._storage = storage
        self._resource = resource
        self._model: LinearClassifier | None = None

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
        self._model = LinearClassifier.fit(sparse, dense, labels, strength=self._strength, nearness=self._nearness)
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
            classifier._model = LinearClassifier.load(folder / cls.FILE)
        return classifier

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages with the intents acted on, with and without an open question, and the ranking they came from."""
        for message in messages:
            if not message.get(TEXT) or self._model is None:
                continue
            ranking = self._model.ranking(*features([message]))
            known = dict(ranking)
            for key, choose in (("intent", decide), ("intent_unasked", decide_unasked)):
                name = choose(ranking, self._thresholds)
                confidence = 1 - ranking[0][1] if name == FALLBACK else known[name]
                message.set(key, {"name": name, "confidence": confidence}, add_to_output=True)
            top = [{"name": n, "confidence": p} for n, p in ranking[:RANKED]]
            message.set("intent_ranking", top, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing downstream learns from the intents guessed."""
        return training_data
