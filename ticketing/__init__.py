"""The ticketing backend: rules, tables, services, JSON API and Celery tasks, by domain.

Nothing in here knows Rasa or renders pages. Domains and their direction: docs/architecture.md.
"""
