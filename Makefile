# make run   sets up all it needs and runs the main job on the embedded default
# make test  sets up all it needs and passes the tests
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORES ?= all
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run install test lint lock clean

run: install
	snakemake --cores $(CORES)
	@if [ -e .git ]; then dvc commit --quiet --force; fi
	@sws show

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml requirements/cpu.lock requirements/install.sh
	PYTHON=$(PYTHON) requirements/install.sh $(VENV)
	@touch $@

# Two workers; those that need the finished graph share one run of it, and one has the Slurm.
test: lint
	pytest --numprocesses 2 --dist loadgroup

lint: install
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile rules
	mypy
	snakemake --lint

lock: install
	requirements/lock.sh $(VENV)

# All that runs made, but the results that Git keeps.
clean:
	rm -rf $(filter-out data/summary.% data/metrics.json,$(wildcard data/*)) cache logs .snakemake
