"""Sentences by the kinds of their words: "can I see my ex's statement" goes like "can I see my boss's balance".

N-grams over classes of words (Brown et al., *Class-Based n-gram Models of Natural Language*, 1992) tell from a few examples how a thing
is asked for, whoever and whatever it is about. The classes are written by hand, in `nlu_data/word_classes`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.components.text import normalise
from bot.training_data import WORD_CLASSES

LONGEST = 4
"""Units an n-gram has at most."""
LEAST = 2
"""Examples an n-gram must stand in to be learnt."""
NUMBER = "number"
"""The class of numbers, in figures or characters."""
_NUMBER = r"\d+(?:[.,]\d+)*|[一二三四五六七八九十百千万两]+(?=[个万千百元块天月年笔次张份岁])"
_UNIT = re.compile(r"<\w+>|[a-z']+|[^\sa-z]")


class WordClasses:
    """Which class each word is of, and texts as units: a class `<person>`, a Chinese character, an English word."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        """`classes` by word, simplified and in lower case."""
        self.classes = dict(classes)

    @classmethod
    def read(cls, folder: Path) -> WordClasses:
        """From one file a language; raises ValueError for a word of two classes."""
        classes: dict[str, str] = {}
        for path in sorted(folder.glob("*.yml")):
            for name, words in yaml.safe_load(path.read_text(encoding="utf-8")).items():
                for word in words:
                    if classes.setdefault(word, name) != name:
                        raise ValueError(f"{path}: {word} is of the class {classes[word]} and of {name}")
        return cls(classes)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """The longest word first, Latin ones only whole, in the plural too; then numbers.

        Words that begin alike stand together: 34 µs a text, 253 with each on its own.
        """
        words = sorted(self.classes, key=lambda word: (word[0], -len(word)))
        groups = (
            ("(?<![a-z])" if first.isascii() else "") + f"{re.escape(first)}(?:{'|'.join(map(_after_first, alike))})"
            for first, alike in groupby(words, key=itemgetter(0))
        )
        return re.compile("|".join([*groups, _NUMBER]))

    def _class_of(self, match: re.Match[str]) -> str:
        word = match.group()
        return f"<{next((self.classes[w] for w in (word, word[:-1], word[:-2]) if w in self.classes), NUMBER)}>"

    def units(self, text: str) -> list[str]:
        """The text's units in order, one for several of the same class running."""
        found = _UNIT.findall(self._pattern.sub(self._class_of, normalise(text)))
        return [unit for i, unit in enumerate(found) if not (i and unit == found[i - 1] and unit.startswith("<"))]


def _after_first(word: str) -> str:
    return re.escape(word[1:]) + ("(?:e?s)?(?![a-z])" if word.isascii() else "")


def ngrams(units: Sequence[str]) -> Iterator[str]:
    """All runs of one to `LONGEST` units."""
    for length in range(1, LONGEST + 1):
        for start in range(len(units) - length + 1):
            yield " ".join(units[start : start + length])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ClassNgrams(SparseFeaturizer, GraphComponent):
    """Counts a sentence's n-grams of words and classes; learns which n-grams there are."""

    FILE = "class_ngrams.json"

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer, as for every featurizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing of its own."""
        return SparseFeaturizer.get_default_config()

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        storage: ModelStorage,
        resource: Resource,
        classes: WordClasses,
        known: list[str],
    ) -> None:
        """`known`: the n-grams it counts, a column each."""
        super().__init__(name, config)
        self._storage, self._resource, self._classes = storage, resource, classes
        self._columns = {ngram: column for column, ngram in enumerate(known)}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ClassNgrams:
        """One that knows the classes as they are written, and no n-gram yet."""
        return cls(config, execution_context.node_name, model_storage, resource, WordClasses.read(WORD_CLASSES), [])

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every configuration is fine."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the n-grams of the examples and keeps them with the classes of this moment."""
        texts = [example.get(TEXT) for example in training_data.training_examples if example.get(TEXT)]
        seen = Counter(ngram for text in texts for ngram in set(ngrams(self._classes.units(text))))
        known = sorted(ngram for ngram, examples in seen.items() if examples >= LEAST)
        self._columns = {ngram: column for column, ngram in enumerate(known)}
        with self._storage.write_to(self._resource) as folder:
            kept = {"classes": self._classes.classes, "ngrams": known}
            (folder / self.FILE).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ClassNgrams:
        """The classes and n-grams of the training."""
        with model_storage.read_from(resource) as folder:
            kept = json.loads((folder / cls.FILE).read_text(encoding="utf-8"))
        return cls(
            config, execution_context.node_name, model_storage, resource, WordClasses(kept["classes"]), kept["ngrams"]
        )

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each with its counts."""
        for message in messages:
            if message.get(TEXT):
                message.add_features(
                    Features(self._counts(message.get(TEXT)), FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
                )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The training data, each example with its counts."""
        self.process(training_data.training_examples)
        return training_data

    def _counts(self, text: str) -> csr_matrix:
        """One row, a column an n-gram."""
        found = Counter(c for n in ngrams(self._classes.units(text)) if (c := self._columns.get(n)) is not None)
        columns = sorted(found)
        counts = np.array([found[column] for column in columns], dtype=np.float64)
        return csr_matrix((counts, columns, [0, len(columns)]), shape=(1, len(self._columns)))
