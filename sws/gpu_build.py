"""Whether the installed torch can use the NVIDIA GPUs that this machine has."""

import os
import subprocess

from sws.errors import SwsError

#: NVIDIA's driver that the CUDA of the pinned torch needs, at least (CUDA 13.0, Linux).
DRIVER = "580.65"


def check_gpu_build() -> None:
    """Raise SwsError where the driver shows GPUs and torch can use none of them.

    Without it a CPU build would train beside an idle GPU, for weeks instead of hours. An empty
    CUDA_VISIBLE_DEVICES chooses the CPU.
    """
    if os.environ.get("CUDA_VISIBLE_DEVICES", "all") in ("", "-1"):
        return
    import torch

    if torch.cuda.is_available() or not (gpus := visible_gpus()):
        return
    choose_cpu = "CUDA_VISIBLE_DEVICES= (empty) uses the CPU on purpose"
    if torch.version.cuda is None:
        raise SwsError(
            f"{gpus[0]} is here, and the installed torch {torch.__version__} is built for the CPU",
            expected="torch and vllm for CUDA, of requirements/gpu.lock",
            fix=f"run `make install GPU=1`; {choose_cpu}",
        )
    raise SwsError(
        f"{gpus[0]} is here, and torch for CUDA {torch.version.cuda} cannot use it "
        f"(driver {driver_version() or 'unknown'})",
        expected=f"NVIDIA's driver {DRIVER} or later",
        fix=f"update the driver, or have the administrators do it; {choose_cpu}",
    )


def visible_gpus() -> list[str]:
    """The names of the GPUs that NVIDIA's driver shows; none without a driver."""
    lines = _nvidia_smi("--query-gpu=name")
    return [f"{name.strip()} (of {len(lines)})" if len(lines) > 1 else name for name in lines]


def driver_version() -> str | None:
    """The version of NVIDIA's driver, such as 580.65.06."""
    return next(iter(_nvidia_smi("--query-gpu=driver_version")), None)


def _nvidia_smi(query: str) -> list[str]:
    command = ["nvidia-smi", query, "--format=csv,noheader"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return found.stdout.splitlines() if found.returncode == 0 else []
