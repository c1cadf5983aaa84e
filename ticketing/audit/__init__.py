"""Who did what, append-only and hash-chained. Every service that changes something writes here."""
