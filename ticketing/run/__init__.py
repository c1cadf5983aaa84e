"""`make run` and `make setup`: builds the environments, prepares the data, starts the four processes and watches them.

`environments`, `stages` and `console` run on a bare Python 3.11, before anything is installed; the rest runs in `.venv`.
Nothing else imports this package.
"""
