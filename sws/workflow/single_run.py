"""One run in a folder at a time, by a lock that a killed run cannot leave behind."""

from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError

from sws.errors import SwsError
from sws.locks import hold_until_exit

LOCK = Path(".snakemake/running")


@cache
def run_alone() -> None:
    """Hold the folder's lock until this process exits; a second call does nothing.

    Raises WorkflowError, naming the holder, when another run has it. Snakemake's own lock is a file
    that stays behind when its run is killed; profiles/default turns it off.
    """
    try:
        hold_until_exit(LOCK, "another run of the workflow")
    except SwsError as error:
        raise WorkflowError(str(error)) from None
