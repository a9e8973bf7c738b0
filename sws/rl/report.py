"""What a run tells while it trains: a line in its journal, and a bar or a log line."""

import logging
import time
from types import TracebackType
from typing import Any, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sws.logs import terminal
from sws.progress import SECONDS
from sws.rl.recorder import Journal

logger = logging.getLogger(__name__)


class Report:
    """Called with the metrics of every step; only the main process tells anything."""

    def __init__(self, journal: Journal, steps: int, run_name: str, on_main: bool) -> None:
        self._journal = journal
        self._steps = steps
        self._run_name = run_name
        self._on_main = on_main
        self._told = 0.0
        console = terminal()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Progress(
            *columns,
            TimeRemainingColumn(),
            console=console,
            disable=not (on_main and console.is_terminal),
        )
        self._task = self._bar.add_task(run_name, total=steps)

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

    def __call__(self, metrics: dict[str, Any]) -> None:
        if not self._on_main:
            return
        self._journal.add(**metrics)
        done = metrics["step"] + 1
        share = metrics["in_bounds"] / metrics["drawn"]
        told = f"{self._run_name}: reward {metrics['reward']:.2f}, in bounds {share:.0%}"
        self._bar.update(self._task, completed=done, description=told)
        if self._bar.disable and (time.monotonic() - self._told > SECONDS or done == self._steps):
            self._told = time.monotonic()
            logger.info("%s, step %d of %d", told, done, self._steps)
