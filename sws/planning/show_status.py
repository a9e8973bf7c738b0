"""The status of a run in the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sws.planning.queue import WAITING, in_words
from sws.planning.status import StageStatus, Status
from sws.planning.units import duration
from sws.terminal import printable

_STYLES = {"done": "dim", "running": "bold green", "stopped": "yellow", "waiting": ""}


def status_table(status: Status) -> Table:
    """A row per stage."""
    table = Table(title=f"Run of {status.preset}", title_justify="left", box=None, pad_edge=False)
    table.add_column("stage")
    for name in ("jobs", "answers", "per second", "spent", "left"):
        table.add_column(name, justify="right")
    table.add_column("state")
    for one in status.stages:
        style = _STYLES[one.state]
        answers = f"{one.answers:,}/{one.answers_planned:,}" if one.answers_planned else "-"
        rate = f"{one.rate:,.1f}" if one.answers else "-"
        times = (duration(one.hours), _left(one))
        cells = (one.stage, f"{one.jobs}/{one.jobs_planned}", answers, rate, *times, _state(one))
        table.add_row(*(Text(cell, style) for cell in cells))
    return table


def print_status(status: Status, console: Console | None = None) -> None:
    """Print every stage, the jobs that run now with their rows, and what is left."""
    found = console or Console(highlight=False)
    shown = found if found.is_terminal else Console(file=found.file, width=120, highlight=False)
    shown.print(status_table(status))
    for line in summary_lines(status):
        shown.print(Text(line))


def summary_lines(status: Status) -> list[str]:
    """What runs now and how much is left, in sentences."""
    lines = [""]
    for one in status.progress:
        of = f" of {one.of:,}" if one.of else ""
        left = f", {duration(one.hours_left)} left" if one.hours_left else ""
        what = printable(f"{one.log}: {one.what} {one.rows:,}{of}")
        lines.append(f"{what}, {one.rate:g} per second{left}")
    lines += map(printable, in_words(status.queue))
    if status.steps:
        done, steps = status.steps
        lines.append(f"Snakemake: {done} of {steps} steps done in its last run here")
    if all(one.state == "done" for one in status.stages):
        lines.append("Every stage is done: `sws show` prints the results")
    elif status.running:
        jobs = "1 job" if status.running == 1 else f"{status.running} jobs"
        lines.append(f"Running: {jobs}{_time_left(status)}")
    elif any(one.state in WAITING for one in status.queue):
        lines.append(f"Nothing runs yet: jobs wait in the queue{_time_left(status)}")
    else:
        lines.append(
            "No stage is at work at this moment; if no workflow runs, `snakemake --cores all` goes "
            f"on{_time_left(status)}"
        )
    return lines


def _time_left(status: Status) -> str:
    if not status.hours_left:
        return ""
    least = "at least " if status.unmeasured else ""
    jobs = max(status.running, 1)
    together = f" with {jobs} at a time" if jobs > 1 else ""
    return f"; {least}{duration(status.hours_left / jobs)} left{together}, at the measured speed"


def _left(one: StageStatus) -> str:
    return "?" if one.hours_left is None else duration(one.hours_left)


def _state(one: StageStatus) -> str:
    running = f"{one.running} running" if one.running else one.state
    return f"{running}, {one.lost} lost" if one.lost else running
