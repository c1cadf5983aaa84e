"""Puts what `entities.py` finds, and the products of the look-up table, on every message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.entities import entities
from bot.components.lookups import Lookup, find
from bot.components.text import LONGEST

HOME = "Asia/Shanghai"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityExtractor(GraphComponent, EntityExtractorMixin):
    """Amounts, dates, numbers, addresses by rule; products by look-up, without word boundaries in Chinese."""

    FILE = "lookups.json"

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    def __init__(self, storage: ModelStorage, resource: Resource, lookups: list[Lookup]) -> None:
        """Keeps the look-up tables."""
        self._storage = storage
        self._resource = resource
        self._lookups = lookups

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityExtractor:
        """An extractor that knows no look-up table yet."""
        return cls(model_storage, resource, [])

    def train(self, training_data: TrainingData) -> Resource:
        """Keeps the look-up tables of the training data with the model."""
        self._lookups = [Lookup(t["name"], tuple(t["elements"])) for t in training_data.lookup_tables]
        with self._storage.write_to(self._resource) as folder:
            Lookup.save(self._lookups, folder / self.FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityExtractor:
        """The extractor as trained."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Lookup.load(folder / cls.FILE))

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages with their entities."""
        for message in messages:
            if text := message.get(TEXT):
                named = self._entities(text[:LONGEST], moment(message.get("metadata") or {}))
                message.set(ENTITIES, message.get(ENTITIES, []) + named, add_to_output=True)
        return messages

    def _entities(self, text: str, now: datetime) -> list[dict[str, Any]]:
        found = [*entities(text, now), *find(text, self._lookups)]
        return [
            {"entity": e.kind, "value": e.value, "start": e.start, "end": e.end, "extractor": "kesu"}
            | ({"currency": e.currency} if e.currency else {})
            for e in found
        ]


def moment(metadata: dict[str, Any]) -> datetime:
    """The customer's now: as the gateway says, in the zone it says."""
    try:
        zone = ZoneInfo(metadata.get("time_zone") or HOME)
    except (KeyError, ValueError):
        zone = ZoneInfo(HOME)
    try:
        return datetime.fromisoformat(metadata["now"]).astimezone(zone)
    except (KeyError, TypeError, ValueError):
        return datetime.now(UTC).astimezone(zone)
