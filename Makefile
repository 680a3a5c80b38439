# What people, pre-commit and CI run, in one place: `make help` lists it. All that is installed stays in this folder.

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import tomllib' 2>/dev/null && echo $$name && break; done)
UV = $(shell uv --version >/dev/null 2>&1 && echo uv || echo .tools/uv)
BIN = .venv/bin
TESTS ?= tests

UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
UV_PROJECT_ENVIRONMENT = $(CURDIR)/.venv
UV_PYTHON_DOWNLOADS = never
UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/*),true,false)
PLAYWRIGHT_BROWSERS_PATH ?= $(CURDIR)/.cache/playwright
export UV_CACHE_DIR UV_PROJECT_ENVIRONMENT UV_PYTHON_DOWNLOADS UV_SYSTEM_CERTS PLAYWRIGHT_BROWSERS_PATH

# The lock names PyPI. Behind another index the same versions, with the same hashes, come from there.
INDEX = $(or $(UV_DEFAULT_INDEX),$(UV_INDEX_URL),$(PIP_INDEX_URL))
PIP = $(UV) pip install --python .venv --default-index $(INDEX)
define install
	@echo "Limber's Python packages go into .venv/ (a minute at first, then an instant)."
	@$(if $(INDEX),$(UV) venv --quiet --allow-existing --python $(PYTHON) \
		&& $(UV) export --quiet --frozen --no-emit-project $(1) -o .venv/locked.txt \
		&& $(PIP) --require-hashes -r .venv/locked.txt && { test -x $(BIN)/limber || $(PIP) --no-deps -e .; } \
		,$(UV) sync --locked --inexact --python $(PYTHON) $(1))
endef

# A browser keeps notes in the home folder unless told where else.
BROWSER = LIMBER_CHROMIUM="$$($(BIN)/python tools/get_chromium.py)" && export LIMBER_CHROMIUM \
	&& XDG_CACHE_HOME="$(CURDIR)/.cache" XDG_CONFIG_HOME="$(CURDIR)/.cache/config"
PYTEST = $(BROWSER) exec $(BIN)/pytest -n auto --maxprocesses 4

# Where this is set, every process that a test starts would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-long check fmt lint types contracts pictures gallery screenshots bench clean uv runtime packages

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: runtime ## try Limber in a local Slack in the browser, no account needed (RESET=1 starts afresh, PORT=3001 moves it)
	@exec $(BIN)/limber demo $(if $(RESET),--reset) $(if $(PORT),--port $(PORT))

test: packages ## run the tests, ten minutes at most (TESTS=tests/domain runs a part)
	@$(PYTEST) $(TESTS)

test-long: packages ## run the full-size tests too
	@$(PYTEST) -m "long or not long" --hypothesis-profile=searching $(TESTS)

check: lint types contracts test ## all that must hold before a commit

fmt: packages ## format the code
	@$(BIN)/ruff format && $(BIN)/ruff check --fix-only --quiet

lint: packages ## is the code formatted, does it keep the rules?
	@$(BIN)/ruff format --check && $(BIN)/ruff check

types: packages ## do the types fit?
	@$(BIN)/mypy

contracts: packages ## do the imports point the right way?
	@$(BIN)/lint-imports

pictures: packages ## draw the pictures of exercises whose pose changed (ALL=1 draws all, ten minutes)
	@$(BIN)/python -m routines.figures build $(if $(ALL),--all)

gallery: packages ## put all pictures of exercises on one sheet, light and dark
	@$(BIN)/python -m routines.figures gallery docs/images/gallery.webp

screenshots: packages ## take the pictures in the README anew
	@$(BROWSER) exec $(BIN)/python tools/take_screenshots.py

bench: uv ## measure Limber beside job frameworks: many breaks due at once, presses (BENCH=--full for the target's size)
	$(call install,--group bench)
	@$(BIN)/python -m benchmarks $(BENCH)

clean: ## remove what was installed and cached; the demo's data stays
	rm -rf .venv .tools .cache .*_cache .hypothesis dist

runtime: uv
	$(call install,--no-default-groups)

packages: uv
	$(call install,)

uv:
	@test -n "$(PYTHON)" || { echo "Limber needs Python 3.11 or newer, and there is none on the PATH." \
		"If it is elsewhere, say so: make demo PYTHON=/path/to/python3" >&2; exit 1; }
	@test "$(UV)" = uv || test -x .tools/uv || $(PYTHON) tools/get_uv.py
