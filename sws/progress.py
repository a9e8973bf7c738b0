"""Progress of long work: a bar on a terminal, else a log line every ten seconds.

Jobs with a log file share the terminal with others, so they print lines: bars would overlap.
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

from sws.terminal import log_is_open, terminal

T = TypeVar("T")

log = logging.getLogger(__name__)

#: Between two log lines.
SECONDS = 10.0


def track(iterable: Iterable[T], total: int | None, description: str) -> Iterator[T]:
    """Yield the items and show how many of `total` (None: unknown) are done."""
    done = 0
    with Meter(description, total) as meter:
        for done, item in enumerate(iterable, start=1):
            yield item
            meter.update(done)
        meter.finish(done)


class Meter:
    """Shows how many of `total` items (None: unknown) are done; `quiet` shows nothing."""

    def __init__(self, description: str, total: int | None, quiet: bool = False) -> None:
        self._description = description
        self._total = total
        self._quiet = quiet
        self._start = self._reported = time.monotonic()
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
        """Report that `done` items are done; the description may change."""
        self._description = description or self._description
        if not self._bar.disable:
            self._bar.update(self._task, completed=done, description=self._description)
        elif time.monotonic() - self._reported >= SECONDS:
            self._report(done)

    def finish(self, done: int) -> None:
        """Report the total."""
        if self._bar.disable:
            self._report(done)

    def _report(self, done: int) -> None:
        if self._quiet:
            return
        self._reported = time.monotonic()
        seconds = self._reported - self._start
        share = f" of {self._total} ({done / self._total:.0%})" if self._total else ""
        rate = done / seconds if seconds > 0 else 0.0
        line = f"{self._description}: {done}{share}, {rate:.1f} per second"
        log.info(line)
        if self._shared and self._console.is_terminal:
            self._console.print(line, style="dim")


def note(line: str) -> None:
    """Log a line that the person should see too, also where a log file has the rest."""
    log.warning(line)
    console = terminal()
    if log_is_open() and console.is_terminal:
        console.print(line, style="dim")
