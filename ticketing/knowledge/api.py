"""JSON routes of the knowledge base, for the assistant and the agent workspace."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag

from ticketing.knowledge import retrieval, schemas, service
from ticketing.platform.access import callers
from ticketing.platform.http import reader_language, runtime, session, transaction
from ticketing.platform.identity import current_actor

api = APIBlueprint(
    "knowledge", __name__, url_prefix="/api/v1/knowledge", abp_tags=[Tag(name="knowledge", description="Articles")]
)
READ = "knowledge.read"
"""The permission of staff; its name, because the staff domain stands beside this one."""


@api.get("/search", responses={200: schemas.SearchOut})
@callers(customers=True, permission=READ)
@transaction("none")
def search(query: schemas.SearchQuery) -> Response:
    """Answer a question, ask back what was meant, or decline. Logged, hence a short write of its own after the search."""
    actor, now = current_actor(), runtime()
    model = now.settings.embedding_model
    language = query.language or reader_language()
    with now.database.reading() as reading:
        found = retrieval.look_up(
            reading, clock=now.clock, query=query.q, topic=query.topic, model=model, language=language
        )
    with now.database.transaction() as writing:
        answered = service.answer(
            writing,
            clock=now.clock,
            found=found,
            query=query.q,
            language=language,
            conversation_id=actor.conversation_id,
        )
    return jsonify(asdict(answered))


@api.get("/articles/<key>", responses={200: schemas.ArticleOut})
@callers(customers=True, permission=READ)
@transaction("none")
def article(path: schemas.ArticlePath, query: schemas.ArticleQuery) -> Response:
    """One article; its being shown is logged."""
    actor, now = current_actor(), runtime()
    model = now.settings.embedding_model
    with now.database.reading() as reading:
        retrieval.current(reading, clock=now.clock, model=model)
    with now.database.transaction() as writing:
        found, answer_id = service.article(
            writing,
            clock=now.clock,
            key=path.key,
            language=query.language or reader_language(),
            conversation_id=actor.conversation_id,
            model=model,
        )
    return jsonify(asdict(found) | {"answer_id": answer_id})


@api.post("/answers/<int:answer_id>/thumb", responses={204: None})
@callers(customers=True, permission=READ)
def thumb(path: schemas.AnswerPath, body: schemas.ThumbIn) -> tuple[str, int]:
    """Say whether an answer helped."""
    service.rate(
        session(),
        clock=runtime().clock,
        answer_id=path.answer_id,
        helpful=body.helpful,
        conversation_id=current_actor().conversation_id,
    )
    return "", 204
