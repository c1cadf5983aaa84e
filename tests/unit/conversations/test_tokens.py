"""Tokens open their own door, for their time, and no other."""

from __future__ import annotations

import pytest

from ticketing.conversations import tokens
from ticketing.conversations.tokens import ConversationClaims
from ticketing.platform.clock import FixedClock
from ticketing.platform.errors import DomainError

SECRET = "s" * 40
CLAIMS = ConversationClaims("public", 7, 9, "en")


def test_a_token_gives_back_what_it_was_made_of(clock: FixedClock) -> None:
    app = tokens.sign_app_token(SECRET, clock=clock, claims=CLAIMS)
    assert tokens.read_app_token(SECRET, clock=clock, token=app) == CLAIMS
    turn = tokens.sign_conversation_token(SECRET, clock=clock, claims=CLAIMS)
    assert tokens.read_conversation_token(SECRET, clock=clock, token=turn) == CLAIMS
    page = tokens.sign_customer_token(SECRET, clock=clock, customer_id=9, language="zh")
    assert tokens.read_customer_token(SECRET, clock=clock, token=page) == (9, "zh")


def test_no_token_opens_another_door(clock: FixedClock) -> None:
    app = tokens.sign_app_token(SECRET, clock=clock, claims=CLAIMS)
    for read in (tokens.read_conversation_token, tokens.read_customer_token, tokens.read_identity_token):
        with pytest.raises(DomainError, match="token_invalid"):
            read(SECRET, clock=clock, token=app)


@pytest.mark.parametrize(
    "spoil",
    [lambda token: token[:-2] + "AA", lambda token: "", lambda token: "é" + token, lambda token: ".." + token,
     lambda token: "eyJhbGciOiJub25lIn0." + token.split(".")[1] + ".", lambda token: token * 20],
)  # fmt: skip
def test_a_spoilt_token_is_refused(clock: FixedClock, spoil: object) -> None:
    token = tokens.sign_app_token(SECRET, clock=clock, claims=CLAIMS)
    with pytest.raises(DomainError, match="token_invalid"):
        tokens.read_app_token(SECRET, clock=clock, token=spoil(token))  # type: ignore[operator]


def test_a_token_ends_with_its_time(clock: FixedClock) -> None:
    token = tokens.sign_conversation_token(SECRET, clock=clock, claims=CLAIMS)
    clock.advance(minutes=9, seconds=59)
    tokens.read_conversation_token(SECRET, clock=clock, token=token)
    clock.advance(seconds=2)
    with pytest.raises(DomainError, match="token_invalid"):
        tokens.read_conversation_token(SECRET, clock=clock, token=token)


def test_another_installations_token_is_refused(clock: FixedClock) -> None:
    token = tokens.sign_app_token("o" * 40, clock=clock, claims=CLAIMS)
    with pytest.raises(DomainError, match="token_invalid"):
        tokens.read_app_token(SECRET, clock=clock, token=token)


def test_without_an_identity_secret_nobody_is_vouched_for(clock: FixedClock) -> None:
    with pytest.raises(DomainError, match="token_invalid"):
        tokens.read_identity_token("", clock=clock, token="a.b.c")
