# Everything one does with Kesu. `make help` lists it; `make run` and `make test` are the two that matter.
PYTHON ?= python3.11
WEB := .venv/bin/python
BOT := .venv-bot/bin/python
# The assistant's tests run without tests/conftest.py, which needs the other environment.
PYTEST_BOT := PYTHONPATH=tests $(BOT) -m pytest -c tests/conversations/pytest.ini --rootdir . --confcutdir tests/conversations -p no_skips
PYTEST := PYTHONPATH=tests $(WEB) -m pytest -p no_skips

.DEFAULT_GOAL := help
.NOTPARALLEL:
# Tests wait for databases, browsers and processes as much as they compute.
SIDE_BY_SIDE := 3

.PHONY: help setup setup-tests run test lint test-web test-faults test-e2e test-bot train embed nlu-eval bench-nlu knowledge-eval load histories lives mutation migration screenshots clean python

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## build what is missing, prepare the data, start everything, print the addresses
	@exec $(WEB) -m ticketing.run

test: setup-tests lint test-web test-faults test-e2e test-bot ## every check and every test

setup: python ## the two Python environments, the front-end packages from the pinned files, the widget's bundle
	@$(PYTHON) -m ticketing.run.environments

setup-tests: python
	@$(PYTHON) -m ticketing.run.environments --tests

lint: ## ruff, mypy, import-linter, djlint
	$(WEB) -m ruff check .
	$(WEB) -m ruff format --check .
	$(WEB) -m mypy
	.venv/bin/lint-imports --no-logo
	$(WEB) -m djlint web/templates ticketing --extension html --lint --quiet

test-web: ## the tests of backend, pages and widget, side by side (ARGS= for pytest)
	$(PYTEST) -n $(SIDE_BY_SIDE) --dist loadfile tests/e2e/widget tests/integration tests/unit $(ARGS)

test-faults: ## killed workers, lost brokers, restarted databases (ARGS= for pytest)
	$(PYTEST) tests/fault $(ARGS)

# Trained and embedded before: what starts the product waits ten minutes for it, and either may take as long on a slow machine.
test-e2e: train embed ## the whole product in Chromium (ARGS= for pytest)
	$(PYTEST) -n 2 --dist loadfile tests/e2e/own_pages $(ARGS)
	$(PYTEST) tests/e2e --ignore tests/e2e/widget --ignore tests/e2e/own_pages $(ARGS)

test-bot: train ## the assistant's tests and conversations (ARGS= for pytest)
	$(PYTEST_BOT) tests/unit/bot tests/conversations $(ARGS)

train: ## train the assistant if anything it learns from changed
	$(BOT) -m bot.train

embed: ## embed the articles ahead of a first start
	@mkdir -p var
	$(WEB) -m ticketing.knowledge embed

nlu-eval: train ## measure the assistant on labelled rows: FILE=x.jsonl
	@test -n "$(FILE)" || { echo "Say which rows: make nlu-eval FILE=nlu_data/evaluation/kinds.jsonl"; exit 2; }
	$(BOT) -W ignore -m bot.evaluate "$(FILE)"

bench-nlu: ## the intent pipeline on public data, or beside DIET on ours: ARGS='--compare diet'
	$(BOT) -W ignore -m bot.bench $(ARGS)

knowledge-eval: ## measure the knowledge base on held-out questions, other fields' texts and slips of the keyboard
	$(WEB) -m ticketing.knowledge measure

load: ## turn times, tickets a second, memory, cost of promises by open tickets; queue, search and board beside a million (ARGS=)
	$(WEB) tests/load/run.py $(ARGS)

histories: ## the promise engine against its slow twin on random histories: COUNT=50000
	KESU_HISTORIES=$(or $(COUNT),50000) $(PYTEST) tests/unit/sla/test_engine_is_its_twin.py --timeout 0 --hypothesis-show-statistics

lives: ## tickets through random lives, every promise and gate checked after each step: COUNT=200
	KESU_LIVES=$(or $(COUNT),200) $(PYTEST) tests/integration/tickets/test_life_cycle.py --timeout 0 --hypothesis-show-statistics

mutation: ## small faults in the two rule tables: how many the unit tests notice (ARGS=sla|tickets)
	$(WEB) tests/mutation/run.py $(ARGS)

migration: ## write the next database revision from the models: NAME='Add …'
	@test -n "$(NAME)" || { echo "Say what it changes: make migration NAME='Add the tier to customers'"; exit 2; }
	$(WEB) -m ticketing.run.migrate revision "$(NAME)"
	@$(WEB) -m ruff check --quiet --fix ticketing/migrations && $(WEB) -m ruff format --quiet ticketing/migrations

screenshots: ## the README's pictures, from a running `make run`; ARGS=--every-page: all pages, themes, sizes
	$(WEB) tests/e2e/screenshots.py $(ARGS)

clean: ## remove what was built; the database, its secrets and the logs in var/ stay
	rm -rf .venv .venv-bot web/node_modules web/static/vendor bot/.build bot/models
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed and '$(PYTHON)' was not found. Install it, or say where it is: make PYTHON=/path/to/python3.11 …"; exit 1; }
