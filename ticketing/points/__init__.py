"""Points: an append-only ledger for each customer, and goodwill grants that two people make."""
