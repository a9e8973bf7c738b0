"""Installing: which build is chosen, what both locks pin, and what the images run."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYTHON = """#!/bin/sh
# A Python that makes an environment of itself, and records what pip is asked for.
case "$*" in
    *"-m venv"*) for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python" ;;
    *pip*) echo "$*" >> "$ASKED" ;;
esac
"""
UV = """#!/bin/sh
# A uv that makes an environment which cannot install anything, and records what it is asked for.
case "$1" in
    venv) for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python" ;;
    pip) echo "$*" >> "$ASKED" ;;
esac
"""
#: CUDA's packages want other versions of these than the CPU's.
APART = {"apache-tvm-ffi", "triton"}


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in found}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a GPU whose Python only records."""
    for name, text in (("python3", PYTHON), ("nvidia-smi", "#!/bin/sh\nexit 1\n")):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(text)
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    for variable in ("GPU", "INSTALLER"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def install(machine: Path, *options: str) -> str:
    """What `make install` asks pip for."""
    (machine / "asked").unlink(missing_ok=True)
    venv = machine / "venv"
    command = ["make", "install", f"VENV={venv}", "PYTHON=python3", *options]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    asked = machine / "asked"
    return asked.read_text() if asked.exists() else ""


def test_a_machine_without_a_gpu_gets_the_cpu_build(machine: Path) -> None:
    asked = install(machine)
    assert "requirements/cpu.lock" in asked and "gpu.lock" not in asked


def test_a_machine_with_a_gpu_gets_the_gpu_build(machine: Path) -> None:
    (machine / "bin" / "nvidia-smi").write_text("#!/bin/sh\necho 'GPU 0: NVIDIA H100'\n")
    assert "requirements/gpu.lock" in install(machine)
    assert "requirements/cpu.lock" in install(machine, "GPU=0")


def test_a_login_node_gets_the_gpu_build_if_asked_and_keeps_it(machine: Path) -> None:
    asked = install(machine, "GPU=1")
    assert "requirements/gpu.lock" in asked and "cpu" not in asked
    assert install(machine) == ""  # as for `make run`: what is there is taken
    assert "requirements/cpu.lock" in install(machine, "GPU=0")


def test_another_word_than_1_and_0_is_refused(machine: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        install(machine, "GPU=yes")
    assert b"GPU=yes is neither 1, 0 nor auto" in failed.value.stderr


def test_uv_installs_the_same_where_it_is_asked_for(machine: Path) -> None:
    with_pip = install(machine).replace("-m pip --disable-pip-version-check install", "install")
    (machine / "bin" / "uv").write_text(UV)
    (machine / "bin" / "uv").chmod(0o755)
    assert install(machine, "GPU=0") and "uv" not in install(machine, "GPU=0")  # only if asked
    subprocess.run(["rm", "-r", machine / "venv"], check=True)
    with_uv = install(machine, "INSTALLER=uv")
    into = f" --python {machine}/venv/bin/python"
    assert with_uv.count(into) == len(with_uv.splitlines()) > 3
    assert with_uv.replace(f"pip install{into}", "install") == with_pip


def test_an_installer_that_is_missing_or_unknown_is_refused(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bash", "sh", "make", "cat", "sed", "cp", "mkdir"):
        (machine / "bin" / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(machine / "bin"))
    with pytest.raises(subprocess.CalledProcessError) as failed:
        install(machine, "INSTALLER=uv")
    assert b"uv is not on the PATH; install it (pip install uv)" in failed.value.stderr
    with pytest.raises(subprocess.CalledProcessError) as failed:
        install(machine, "INSTALLER=conda")
    assert b"INSTALLER=conda is neither pip nor uv" in failed.value.stderr


def test_both_locks_pin_the_same_versions() -> None:
    cpu, gpu = pins("cpu.lock"), pins("gpu.lock")
    both = cpu.keys() & gpu.keys()
    assert len(both) > 200
    assert {name for name in both if cpu[name] != gpu[name]} <= APART


def test_the_lock_for_gpus_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["gpu"], *extras["cluster"], *extras["dev"]]
    gpu = pins("gpu.lock")
    others = [one for one in map(Requirement, wanted) if one.name != "sws"]  # its own extras
    for requirement in others:
        assert requirement.specifier.contains(gpu[canonicalize_name(requirement.name)])
    assert any(name.startswith("nvidia-nccl") for name in gpu)


def commands_of(image: str) -> list[str]:
    """The shell commands that build an image, with its default arguments."""
    text = (ROOT / "containers" / image).read_text()
    if image == "Dockerfile":
        return [line.removeprefix("RUN ") for line in text.splitlines() if line.startswith("RUN")]
    section = re.search(r"^%post\n(.*?)^%", text, re.MULTILINE | re.DOTALL)
    assert section
    return [line.strip() for line in section[1].splitlines() if line.strip()]


@pytest.mark.parametrize("image", ["Dockerfile", "sws.def"])
def test_images_are_built_for_gpus_where_none_is_seen(machine: Path, image: str) -> None:
    """Their commands run here, on a copy; their base image is not at hand without a daemon."""
    copy = machine / "opt"
    files = ("Makefile", "pyproject.toml", "requirements")
    copy.mkdir()
    subprocess.run(["cp", "-r", *files, copy], cwd=ROOT, check=True)
    for command in commands_of(image):
        command = command.replace("/opt/sws", str(copy)).replace("{{ GPU }}", "$GPU")
        environment = {**os.environ, "GPU": "1"}  # ARG GPU=1, %arguments GPU=1
        subprocess.run(command, shell=True, check=True, env=environment, capture_output=True)
    assert "requirements/gpu.lock" in (machine / "asked").read_text()
    text = (ROOT / "containers" / image).read_text()
    assert re.search(r"^(ARG |    )GPU=1$", text, re.MULTILINE)
