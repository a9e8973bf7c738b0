"""Whether the installed torch can use the NVIDIA GPUs that this machine has."""

import os

from sws.errors import SwsError
from sws.gpus import ask_driver

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
    names = ask_driver("name")
    return [f"{name} (of {len(names)})" if len(names) > 1 else name for name in names]


def driver_version() -> str | None:
    """The version of NVIDIA's driver, such as 580.65.06."""
    return next(iter(ask_driver("driver_version")), None)
