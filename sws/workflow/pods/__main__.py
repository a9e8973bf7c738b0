"""The commands of profiles/kubernetes.

python -m sws.workflow.pods watch TEMPLATE               beside Snakemake, as long as it runs
python -m sws.workflow.pods submit TEMPLATE JOBSCRIPT    prints the Job's name
python -m sws.workflow.pods status NAME                  prints running, success or failed
"""

import os
import sys
from pathlib import Path

from sws.errors import SwsError
from sws.workflow.pods.spool import Spool

#: What `watch` prints first; Snakemake gives it to the other commands in this variable.
VARIABLE = "SNAKEMAKE_CLUSTER_SIDECAR_VARS"


def main(arguments: list[str]) -> None:
    """Run one command; an error that the user can mend is shown as such, with exit status 1."""
    try:
        match arguments:
            case ["watch", template]:
                from sws.workflow.pods.watch import watch

                watch(Path(template))
            case ["submit", template, jobscript]:
                print(submit(Path(template), Path(jobscript)))
            case ["status", name]:
                _watcher()
                print(Spool().status(name))
            case _:
                sys.exit(__doc__)
    except SwsError as error:
        sys.exit(f"sws: {error}")


def submit(template: Path, jobscript: Path) -> str:
    """Leave the Job of a jobscript for the watcher; its name."""
    from sws.workflow.pods.manifest import manifest, properties, read_template

    _, run = _watcher()
    job = manifest(read_template(template), properties(jobscript), jobscript, run)
    Spool().submit(job)
    return str(job["metadata"]["name"])


def _watcher() -> tuple[int, str]:
    """The process that watches this run, and the run's id; SwsError if it is gone."""
    number, _, run = os.environ.get(VARIABLE, "").partition(" ")
    try:
        os.kill(int(number), 0)
    except (ValueError, OSError):
        raise SwsError(
            "the process that talks to the cluster is not running",
            expected="one that Snakemake starts: profiles/kubernetes/watch.sh",
            fix="see above why it ended, and start the workflow again",
        ) from None
    return int(number), run


if __name__ == "__main__":
    main(sys.argv[1:])
