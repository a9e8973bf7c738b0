SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DOCS := .venv-docs
CORES ?= all
# Once chosen, GPU=1 or 0 stays; another value makes the environment anew.
CHOSEN := $(shell cat $(VENV)/installed 2>/dev/null)
GPU ?= $(or $(CHOSEN),auto)
CHANGED := $(if $(filter-out auto $(CHOSEN),$(GPU)),anew)
export INSTALLER ?= pip
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run install test quick lint gpu-check reference docs serve-docs lock clean
.PHONY: anew

help: ## List the targets; a target's text is the comment behind it.
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20
	@echo 'Variables: CORES=2 (default: all), PYTHON=python3.11 (to create the environments with),'
	@echo '           GPU=1 (install for NVIDIA GPUs, also where none is seen), GPU=0 (for the CPU),'
	@echo '           INSTALLER=uv (set up .venv with uv instead of pip)'

run: install ## Set up .venv and run the whole loop on the embedded default, about 20 minutes.
	snakemake --cores $(CORES) all report
	@if [ -e .git ]; then dvc commit --quiet --force; else \
		echo 'Not under Git, so DVC keeps no versions of the results: git init, then make run.'; fi
	@sws show
	@echo 'The whole story, with every row: open data/report.html in a browser.'

# Two workers share the cores: more threads would wait for each other.
test quick: export OMP_NUM_THREADS ?= 1

test: lint ## Set up .venv, check the code, and run the tests.
	pytest --numprocesses 2 --dist loadgroup

quick: install ## Set up .venv, and run all tests but those of whole graphs.
	pytest --numprocesses 2 --dist loadgroup -m "not whole"

lint: install ## Check style, types and the workflow's form.
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile workflow rules
	mypy
	lint-imports
	snakemake --lint

install: $(VENV)/installed ## Set up .venv: for NVIDIA GPUs where one is seen or with GPU=1, else for the CPU.

$(VENV)/installed: pyproject.toml requirements/cpu.lock requirements/gpu.lock requirements/install.sh $(CHANGED)
	GPU=$(GPU) PYTHON=$(PYTHON) requirements/install.sh $(VENV)
	@echo $(GPU) > $@

gpu-check: install ## On a machine with an NVIDIA GPU: what only a card can show, in ten minutes, as a table and gpu-check.json.
	python -m benchmarks.gpu

reference: install ## Write the reference of the configuration and its JSON Schema anew.
	sws config --reference --save docs/configuration.md
	sws config --schema --save sws/config/params.schema.json

docs: $(DOCS)/installed ## Build the docs site into site/; broken links are errors.
	@set -o pipefail; NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict 2>&1 | grep -v Documenting

serve-docs: $(DOCS)/installed ## Show the docs site on 127.0.0.1:8000, rebuilt as you write.
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs serve

# An environment of its own: the API reference reads the source and imports none of it.
$(DOCS)/installed: pyproject.toml requirements/docs.sh
	PYTHON=$(PYTHON) requirements/docs.sh $(DOCS)
	@touch $@

lock: install ## Write requirements/cpu.lock from what is installed in .venv, and resolve gpu.lock to match.
	requirements/lock.sh $(VENV)

clean: ## Delete all that runs made, except the results that Git keeps.
	rm -rf $(filter-out data/summary.% data/metrics.json,$(wildcard data/*)) cache logs .snakemake site
