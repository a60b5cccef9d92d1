.DEFAULT_GOAL := help
.PHONY: help run setup test e2e faults lint fix bench lock clean
PYTHON_IN_VENV := .venv/bin/python

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set up and serve the dashboard with the demo on http://127.0.0.1:8000 (HOST, PORT, DEMO=0)
	@scripts/run.sh

setup: ## the development environment, without running anything
	@scripts/bootstrap.sh
	@scripts/frontend.sh install

test: setup ## every test: SQLite, PostgreSQL and Valkey, front end, browser
	@scripts/browser.sh
	@$(PYTHON_IN_VENV) -m scripts.test

e2e: setup ## the browser tests only
	@scripts/browser.sh
	@$(PYTHON_IN_VENV) -m scripts.test build browser

faults: setup ## servers killed and cut off under load, with outages at full length (FAULT_SECONDS=30)
	@$(PYTHON_IN_VENV) -m scripts.test faults

lint: setup ## ruff, mypy, import rules, migrations, front-end types and lint
	@$(PYTHON_IN_VENV) -m scripts.lint

fix: setup ## format, and repair what ruff can repair
	@$(PYTHON_IN_VENV) -m ruff check --fix .
	@$(PYTHON_IN_VENV) -m ruff format .

bench: setup ## measure every claim the README makes: every program in benchmarks/
	@for file in $$(grep -rl --include='*.py' '^if __name__' benchmarks | sort); do \
	  echo "=== $$file ==="; \
	  $(PYTHON_IN_VENV) -m $$(echo "$${file%.py}" | tr / .) || exit 1; \
	done

lock: ## bring requirements/*.txt up to pyproject.toml (UPGRADE=1: newest versions)
	@scripts/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## remove everything that can be made again; var/ (your data) stays
	rm -rf .venv .tools frontend/node_modules frontend/dist tests/e2e/node_modules .mypy_cache .ruff_cache .pytest_cache
