"""The JSON routes, as the action server calls them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import g, request
from flask.testing import FlaskClient

from tests import factories
from ticketing.conversations import service as conversations
from ticketing.knowledge.api import api
from ticketing.platform import http
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.http import KesuFlask, Runtime
from ticketing.platform.settings import Settings

BASE = "/api/v1/knowledge"


@pytest.fixture
def client(articles: Database, clock: FixedClock, settings: Settings) -> Iterator[FlaskClient]:
    """A caller; the header ``Authorization`` of these tests is checked by nobody, its presence signs a customer in."""
    with articles.transaction() as session:
        customer = factories.customer(session, clock)
        talk = conversations.open_conversation(session, clock=clock, customer=customer, language="zh").id
        actor = factories.actor_of(customer, talk)
    app = KesuFlask(__name__)
    app.extensions["kesu"] = Runtime(settings, articles, clock)
    http.install(app, render_page=http.problem)

    def sign_in() -> None:
        if "Authorization" in request.headers:
            g.actor = actor

    app.before_request(sign_in)
    app.register_api(api)
    with app.test_client() as made:
        made.environ_base["HTTP_AUTHORIZATION"] = "Bearer test"
        yield made


def test_a_question_is_answered_and_rated(client: FlaskClient) -> None:
    found = client.get(f"{BASE}/search", query_string={"q": "提现手续费怎么收？", "language": "zh"}).get_json()
    assert found["verdict"] == "answer"
    (result,) = found["results"]
    assert set(result) == {
        "key", "version", "score", "topic", "question", "answer", "risk_notice", "skill", "follow_ups"
    }  # fmt: skip
    assert set(result["follow_ups"][0]) == {"key", "question"}
    thumb = f"{BASE}/answers/{found['answer_id']}/thumb"
    assert client.post(thumb, json={"helpful": True}).status_code == 204
    assert client.post(f"{BASE}/answers/999999/thumb", json={"helpful": True}).status_code == 404


def test_an_article_is_read_in_the_language_of_the_caller(client: FlaskClient) -> None:
    english = client.get(f"{BASE}/articles/withdrawal-fee", headers={"Accept-Language": "en"}).get_json()
    chinese = client.get(f"{BASE}/articles/withdrawal-fee", query_string={"language": "zh"}).get_json()
    assert english["answer_id"] != chinese["answer_id"]
    assert english["question"].isascii()
    assert not chinese["question"].isascii()
    assert client.get(f"{BASE}/articles/nothing").get_json()["code"] == "article_not_found"


def test_the_topic_of_the_answer_before_is_used(client: FlaskClient) -> None:
    found = client.get(f"{BASE}/search", query_string={"q": "那提现呢", "topic": "transfer-arrival-time"}).get_json()
    assert found["results"][0]["key"] == "withdrawal-arrival-time"


@pytest.mark.parametrize("query", [{"q": "x" * 10_001}, {"q": "提现", "language": "fr"}, {"q": "提现", "topic": "a b"}])
def test_what_the_contract_does_not_know_is_refused(client: FlaskClient, query: dict[str, str]) -> None:
    answer = client.get(f"{BASE}/search", query_string=query)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "input_invalid")


def test_without_a_question_the_answer_is_to_decline(client: FlaskClient) -> None:
    assert client.get(f"{BASE}/search").get_json()["verdict"] == "decline"


@pytest.mark.parametrize("path", ["/search?q=提现", "/articles/withdrawal-fee"])
def test_nobody_reads_without_signing_in(client: FlaskClient, path: str) -> None:
    del client.environ_base["HTTP_AUTHORIZATION"]
    assert client.get(BASE + path).get_json()["code"] == "not_signed_in"
