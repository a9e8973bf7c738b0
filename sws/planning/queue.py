"""What Slurm knows of a run's jobs: those that wait, run, or failed a moment ago.

`squeue` is asked for the jobs whose working directory is the project's folder; the comment in which
Snakemake's executor writes rule and wildcards names them. Nothing is asked where it is not
installed, and a controller that does not answer is no error: the files show the run all the same.
"""

import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

#: States of jobs that will still run, or do.
WAITING = ("PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "SUSPENDED")
RUNNING = ("RUNNING", "COMPLETING", "STAGE_OUT", "SIGNALING")
_ENDED_WELL = ("COMPLETED",)
_PATIENCE = 10.0  # seconds that the controller may take
_END = "\x1f"  # no comment or folder has it
_FIELDS = ("%i", "%T", "%M", "%R", "%k", "%Z")


@dataclass(frozen=True)
class QueuedJob:
    """A job of the run: what it does, its state, its time, and the node or why it waits."""

    job: str
    what: str
    state: str
    time: str
    where: str


def slurm_jobs(folder: Path = Path()) -> list[QueuedJob]:
    """The jobs that a run in `folder` has in Slurm; none where Slurm is not there or not up."""
    command = ["squeue", "--me", "--states=all", "--noheader", f"--format={_END.join(_FIELDS)}"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return list(_parsed(done.stdout.splitlines(), str(folder.resolve())))


def _parsed(lines: Sequence[str], folder: str) -> Iterator[QueuedJob]:
    for line in lines:
        job, state, time, where, comment, work = (line.split(_END) + [""] * 6)[:6]
        if work.strip() == folder and state not in _ENDED_WELL:
            yield QueuedJob(job.strip(), _what(comment.strip()), state, time, where)


def _what(comment: str) -> str:
    """`rule_label_wildcards_1_00` as people say it."""
    rule, _, wildcards = comment.removeprefix("rule_").partition("_wildcards_")
    return f"{rule} {wildcards}".strip() if comment.startswith("rule_") else ""


def in_words(jobs: Sequence[QueuedJob], shown: int = 12) -> Iterator[str]:
    """The queue in lines: counts by state with the reasons for waiting, then job by job."""
    if not jobs:
        return
    running = [one for one in jobs if one.state in RUNNING]
    waiting = [one for one in jobs if one.state in WAITING]
    failed = [one for one in jobs if one not in running and one not in waiting]
    parts = [f"{len(running):,} running"] if running else []
    if waiting:
        reasons = Counter(one.where.strip("()") for one in waiting).most_common(3)
        parts.append(f"{len(waiting):,} waiting ({_counted(reasons)})")
    if failed:
        states = Counter(one.state.lower() for one in failed).most_common(3)
        parts.append(f"{len(failed):,} ended badly a moment ago ({_counted(states)})")
    yield f"Slurm: {', '.join(parts)}"
    for one in [*running, *failed, *waiting][:shown]:
        yield f"  {one.job}  {one.what or 'a job'}: {one.state.lower()}, {one.time}, {one.where}"
    if len(jobs) > shown:
        yield f"  and {len(jobs) - shown:,} more (`squeue --me`)"


def _counted(found: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in found)
