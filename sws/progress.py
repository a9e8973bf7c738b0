"""Progress of long work: a bar on a terminal, a log line now and then anywhere else."""

import logging
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

T = TypeVar("T")

logger = logging.getLogger(__name__)

#: Between two log lines.
SECONDS = 10.0


def track(iterable: Iterable[T], total: int | None, description: str) -> Iterator[T]:
    """Pass the items on, showing how many of `total` are done (None: unknown) on stderr."""
    console = Console(stderr=True)
    return (_bar if console.is_terminal else _log)(iterable, total, description, console)


def _bar(
    iterable: Iterable[T], total: int | None, description: str, console: Console
) -> Iterator[T]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(description, total=total)
        for item in iterable:
            yield item
            progress.advance(task)


def _log(
    iterable: Iterable[T], total: int | None, description: str, console: Console
) -> Iterator[T]:
    start = last = time.monotonic()
    done = 0
    for item in iterable:
        yield item
        done += 1
        now = time.monotonic()
        if now - last >= SECONDS:
            last = now
            _report(description, done, total, now - start)
    _report(description, done, total, time.monotonic() - start)


def _report(description: str, done: int, total: int | None, seconds: float) -> None:
    share = f" of {total} ({done / total:.0%})" if total else ""
    rate = done / seconds if seconds > 0 else 0.0
    logger.info("%s: %d%s, %.1f per second", description, done, share, rate)
