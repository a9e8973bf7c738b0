"""The image is built by buildah, which needs no daemon, over a base image made of this machine.

Debian's package buildah; as root, since a user would need more ids than one.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.test_install import PYTHON

ROOT = Path(__file__).parents[1]
BASE = "docker.io/library/python:3.11"
pytestmark = pytest.mark.skipif(
    not shutil.which("buildah") or os.getuid() != 0, reason="needs buildah (Debian), as root"
)


def buildah(store: Path, *arguments: str) -> str:
    """What a command of buildah prints, with a store of its own."""
    command = ["buildah", "--storage-driver", "vfs", "--root", str(store / "images")]
    command += ["--runroot", str(store / "running"), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a base image: the machine's programs, and a Python that records pip's orders."""
    root = tmp_path / "root"
    for folder in ("usr", "tmp", "recording", "etc"):
        (root / folder).mkdir(parents=True)
    for name in ("bin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "recording" / "python3").write_text(PYTHON)
    (root / "recording" / "python3").chmod(0o755)
    container = buildah(tmp_path, "from", "scratch")
    buildah(tmp_path, "copy", container, str(root), "/")
    settings = ("--env", "PATH=/recording:/usr/bin", "--env", "ASKED=/asked")
    buildah(tmp_path, "config", *settings, container)
    buildah(tmp_path, "commit", container, BASE)
    return tmp_path


def test_the_image_is_built_without_a_daemon(store: Path) -> None:
    run = ("--isolation", "chroot", "--volume", "/usr:/usr:ro")
    buildah(store, "bud", *run, "--pull-never", "-f", "containers/Dockerfile", "-t", "sws", ".")
    image = Path(buildah(store, "mount", buildah(store, "from", "--pull-never", "sws")))
    asked = (image / "asked").read_text()
    assert "requirements/gpu.lock" in asked and "cpu.lock" not in asked  # no GPU is here
    inside = {file.name for file in (image / "opt" / "sws").iterdir()}
    assert {"Makefile", "sws", ".venv"} <= inside and ".git" not in inside
    found = json.loads(buildah(store, "inspect", "--type", "image", "sws"))
    assert "PATH=/opt/sws/.venv/bin:/recording:/usr/bin" in found["OCIv1"]["config"]["Env"]
