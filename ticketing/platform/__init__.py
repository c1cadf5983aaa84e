"""What every domain stands on: clock, database, settings, errors, crypto, outbox, logging, metrics.

Imports nothing from any domain.
"""
