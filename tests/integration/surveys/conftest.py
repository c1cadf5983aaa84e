"""A customer's browser and the desk behind it (the customer pages' fixtures), and surveys as they stand."""

from tests.integration.customer_pages.conftest import app, browser, desk, visitor

__all__ = ["app", "browser", "desk", "visitor"]
