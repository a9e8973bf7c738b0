"""Progress of long work: a bar where a job has the terminal to itself, else a line now and then.

A job with a log file is one of several that share a terminal: bars would write over each other.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self, TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from sws.logs import log_is_open, terminal

T = TypeVar("T")

logger = logging.getLogger(__name__)

#: Between two lines.
SECONDS = 10.0


def track(iterable: Iterable[T], total: int | None, description: str) -> Iterator[T]:
    """Pass the items on, showing how many of `total` are done (None: unknown)."""
    done = 0
    with Meter(description, total) as meter:
        for done, item in enumerate(iterable, start=1):
            yield item
            meter.update(done)
        meter.finish(done)


class Meter:
    """Shows how much of `total` is done (None: unknown); `quiet` shows nothing."""

    def __init__(self, description: str, total: int | None, quiet: bool = False) -> None:
        self._description = description
        self._total = total
        self._quiet = quiet
        self._start = self._told = time.monotonic()
        self._console = terminal()
        self._shared = log_is_open()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=quiet or self._shared or not self._console.is_terminal,
        )
        self._task = self._bar.add_task(description, total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def update(self, done: int, description: str | None = None) -> None:
        """`done` items are done; the description may change on the way."""
        self._description = description or self._description
        if not self._bar.disable:
            self._bar.update(self._task, completed=done, description=self._description)
        elif time.monotonic() - self._told >= SECONDS:
            self._tell(done)

    def finish(self, done: int) -> None:
        """The last line: what was done in all."""
        if self._bar.disable:
            self._tell(done)

    def _tell(self, done: int) -> None:
        if self._quiet:
            return
        self._told = time.monotonic()
        seconds = self._told - self._start
        share = f" of {self._total} ({done / self._total:.0%})" if self._total else ""
        rate = done / seconds if seconds > 0 else 0.0
        line = f"{self._description}: {done}{share}, {rate:.1f} per second"
        logger.info(line)
        if self._shared and self._console.is_terminal:
            self._console.print(line, style="dim")


def note(line: str) -> None:
    """Log a line that the person should see too, also where a log file has the rest."""
    logger.warning(line)
    console = terminal()
    if log_is_open() and console.is_terminal:
        console.print(line, style="dim")
