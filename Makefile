# Two commands are all a newcomer needs: `make demo` and `make test`. Both set up .venv from the committed
# lock files, with uv where it is installed and with plain venv and pip where it is not.

PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null)
RUN := .venv/bin/
# One more worker than cores, because tests wait for servers and browsers: on two cores 860 s in place of 1,007 s.
WORKERS ?= $(shell expr $$(nproc) + 1)
KEEP ?= var/rehearsal
# Where the shell tells Python to keep nothing that it compiled, each of the hundreds of programs that a test run starts
# compiles all that it imports anew: for a quarter of the whole time.
export PYTHONDONTWRITEBYTECODE =

# The workers of a test run fill all cores; tests/test_threads.py decides with more threads than one.
unit quick: export POLARS_MAX_THREADS = 1

.DEFAULT_GOAL := help
.PHONY: help demo pages test quick lint types shape unit bench docs pictures lock clean

help: ## Show what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: .venv/.run ## Decide about synthetic people, one for each reason and each mismatch
	@$(RUN)ims-sync demo || [ $$? -eq 1 ]
	@echo "The same people in the pages for staff:  make pages"

pages: .venv/.run ## Serve the pages for staff over a rehearsal with synthetic people, kept in var/rehearsal
	@$(RUN)ims-sync demo --keep $(KEEP) --web || [ $$? -eq 1 ]

test: lint types shape unit ## Run every check

quick: lint types shape ## Run what a developer runs often: without PostgreSQL, browsers, crashes, simulated days
	$(RUN)python -m pytest -n $(WORKERS) --dist worksteal -q -m 'not slow'

lint: .venv/.test
	$(RUN)ruff format --check .
	$(RUN)ruff check .

types: .venv/.test
	$(RUN)mypy

shape: .venv/.test
	$(RUN)lint-imports --no-cache

unit: .venv/.test
	$(RUN)python -m pytest -n $(WORKERS) --dist worksteal -q

bench: .venv/.bench ## Measure speed and memory into benchmarks/results.json
	$(RUN)python -m benchmarks.run

docs: .venv/.run ## Make the documents that are made from the code
	$(RUN)python -c 'from sync.rules.book import as_markdown as page; print(page(), end="")' > docs/reasons.md.new && mv docs/reasons.md.new docs/reasons.md
	$(RUN)python -c 'from sync.model.schemas import as_markdown as page; print(page(), end="")' > docs/tables.md.new && mv docs/tables.md.new docs/tables.md
	$(RUN)python -c 'from sync.explain.mismatches import as_markdown as page; print(page(), end="")' > docs/mismatches.md.new && mv docs/mismatches.md.new docs/mismatches.md
	$(RUN)python -c 'from sync.alerts.causes import as_markdown as page; print(page(), end="")' > docs/alerts.md.new && mv docs/alerts.md.new docs/alerts.md

pictures: .venv/.test ## Make the pictures of docs/pages.md (needs Chromium)
	$(RUN)python -m tests.browser.pictures

lock: ## Renew the lock files (needs uv)
	uv lock --upgrade
	uv export -q --frozen --no-emit-project --no-default-groups --group build -o requirements.lock
	uv export -q --frozen --no-emit-project --no-default-groups --group build --group test -o requirements-test.lock
	uv export -q --frozen --no-emit-project --no-default-groups --all-groups -o requirements-bench.lock

clean: ## Take away what was set up
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.run: uv.lock requirements.lock
	@$(call install,requirements.lock,--group build)

.venv/.test: uv.lock requirements-test.lock
	@$(call install,requirements-test.lock,--group build --group test)
	@touch .venv/.run

.venv/.bench: uv.lock requirements-bench.lock
	@$(call install,requirements-bench.lock,--all-groups)
	@touch .venv/.run .venv/.test

# $(1) the lock file for pip, $(2) the same groups for uv; prints the full log only where something fails
define install
echo "Setting up .venv from $(1) ..."; \
if [ -n "$(UV)" ]; then \
	$(UV) sync -q --frozen --inexact --no-default-groups $(2) --python $(PYTHON); \
else \
	{ [ -x .venv/bin/pip ] || $(PYTHON) -m venv .venv; } \
	|| { rm -rf .venv; echo "No virtual environment could be made. On Debian: apt-get install python3-venv" >&2; exit 1; }; \
	.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r $(1) \
	&& .venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
fi && touch $@
endef
