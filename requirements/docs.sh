#!/usr/bin/env bash
# Create the virtual environment of the docs site: the extra `docs` of pyproject.toml, alone.
set -euo pipefail
venv=$1
"${PYTHON:-python3}" -m venv --clear "$venv"
"$venv/bin/python" -m pip --disable-pip-version-check install --quiet -r <(
    "$venv/bin/python" - <<'PYTHON'
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
print(*project["optional-dependencies"]["docs"], sep="\n")
PYTHON
)
