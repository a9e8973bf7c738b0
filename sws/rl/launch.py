"""Start a training run on several GPUs or nodes: the same command again, under a launcher."""

import os
import shlex
import sys
from collections.abc import Sequence

from sws.errors import SwsError
from sws.gpus import lease
from sws.installation import ASSETS

#: A command such as `accelerate launch --config_file profiles/accelerate/fsdp.yaml -m`.
LAUNCHER = "SWS_LAUNCH"
LAUNCHED = "SWS_LAUNCHED"
PROFILES = ASSETS / "profiles" / "accelerate"


def one_process_per_gpu(sharded: bool = True) -> list[str]:
    """Accelerate's launcher for the GPUs of this machine; empty for one, or inside a launcher.

    TRL refuses to train in one process that sees several GPUs. `sharded`: by FSDP, else each GPU
    has a copy of the student.
    """
    import torch

    gpus = torch.cuda.device_count()
    if gpus < 2 or "RANK" in os.environ:
        return []
    settings = PROFILES / ("fsdp.yaml" if sharded else "ddp.yaml")
    accelerate = [
        sys.executable,
        "-m",
        "accelerate.commands.launch",
        "--config_file",
        str(settings),
    ]
    machines = ["--num_machines", "1", "--machine_rank", "0"]
    return [*accelerate, *machines, "--num_processes", str(gpus), "-m"]


def relaunch(arguments: Sequence[str] = (), sharded: bool = True) -> None:
    """Replace this process by `$SWS_LAUNCH sws train ...`, unless the launcher started it.

    Without the variable, several visible GPUs get a process each. Waits until they are free.

    The launcher gets this very command as a module with its arguments, so that the graph's rule is
    the same on a laptop and on eight nodes. Raises SwsError when it cannot be started.
    """
    if LAUNCHED in os.environ or "RANK" in os.environ:
        return
    lease(None)
    launcher = shlex.split(os.environ.get(LAUNCHER, "")) or one_process_per_gpu(sharded)
    if not launcher:
        return
    sys.stderr.flush()
    os.environ[LAUNCHED] = "1"
    try:
        os.execvp(launcher[0], [*launcher, "sws", *(arguments or sys.argv[1:])])
    except OSError as error:
        raise SwsError(
            f"{LAUNCHER}: {launcher[0]} cannot be started ({error})",
            expected="a command that is given `sws train ...` as a Python module and arguments",
            fix="see docs/clusters.md, or unset it to train in one process",
        ) from error
