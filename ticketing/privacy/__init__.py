"""What customers may ask of their own data (PIPL §45): what is held and since when, and a copy of all of it.

In: a customer's request. Out: an encrypted archive that the worker makes, that one-time links open for a week, and that is
then deleted. Every step is audited.
"""
