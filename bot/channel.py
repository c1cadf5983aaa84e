"""The one door into Rasa: `POST /webhooks/kesu/webhook`, for the gateway only (docs/architecture.md, Gateway → Rasa)."""

from __future__ import annotations

import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import lean
from bot.components.encoders import accept

log = logging.getLogger(__name__)

LONGEST_MESSAGE = 4000
LONGEST_SENDER = 128
SECRET = "KESU_BOT_SECRET"  # noqa: S105 - the name of the variable


class SecretMissing(RuntimeError):
    """Set KESU_BOT_SECRET to the same long random text for web and rasa; without it the channel does not start."""


class CollectedReplies(OutputChannel):
    """Collects what the assistant says in one turn, one entry per reply with its text, buttons and card together."""

    def __init__(self) -> None:
        """Starts with nothing said."""
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa."""
        return "kesu"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one reply; anything but text, language, buttons and custom is dropped."""
        reply = {key: message[key] for key in ("text", "language", "buttons", "custom") if message.get(key)}
        if "text" in reply or "custom" in reply:
            self.replies.append(reply)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keeps a plain text (Rasa's own defaults send these)."""
        self.replies.append({"text": text})


class KesuInput(InputChannel):
    """Takes the gateway's messages, each with the conversation's token and language in its metadata."""

    def __init__(self, secret: str) -> None:
        """Needs the secret shared with the gateway."""
        self._secret = secret.encode()

    @classmethod
    def name(cls) -> str:
        """The channel's name, which is part of its address."""
        return "kesu"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> KesuInput:
        """The channel with the secret of the environment; raises SecretMissing without one."""
        secret = os.environ.get(SECRET, "")
        if len(secret) < 16:
            raise SecretMissing(f"{SECRET} is missing or shorter than 16 characters")
        lean.install()
        return cls(secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes: a health answer and the webhook."""
        routes = Blueprint("kesu_webhook", __name__)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            # Rasa says that it is up and running even when it could not load the model; then every message is ignored.
            agent = getattr(request.app.ctx, "agent", None)
            ready = agent is not None and agent.is_ready()
            return response.json({"status": "ok" if ready else "no_model"}, status=200 if ready else 503)

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            return await self._receive(request, on_new_message)

        return routes

    async def _receive(self, request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
        if not self._is_the_gateway(request):
            return response.json({"error": "unauthorized"}, status=401)
        try:
            sender, text, metadata = message_of(request.json)
        except Exception as error:  # noqa: BLE001 - whatever a stranger sends is refused
            log.info("kesu_webhook_refused reason=%s", type(error).__name__)
            return response.json({"error": "invalid"}, status=422)
        # Not kept with the message: the tracker would carry it to the actions and into every later turn.
        accept(text, metadata.pop("embedding", None))
        collected = CollectedReplies()
        try:
            await on_new_message(UserMessage(text, collected, sender, input_channel=self.name(), metadata=metadata))
        except Exception:
            log.exception("kesu_turn_failed")
            return response.json({"error": "turn_failed"}, status=500)
        return response.json(collected.replies)

    def _is_the_gateway(self, request: Request) -> bool:
        scheme, _, token = (request.headers.get("authorization") or "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self._secret)


def message_of(body: Any) -> tuple[str, str, dict[str, Any]]:
    """Sender, text and metadata of a request body; raises ValueError when it is not what the contract says."""
    if not isinstance(body, dict):
        raise ValueError("body")
    sender, text, metadata = body.get("sender"), body.get("message"), body.get("metadata", {})
    if not isinstance(sender, str) or not 1 <= len(sender) <= LONGEST_SENDER:
        raise ValueError("sender")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_MESSAGE:
        raise ValueError("message")
    if not isinstance(metadata, dict):
        raise ValueError("metadata")
    return sender, text, metadata
