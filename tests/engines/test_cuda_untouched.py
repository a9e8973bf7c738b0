"""Before vLLM is imported, nothing touches CUDA: its workers could not be started any more."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# A build with CUDA on a machine of two GPUs, as far as PyTorch asks before it starts CUDA.
SCRIPT = """
import sws, torch
from sws.config.roles import Role
from sws.engines.vllm import VllmEngine
from sws.engines.vllm_inputs import engine_arguments
from sws.rl.launch import one_process_per_gpu
from sws.serving.serve import server_command
touched = []
def touch(*_):
    touched.append("CUDA")
    return 2
torch.cuda._is_compiled = lambda: True
torch.cuda._device_count_nvml = lambda: 2
torch._C._cuda_getDeviceCount = touch
torch.cuda._lazy_init = touch
role = Role(engine="vllm", model="some/Model-7B")
VllmEngine("some/Model-7B", max_model_tokens=64, role=role)
engine_arguments("some/Model-7B", role, 64)
server_command(role, "some/Model-7B", 64, "name", "127.0.0.1", 8000)
assert torch.cuda.is_available() and one_process_per_gpu()
torch.manual_seed(1)
print(touched)
"""


def test_what_comes_before_vllm_asks_nvml_alone() -> None:
    unset = {"PYTORCH_NVML_BASED_CUDA_CHECK", "VLLM_WORKER_MULTIPROC_METHOD", "RANK"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.strip() == "[]", said.stderr


def test_workers_are_spawned_and_do_not_run_the_command_again() -> None:
    assert os.environ["VLLM_WORKER_MULTIPROC_METHOD"] == "spawn"
    runpy.run_module("sws", run_name="__mp_main__")  # as a spawned worker does
