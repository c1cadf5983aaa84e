"""Finding tickets, messages, customers and articles by what stands in them, in Chinese and English.

``search_entry`` holds one row for each thing that can be found, with its words (rules.py) and, for customers, keyed hashes
instead of words (blind.py): nothing personal can be read in it. Triggers (storage.py) note what changes in the transaction
that changes it; the worker indexes what was noted (service.py). Reads go through queries.py, which leaves out what a
reader must keep out of.
"""
