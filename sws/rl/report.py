"""Training progress: a journal line per step, and a progress bar."""

from typing import Any

from sws.ledger import count
from sws.progress import Meter
from sws.rl.recorder import Journal

#: What a step adds to the ledger, by the name that the metrics give it.
LEDGER = {"requests": "drawn", "completions": "completions", "completion_tokens": "tokens"}


class Report(Meter):
    """Called with the metrics of every step; only the main process reports."""

    def __init__(self, journal: Journal, steps: int, run_name: str, on_main: bool) -> None:
        super().__init__(run_name, steps, quiet=not on_main)
        self._journal = journal
        self._steps = steps
        self._run_name = run_name
        self._on_main = on_main

    def __call__(self, metrics: dict[str, Any]) -> None:
        """Record the metrics of a step, count its work, and show its reward."""
        if not self._on_main:
            return
        self._journal.add(**metrics)
        count(**{key: metrics[name] for key, name in LEDGER.items()})
        count(not_asked=metrics.get("skipped", 0))
        done = metrics["step"] + 1
        share = metrics["in_bounds"] / metrics["drawn"]
        reward = f"{metrics['reward']:.2f}"
        self.update(done, f"{self._run_name}: reward {reward}, in bounds {share:.0%}")
        if done == self._steps:
            self.finish(done)
