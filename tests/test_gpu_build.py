"""A build of torch that cannot use the GPU of the machine is refused, with what to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sws.config import load
from sws.engines.vllm import VllmEngine
from sws.errors import SwsError
from sws.gpu_build import check_gpu_build, driver_version, visible_gpus
from sws.rl import stage
from sws.serving.serve import serve

ROOT = Path(__file__).parents[1]
DRIVER = """#!/bin/sh
case $1 in
    --query-gpu=name) echo 'NVIDIA H100 80GB HBM3' ;;
    --query-gpu=driver_version) echo 550.54.15 ;;
esac
"""


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An nvidia-smi that shows one GPU."""
    tool = tmp_path / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text(DRIVER)
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    return tool


@pytest.mark.usefixtures("driver")
def test_a_cpu_build_beside_a_gpu_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert visible_gpus() == ["NVIDIA H100 80GB HBM3"]
    monkeypatch.setattr("torch.version.cuda", None)
    with pytest.raises(SwsError, match=r"H100.* built for the CPU") as refusal:
        check_gpu_build()
    assert "make install GPU=1" in refusal.value.fix


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize(
    "work",
    [
        lambda there: stage.run(load("nano"), "initial", there, there, there / "rollouts.json"),
        lambda there: VllmEngine("no/model", max_model_tokens=64).start(),
        lambda there: serve(load("nano"), "generator", None, there / "address.json", "127.0.0.1"),
    ],
    ids=["training", "sampling", "serving"],
)
def test_what_needs_a_gpu_is_refused_before_it_begins(
    work: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.version.cuda", None)
    with pytest.raises(SwsError, match="built for the CPU"):
        work(tmp_path)


@pytest.mark.usefixtures("driver")
def test_a_driver_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert driver_version() == "550.54.15"
    monkeypatch.setattr("torch.version.cuda", "13.0")
    with pytest.raises(SwsError, match=r"CUDA 13\.0 cannot use it \(driver 550\.54\.15\)"):
        check_gpu_build()


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("devices", ["", "-1"])
def test_hidden_gpus_leave_the_choice_to_the_user(
    devices: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", devices)
    check_gpu_build()


def test_a_driver_that_shows_nothing_is_no_gpu(driver: Path) -> None:
    driver.write_text("#!/bin/sh\nexit 9\n")
    check_gpu_build()


def test_workers_that_import_the_main_module_again_start_nothing() -> None:
    """vLLM spawns its workers, which run `python -m sws` once more under another name."""
    code = "import runpy, sys; runpy.run_module('sws', run_name='__mp_main__')"
    command = [sys.executable, "-c", code, "no-such-verb"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)


def test_whether_there_is_a_gpu_is_asked_without_cuda() -> None:
    code = "import sws, torch, os; print(os.environ['PYTORCH_NVML_BASED_CUDA_CHECK'], "
    code += "torch.cuda.is_available() and torch.cuda.is_initialized())"
    found = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True, timeout=120)
    assert found.split() == ["1", "False"]
