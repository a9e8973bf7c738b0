"""Start a training run on several GPUs or nodes: the same command again, under a launcher."""

import os
import shlex
import sys
from collections.abc import Sequence

from sws.errors import SwsError

#: A command such as `accelerate launch --config_file profiles/accelerate/fsdp.yaml -m`.
LAUNCHER = "SWS_LAUNCH"
LAUNCHED = "SWS_LAUNCHED"


def one_process_per_gpu() -> list[str]:
    """Accelerate's launcher for the GPUs of this machine; empty for one, or inside a launcher.

    TRL refuses to train in one process that sees several GPUs.
    """
    import torch

    gpus = torch.cuda.device_count()
    if gpus < 2 or "RANK" in os.environ:
        return []
    accelerate = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu"]
    return [*accelerate, "--num_processes", str(gpus), "-m"]


def relaunch(arguments: Sequence[str] = ()) -> None:
    """Replace this process by `$SWS_LAUNCH sws train ...`, unless the launcher started it.

    Without the variable, several visible GPUs get a process each.

    The launcher gets this very command as a module with its arguments, so that the graph's rule is
    the same on a laptop and on eight nodes. Raises SwsError when it cannot be started.
    """
    launcher = shlex.split(os.environ.get(LAUNCHER, "")) or one_process_per_gpu()
    if not launcher or LAUNCHED in os.environ:
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
