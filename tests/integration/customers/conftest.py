"""Fixtures: the whole app and people's browsers (tests/desk.py)."""

from tests.desk import app, company, signed_in, ticket

__all__ = ["app", "company", "signed_in", "ticket"]
