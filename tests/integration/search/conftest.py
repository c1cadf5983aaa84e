"""The desk's fixtures, for searches."""

from __future__ import annotations

from tests.desk import app, company, signed_in, ticket

__all__ = ["app", "company", "signed_in", "ticket"]
