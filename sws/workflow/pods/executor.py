"""Snakemake's executor `sws-kubernetes`: every job becomes a Job of one pod.

Snakemake imports this module whenever it starts, so the client of Kubernetes is imported later.
"""

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from snakemake_interface_common.exceptions import WorkflowError
from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor
from snakemake_interface_executor_plugins.jobs import JobExecutorInterface
from snakemake_interface_executor_plugins.settings import CommonSettings, ExecutorSettingsBase

from sws.errors import SwsError
from sws.workflow.pods.guard import Guard
from sws.workflow.pods.manifest import PROJECT, RUN, manifest, namespace_of, read_template
from sws.workflow.pods.verdict import FAILED, RUNNING, SUCCESS
from sws.workflow.single_run import run_alone

common_settings = CommonSettings(
    non_local_exec=True,
    implies_no_shared_fs=False,
    job_deploy_sources=False,
    auto_deploy_default_storage_provider=False,
)
#: The id of the project in this folder, by which a run finds the Jobs of one that was killed.
PROJECT_ID = Path(".snakemake/kubernetes")


@dataclass
class ExecutorSettings(ExecutorSettingsBase):  # type: ignore[misc]  # no types there
    """The options --sws-kubernetes-..."""

    template: str = field(
        default="profiles/kubernetes/job.yaml",
        metadata={"help": "The Job manifest that every job's is made from."},
    )


class Executor(RemoteExecutor):  # type: ignore[misc]  # no types there
    """Submit, follow and delete the Jobs of one run."""

    def __post_init__(self) -> None:
        """Connect; raises WorkflowError when the template or the cluster cannot be used."""
        run_alone()  # else the Jobs deleted below might be those of a run at work
        try:
            self._connect(Path(self.executor_settings.template))
        except SwsError as error:
            raise WorkflowError(str(error)) from None

    def _connect(self, template: Path) -> None:
        from sws.workflow.pods.cluster import Cluster
        from sws.workflow.pods.tracker import Tracker

        if not PROJECT_ID.exists():
            PROJECT_ID.write_text(uuid.uuid4().hex[:16])
        self._template = read_template(template)
        self._labels = {PROJECT: PROJECT_ID.read_text(), RUN: uuid.uuid4().hex[:10]}
        cluster = Cluster(namespace_of(self._template))
        cluster.delete_unfinished(f"{PROJECT}={self._labels[PROJECT]}")  # of a killed run
        label = f"{RUN}={self._labels[RUN]}"
        self._tracker = Tracker(cluster, label, self.logger.warning)
        self._guard = Guard(cluster.namespace, label)

    def run_job(self, job: JobExecutorInterface) -> None:
        """Submit a job; its Job is created when the active jobs are checked next."""
        script = Path(self.get_jobscript(job))
        self.write_jobscript(job, script)
        made = manifest(self._template, json.loads(job.properties()), script, self._labels)
        name = made["metadata"]["name"]
        self.logger.info(f"Submitted job {job.jobid} as {name}.")
        self.report_job_submission(SubmittedJobInfo(job, external_jobid=name, aux=made))

    async def check_active_jobs(
        self, active_jobs: Sequence[SubmittedJobInfo]
    ) -> AsyncIterator[SubmittedJobInfo]:
        """Report the jobs that ended; yield the others."""
        if not active_jobs:  # the first call comes before __post_init__
            return
        # Every second with a few Jobs, every ten seconds with hundreds.
        self.next_seconds_between_status_checks = min(10, max(1, len(active_jobs) / 20))
        outcomes = self._tracker.look([info.aux for info in active_jobs])
        for info, (state, why) in zip(active_jobs, outcomes, strict=True):
            if state == SUCCESS:
                self.report_job_success(info)
            elif state == FAILED:
                self.report_job_error(info, msg=f"{why}\n")
            elif state == RUNNING:
                yield info

    def cancel_jobs(self, active_jobs: Sequence[SubmittedJobInfo]) -> None:
        """Do nothing: however the run ends, the guard deletes its Jobs."""

    def shutdown(self) -> None:
        """Stop following Jobs, and wait until those that still run are deleted."""
        super().shutdown()
        self._guard.finish()
