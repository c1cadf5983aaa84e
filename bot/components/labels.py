"""Tells what kind of its intent a message is, learnt from labels in the examples' metadata: `category` of complaints, `rule` of refusals."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.kernel import KernelClassifier, Strength, features

STRENGTH = Strength(ngrams=0.25, ridge=0.3, balanced=False)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LabelClassifier(GraphComponent):
    """Puts `{name, confidence, ranking}` of a label on every message, under the name `said_as`; the skills decide whether to use it."""

    FILE = "labels.npz"

    @classmethod
    def required_components(cls) -> list[type]:
        """Featurizers must have run."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Which label of the metadata is learnt, and under which name it is put on a message."""
        return {"label": "", "said_as": ""}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """An untrained classifier; `load` gives a trained one."""
        self._label = str(config["label"])
        self._said_as = str(config["said_as"])
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
    ) -> LabelClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the labels; examples without one, or with `none`, are left out."""
        pairs = [(e, label_of(e, self._label)) for e in training_data.training_examples if e.get(TEXT)]
        labelled = [(e, label) for e, label in pairs if label is not None]
        sparse, dense = features([e for e, _ in labelled])
        self._model = KernelClassifier.fit(sparse, dense, [label for _, label in labelled], STRENGTH)
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
    ) -> LabelClassifier:
        """The classifier as trained."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._model = KernelClassifier.load(folder / cls.FILE)
        return classifier

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages with the likeliest label and all of them ranked."""
        for message in messages:
            if not message.get(TEXT) or self._model is None:
                continue
            ranking = self._model.guess(*features([message])).ranking
            top = [{"name": name, "confidence": confidence} for name, confidence in ranking]
            message.set(self._said_as, {**top[0], "ranking": top}, add_to_output=True)
        return messages


def label_of(example: Message, label: str) -> str | None:
    """What an example is labelled with, itself or with all of its block; None for nothing."""
    metadata = example.get("metadata") or {}
    found = next((known[label] for known in metadata.values() if label in known), None)
    return None if found in (None, "none") else str(found)
