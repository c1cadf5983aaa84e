"""Tells which class a complaint belongs to, learnt from the `metadata.category` of the open_complaint examples."""

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
class ComplaintCategoryClassifier(GraphComponent):
    """Puts `complaint_category: {name, confidence, ranking}` on every message; the skills decide whether to use it."""

    FILE = "categories.npz"

    @classmethod
    def required_components(cls) -> list[type]:
        """Featurizers must have run."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """An untrained classifier; `load` gives a trained one."""
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
    ) -> ComplaintCategoryClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the classes; examples without one, or with `none`, are left out."""
        pairs = [(e, category_of(e)) for e in training_data.training_examples if e.get(TEXT)]
        labelled = [(e, category) for e, category in pairs if category is not None]
        sparse, dense = features([e for e, _ in labelled])
        labels = [category for _, category in labelled]
        self._model = KernelClassifier.fit(sparse, dense, labels, STRENGTH)
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
    ) -> ComplaintCategoryClassifier:
        """The classifier as trained."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._model = KernelClassifier.load(folder / cls.FILE)
        return classifier

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages with the likeliest class and all of them ranked."""
        for message in messages:
            if not message.get(TEXT) or self._model is None:
                continue
            ranking = self._model.guess(*features([message])).ranking
            top = [{"name": name, "confidence": confidence} for name, confidence in ranking]
            message.set("complaint_category", {**top[0], "ranking": top}, add_to_output=True)
        return messages


def category_of(example: Message) -> str | None:
    """The class an example is labelled with, itself or with all of its block; None for none."""
    metadata = example.get("metadata") or {}
    category = next((known["category"] for known in metadata.values() if "category" in known), None)
    return None if category in (None, "none") else str(category)
