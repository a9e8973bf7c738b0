"""`snakemake` whose Slurm executor asks for its jobs' states every two seconds, come what may.

The plugin waits ten seconds longer each time no job has ended, out of regard for others on the
cluster. Here are none, and most jobs take less.
"""

from snakemake.cli import main
from snakemake_executor_plugin_slurm import Executor

Executor.next_seconds_between_status_checks = property(lambda _: 2, lambda _, seconds: None)

if __name__ == "__main__":
    main()
