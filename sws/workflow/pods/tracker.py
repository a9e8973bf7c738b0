"""The Jobs of one run: created, looked at, and reported when they end."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sws.errors import SwsError
from sws.workflow.pods.cluster import Cluster, Unreachable
from sws.workflow.pods.manifest import LOG, RULE
from sws.workflow.pods.verdict import FAILED, GRACE, RUNNING, age, verdict

#: Seconds for which the cluster's API may be out of reach before the workflow ends.
PATIENCE = 600
Object = Mapping[str, Any]
Outcome = tuple[str, str]  # a state of sws.workflow.pods.verdict, and why it failed


class Tracker:
    """Creates Jobs and follows them by their label; `warn` gets each warning once."""

    def __init__(
        self,
        cluster: Cluster,
        label: str,
        warn: Callable[[str], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cluster, self._label, self._warn, self._clock = cluster, label, warn, clock
        self._created: set[str] = set()
        self._answered = clock()
        self._warned: set[str] = set()

    def look(self, jobs: Sequence[Object]) -> list[Outcome]:
        """The outcome of each Job; one that is new is created.

        All count as running while the cluster does not answer. Raises Unreachable after `PATIENCE`
        seconds without an answer.
        """
        try:
            outcomes = self._look(jobs)
            self._answered = self._clock()
        except Unreachable as error:
            self._warn_once(str(error))
            if self._clock() - self._answered > PATIENCE:
                raise
            outcomes = [(RUNNING, "")] * len(jobs)
        return outcomes

    def _look(self, jobs: Sequence[Object]) -> list[Outcome]:
        refused = {job["metadata"]["name"]: why for job in jobs if (why := self._refusal(job))}
        found, pods = self.cluster.jobs(self._label), self.cluster.pods(self._label)
        outcomes: list[Outcome] = []
        for job in jobs:
            name = job["metadata"]["name"]
            own = [pod for pod in pods if pod["metadata"]["name"].startswith(f"{name}-")]
            state, why = (
                (FAILED, refused[name])
                if name in refused
                else self._verdict(name, found.get(name), own)
            )
            if state == FAILED:
                why = self._report(job, why, own)
            elif why:
                self._warn_once(f"a pod waits: {why}")
            outcomes.append((state, why))
        return outcomes

    def _refusal(self, job: Object) -> str:
        """Create a Job that is new; why the cluster refuses it, or ''."""
        name = job["metadata"]["name"]
        if name not in self._created:
            try:
                self.cluster.create(dict(job))
            except Unreachable:
                raise
            except SwsError as error:
                return str(error)
            self._created.add(name)
        return ""

    def _verdict(self, name: str, job: Object | None, pods: Sequence[Object]) -> Outcome:
        if job is None:
            return FAILED, "the Job is gone: somebody deleted it"
        late = not pods and age(job) > GRACE
        state, why = verdict(job, pods, self.cluster.events(name) if late else ())
        if state == FAILED and not (job.get("status") or {}).get("conditions"):
            self.cluster.delete(name)  # its pod must not start after all
        return state, why

    def _report(self, job: Object, why: str, pods: Sequence[Object]) -> str:
        """Why a Job failed; what its pod wrote last goes to the log of its rule, if it has one."""
        about = job["metadata"]
        report = f"Job {about['name']} ({about['labels'][RULE]}) failed: {why}"
        lines = "".join(self.cluster.log(pod["metadata"]["name"]) for pod in pods[-1:])
        log = about.get("annotations", {}).get(LOG)
        if not log:
            return f"{report}\n{lines}".rstrip()
        with suppress(OSError):
            Path(log).parent.mkdir(parents=True, exist_ok=True)
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(f"{report}\n{lines}")
        return report

    def _warn_once(self, text: str) -> None:
        if text not in self._warned:
            self._warned.add(text)
            self._warn(text)
