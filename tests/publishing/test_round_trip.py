"""Publish, and read it back with the real clients over HTTP: equal rows, whole and streamed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sws.publishing.folder import Published
from tests.hub import Hub
from tests.publishing.conftest import REPO, TAG, TOKEN, Publish
from tests.publishing.test_tables import NAMES, rows_of


def read(hub: Hub, home: Path, token: str = TOKEN) -> "subprocess.CompletedProcess[str]":
    """Run the reader in a process of its own, with a fresh cache."""
    environment = {**os.environ, "HF_ENDPOINT": hub.address, "HF_HOME": str(home)}
    environment |= {"HF_TOKEN": token, "HF_HUB_OFFLINE": "0"}
    command = [sys.executable, str(Path(__file__).with_name("reader.py")), REPO, TAG]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_every_configuration_loads_whole_and_streamed(
    hub: Hub, made: Published, publish: Publish, tmp_path: Path
) -> None:
    publish()
    done = read(hub, tmp_path / "home")
    assert done.returncode == 0, done.stderr[-3000:]
    got: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert sorted(got["files"]) == sorted(made.files)
    assert set(got["tables"]) == set(NAMES)
    for name, table in got["tables"].items():
        assert table["whole"] == rows_of(made, name), name
        assert table["streamed"] == table["whole"], name
    assert got["default"] == rows_of(made, "augmented")


def test_others_cannot_read_a_private_set(hub: Hub, publish: Publish, tmp_path: Path) -> None:
    publish()
    hub.store.tokens["hf_of_somebody_else"] = ("other", True)
    done = read(hub, tmp_path / "home", "hf_of_somebody_else")
    assert done.returncode != 0
    assert "me/weak" in done.stderr
