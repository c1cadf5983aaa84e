"""The database's history, one file a change; `make migration NAME=…` writes the next one from the models."""
