# Everything starts here. Needs Python 3.11 or newer with pip, and make; the rest is fetched from PyPI and npm.
PYTHON ?= python3
TARGET ?= local
# the environment's Python and Node come before all others, also for what the tests start
PY := PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/python
CDK := $(PY) -m local.cdk_cli
# what one process has compiled, the others need not: `make test` starts some hundred
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format dev up down status build synth bootstrap deploy openapi ledger cost bench lock clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing (every other command does this first)
	@$(PYTHON) local/bootstrap.py

demo: setup ## one notification from trigger to inbox, then stop everything
	@$(PY) -m local demo

test: setup ## the whole test suite, the local stack included
	@$(PYTHON) local/bootstrap.py clients
	@$(PY) -m pytest -n 3 --dist loadgroup $(ARGS)

check: setup ## format, lint, strict types, architecture tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@$(PY) -m pytest -q -m "architecture" $(ARGS)

format: setup ## put format and imports in order
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

dev: setup ## the local stack in the foreground; changes are deployed by themselves
	@$(PY) -m local dev

up: setup ## the local stack in the background; returns when it is ready
	@$(PY) -m local up

down: setup ## stop it
	@$(PY) -m local down

status: setup ## does it run, and where
	@$(PY) -m local status

build: setup ## build layers and functions: TARGET=local (default) or aws
	@$(PY) -m layers.bundling $(TARGET)

synth: setup ## CloudFormation templates of a stage: make synth STAGE=prod
	@$(CDK) synth $(STAGE)

bootstrap: setup ## prepare your AWS account and region for CDK, once
	@$(CDK) bootstrap

deploy: setup ## deploy to your AWS account: make deploy STAGE=prod
	@$(CDK) deploy $(STAGE)

openapi: setup ## after a change to the API: write its OpenAPI document and the schemas of events anew
	@$(PY) -m admin openapi
	@$(PY) -m admin event-schemas

ledger: setup ## after a change to what things cost: count them anew (tests/costs/ledger.md) and price them
	@TOCSIN_RECORD=1 $(PY) -m pytest -q tests/costs tests/infra/test_idle_costs.py
	@$(PY) -m bench costs

cost: setup ## dollars per million notifications by workflow, and of an idle stack, from the ledger: docs/costs.md
	@$(PY) -m bench costs $(ARGS)

bench: setup ## throughput, latency and growth, measured anew: docs/performance.md; ARGS=--full for ten rounds
	@$(PYTHON) local/bootstrap.py bench
	@$(PY) -m bench load $(ARGS)

lock: setup ## after changing requirements: pin every transitive version anew
	@$(PY) local/lock.py

clean: setup ## stop the local stack and remove everything that was made
	@$(PY) -m local down
	@rm -rf .venv .venv-emulator .venv-baseline .local build cdk.out local/cdk/node_modules tests/clients/node_modules .mypy_cache .ruff_cache .pytest_cache
