"""Puts `language: {name, clear}` on every message: what to answer in, and whether the message itself said so."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.language import answer_language, language_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(GraphComponent):
    """Reads the sticky language from the message's metadata and overrules it only when the message is clear."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        """A detector; it learns nothing."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages with the language to answer in."""
        for message in messages:
            text = message.get(TEXT) or ""
            metadata = message.get("metadata") or {}
            current, locked = metadata.get("language"), bool(metadata.get("language_locked"))
            name = answer_language(text, current=current, locked=locked)
            message.set("language", {"name": name, "clear": language_of(text) is not None}, add_to_output=True)
        return messages
