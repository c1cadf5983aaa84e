"""Satisfaction after a closed round: speed, completeness, solution (handbook §4.3)."""
