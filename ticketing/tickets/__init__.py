"""Tickets: a complaint's life from acceptance to the delivered answer."""
