"""Satisfaction after a closed round of a ticket, or a conversation with a person: speed, completeness, solution (handbook §4.3)."""
