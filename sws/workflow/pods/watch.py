"""The process beside Snakemake that creates its Jobs, follows them, and ends them with it."""

import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from sws.errors import SwsError
from sws.locks import acquire
from sws.workflow.pods.cluster import Cluster, Unreachable
from sws.workflow.pods.manifest import LOG, RULE, RUN, read_template
from sws.workflow.pods.spool import CREATED, FAILED, SUCCESS, Spool
from sws.workflow.pods.verdict import GRACE, age, verdict

#: Seconds for which the cluster's API may be out of reach before the workflow ends.
PATIENCE = 600
#: One watcher in a folder: it would delete another's Jobs. That of a killed run may take a while.
LOCK, ATTEMPTS = Path(".snakemake/pods.lock"), 40


def watch(template: Path) -> None:
    """Serve the Snakemake that started this process until it ends; then delete what still runs."""
    lock = _alone()
    stopped: list[int] = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for Snakemake, which stops this then
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    parent = os.getppid()
    namespace = (read_template(template).get("metadata") or {}).get("namespace")
    watcher = Watcher(Cluster(namespace), Spool(), uuid.uuid4().hex[:10])
    watcher.clear()
    print(os.getpid(), watcher.run, flush=True)
    while not stopped and os.getppid() == parent:
        watcher.step()
        time.sleep(0.3)
    watcher.cancel()
    lock.close()


def _alone() -> TextIO:
    """Hold the folder's lock; SwsError where another run has it and does not end."""
    for _ in range(ATTEMPTS - 1):
        with suppress(SwsError):
            return acquire(LOCK, "another run on the cluster")
        time.sleep(0.5)
    return acquire(LOCK, "another run on the cluster")


class Watcher:
    """Carries what happens to Jobs into the spool, and says on stderr why one failed."""

    def __init__(
        self, cluster: Cluster, spool: Spool, run: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.cluster, self.spool, self.run, self._clock = cluster, spool, run, clock
        self._looked, self._answered = 0.0, clock()
        self._said: set[str] = set()

    def clear(self) -> None:
        """Delete what a run that was killed left in the cluster: its jobs are done again."""
        self.cancel()
        self.spool.clear()
        self.cluster.jobs(f"{RUN}={self.run}")  # an error here is one that the user must mend

    def step(self) -> None:
        """Create what was submitted and, now and then, look at what was created."""
        states = self.spool.states()
        created = [name for name, state in states.items() if state == CREATED]
        try:
            for name in (name for name, state in states.items() if not state):
                self._create(name)
            # Every second a few Jobs, every ten seconds hundreds.
            if created and self._clock() - self._looked > min(10, max(1, len(created) / 20)):
                self._look(created)
                self._looked = self._clock()
            self._answered = self._clock()
        except Unreachable as error:
            self._say(str(error))
            if self._clock() - self._answered > PATIENCE:
                raise
            time.sleep(1)

    def cancel(self) -> None:
        """Delete every Job that has not ended."""
        for name, state in self.spool.states().items():
            if state not in (SUCCESS, FAILED):
                self.cluster.delete(name)
                self.spool.set(name, FAILED)

    def _create(self, name: str) -> None:
        try:
            self.cluster.create(self.spool.read(name))
        except Unreachable:
            raise
        except SwsError as error:
            self._fail(name, str(error))
        else:
            self.spool.set(name, CREATED)

    def _look(self, created: list[str]) -> None:
        label = f"{RUN}={self.run}"
        jobs, pods = self.cluster.jobs(label), self.cluster.pods(label)
        for name in created:
            if name not in jobs:
                self._fail(name, "the Job is gone: somebody deleted it")
                continue
            own = [pod for pod in pods if pod["metadata"]["name"].startswith(f"{name}-")]
            late = not own and age(jobs[name]) > GRACE
            state, why = verdict(jobs[name], own, self.cluster.events(name) if late else ())
            if state == SUCCESS:
                self.spool.set(name, SUCCESS)
            elif state == FAILED:
                self._fail(name, why, own)
                if not (jobs[name].get("status") or {}).get("conditions"):
                    self.cluster.delete(name)  # its pod must not start after all
            elif why:
                self._say(f"a pod waits: {why}")

    def _fail(self, name: str, why: str, pods: Sequence[dict[str, Any]] = ()) -> None:
        """Write down that a Job failed; what its pod wrote goes into the log of its rule."""
        about = self.spool.read(name)["metadata"]
        lines = "".join(self.cluster.log(pod["metadata"]["name"]) for pod in pods[-1:])
        report = f"Job {name} ({about['labels'][RULE]}) failed: {why}"
        log = about.get("annotations", {}).get(LOG)
        self._say(report)
        if lines and not log:
            self._say(lines)
        with suppress(OSError):
            if log:
                Path(log).parent.mkdir(parents=True, exist_ok=True)
                with Path(log).open("a", encoding="utf-8") as file:
                    file.write(f"{report}\n{lines}")
        self.spool.set(name, FAILED)

    def _say(self, text: str) -> None:
        """On stderr, which is Snakemake's; each text once."""
        if text not in self._said:
            self._said.add(text)
            print(f"sws: {text}", file=sys.stderr, flush=True)
