# Huikuan: `make demo` and `make test` need Python 3.11 or newer with venv, git and make; everything else is fetched.

PORT ?= 8800
HOME_DIR ?= .data/demo
WORKERS ?= 2

export UV_COMPILE_BYTECODE := 1
export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON := $(CURDIR)/.boot/bin/python
# A virtual environment that happens to be active must not become the target.
unexport VIRTUAL_ENV
unexport UV_PROJECT_ENVIRONMENT
unexport PYTHONHOME
unexport PYTHONPATH

VENV_PYTHON := .venv/bin/python
# Not spelled $(MAKE) in the recipe: `make -n demo` must not start anything.
OWN_MAKE := $(MAKE)
STEP := @sh tools/step.sh
WEB_SOURCES := $(shell find web/src web/public 2>/dev/null) $(shell find web -maxdepth 1 -type f 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: demo test lint api docs fmt soak bench screenshots dist web env help clean

demo: .venv/.stamp  ## start everything with the sample bank: http://127.0.0.1:8800 (PORT=…, HOME_DIR=…)
	@exec $(VENV_PYTHON) -m huikuan demo --port $(PORT) --home $(HOME_DIR) --end-with-parent \
		--pages-command "$(OWN_MAKE) --no-print-directory web"

test: .venv/.stamp src/huikuan/webdist/index.html  ## all tests except the long ones (WORKERS=2, ARGS="…")
	@cd web && PATH="$(CURDIR)/.node:$$PATH" npm test --silent
	@$(VENV_PYTHON) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

soak: .venv/.stamp src/huikuan/webdist/index.html  ## long property runs, big seeds, the wheel in an empty environment
	@HYPOTHESIS_PROFILE=soak $(VENV_PYTHON) -m pytest -n $(WORKERS) --dist loadgroup -m soak $(ARGS)

lint: .venv/.stamp web/node_modules/.stamp  ## style, types, import contracts, migrations, API schema, sizes, stage SQL, links
	@PATH="$(CURDIR)/.node:$$PATH" $(VENV_PYTHON) tools/lint.py $(ARGS)

api: .venv/.stamp web/node_modules/.stamp  ## write web/openapi.json and the TypeScript client from the routes
	@HUIKUAN_ROLE=owner $(VENV_PYTHON) tools/openapi.py
	@cd web && PATH="$(CURDIR)/.node:$$PATH" npm run --silent api

docs: .venv/.stamp  ## write the generated pages of docs/reference
	@$(VENV_PYTHON) tools/reference.py

bench: .venv/.stamp  ## measure: one figure a file of benchmarks/ (ARGS=name)
	@for file in benchmarks/$(or $(ARGS),*).py; do echo "== $$file"; $(VENV_PYTHON) $$file || exit 1; done

fmt: .venv/.stamp  ## format the Python code and sort its imports
	@$(VENV_PYTHON) -m ruff check --quiet --fix --exit-zero .
	@$(VENV_PYTHON) -m ruff format .

screenshots: .venv/.stamp  ## take the pictures of docs/images from the running demonstration (start `make demo` first)
	@$(VENV_PYTHON) tools/screenshots.py --address http://127.0.0.1:$(PORT) --home $(HOME_DIR)

dist: .venv/.stamp src/huikuan/webdist/index.html  ## build dist/huikuan-*.whl, which contains the pages and needs no Node
	@rm -rf dist
	$(STEP) "Wheel" .boot/bin/python -m uv build --quiet --wheel --out-dir dist
	@ls -l dist/*.whl

web: src/huikuan/webdist/index.html  ## build the pages into src/huikuan/webdist

env: .venv/.stamp web/node_modules/.stamp  ## make the Python and the Node environment

clean:  ## remove environments and builds; data in .data stays
	@rm -rf .boot .venv .node .node-venv dist web/node_modules src/huikuan/webdist

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-6s %s\n", $$1, $$2}'

.boot/.stamp: .uv-version tools/boot_python.sh
	@PYTHON="$(PYTHON)" sh tools/boot_python.sh
	@touch $@

.venv/.stamp: .boot/.stamp pyproject.toml uv.lock
	$(STEP) "Python environment from uv.lock" .boot/bin/python -m uv sync --quiet --frozen
	@touch $@

.node/.stamp: .boot/.stamp uv.lock tools/boot_node.sh
	$(STEP) "Node" sh tools/boot_node.sh
	@touch $@

web/node_modules/.stamp: .node/.stamp web/package.json web/package-lock.json
	$(STEP) "Front-end packages from package-lock.json" sh -c 'cd web && PATH="$(CURDIR)/.node:$$PATH" npm ci --no-audit --no-fund'
	@touch $@

src/huikuan/webdist/index.html: .venv/.stamp web/node_modules/.stamp $(WEB_SOURCES)
	$(STEP) "Pages" sh -c 'cd web && PATH="$(CURDIR)/.node:$$PATH" npm run build'
	@$(VENV_PYTHON) -m whitenoise.compress --quiet src/huikuan/webdist
	@touch $@
