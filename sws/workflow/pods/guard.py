"""A process that outlives Snakemake, however it ends, to delete the Jobs that still run.

python -m sws.workflow.pods.guard NAMESPACE LABEL        reads standard input to its end first
"""

import subprocess
import sys
import time
from contextlib import suppress

#: Seconds between two attempts, and how many, while the cluster's API does not answer.
PAUSE, ATTEMPTS = 5, 12


class Guard:
    """The guard of one run. The kernel closes its standard input when this process ends."""

    def __init__(self, namespace: str, label: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, namespace, label],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for Snakemake alone
        )

    def finish(self) -> None:
        """Have it delete the unfinished Jobs now, and wait for that."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()


def main(namespace: str, label: str) -> None:
    """Wait for the end of the run, then delete its unfinished Jobs.

    Gives up after a minute without an answer; the next run of the project deletes them then.
    """
    from sws.workflow.pods.cluster import Cluster, Unreachable

    cluster = Cluster(namespace)
    sys.stdin.read()
    for _ in range(ATTEMPTS):
        with suppress(Unreachable):
            cluster.delete_unfinished(label)
            return
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])
