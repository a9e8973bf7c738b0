"""What a run tells while it trains: a line in its journal, and how far it is."""

from types import TracebackType
from typing import Any, Self

from sws.ledger import count
from sws.progress import Meter
from sws.rl.recorder import Journal

#: What a step adds to the ledger, by the name that the metrics give it.
LEDGER = {"requests": "drawn", "completions": "completions", "completion_tokens": "tokens"}


class Report:
    """Called with the metrics of every step; only the main process tells anything."""

    def __init__(self, journal: Journal, steps: int, run_name: str, on_main: bool) -> None:
        self._journal = journal
        self._steps = steps
        self._run_name = run_name
        self._on_main = on_main
        self._meter = Meter(run_name, steps, quiet=not on_main)

    def __enter__(self) -> Self:
        self._meter.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._meter.__exit__(kind, error, trace)

    def __call__(self, metrics: dict[str, Any]) -> None:
        if not self._on_main:
            return
        self._journal.add(**metrics)
        count(**{key: metrics[name] for key, name in LEDGER.items()})
        done = metrics["step"] + 1
        share = metrics["in_bounds"] / metrics["drawn"]
        told = f"{self._run_name}: reward {metrics['reward']:.2f}, in bounds {share:.0%}"
        self._meter.update(done, told)
        if done == self._steps:
            self._meter.finish(done)
