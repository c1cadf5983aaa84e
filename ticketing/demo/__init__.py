"""A small demo company, so that a fresh installation has something to show. Never loaded in production."""
