"""The few calls of Kubernetes' API that a run needs, and their errors in words."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException
from urllib3.exceptions import HTTPError

from sws.errors import SwsError
from sws.workflow.pods.verdict import RUNNING, verdict

_OWN = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
_RIGHTS = "in the namespace: jobs (batch): create, list, delete; pods, events: list; pods/log: get"
_GONE, _THERE = 404, 409


class Unreachable(SwsError):
    """The API does not answer at the moment; it may later."""


class Cluster:
    """The Jobs of one namespace: the template's, else that of the pod or of the context."""

    def __init__(self, namespace: str | None = None) -> None:
        settings = client.Configuration()
        own = _connect(settings)
        self.namespace = namespace or own
        settings.retries = False  # whoever calls retries
        api = client.ApiClient(settings)
        self._jobs, self._core = client.BatchV1Api(api), client.CoreV1Api(api)

    def create(self, job: dict[str, Any]) -> None:
        """Create a Job, unless an attempt before did."""
        self._ask(self._jobs.create_namespaced_job, body=job, pass_over=_THERE)

    def delete(self, name: str) -> None:
        """Delete a Job and its pods, if it is still there."""
        self._ask(
            self._jobs.delete_namespaced_job, name, propagation_policy="Background", pass_over=_GONE
        )

    def delete_unfinished(self, label: str) -> None:
        """Delete the Jobs with a label that have neither succeeded nor failed."""
        for name, job in self.jobs(label).items():
            if verdict(job, ())[0] == RUNNING:
                self.delete(name)

    def jobs(self, label: str) -> dict[str, dict[str, Any]]:
        """The Jobs with a label, by name."""
        found = self._list(self._jobs.list_namespaced_job, label_selector=label)
        return {job["metadata"]["name"]: job for job in found}

    def pods(self, label: str) -> list[dict[str, Any]]:
        """The pods with a label, the newest last."""
        found = self._list(self._core.list_namespaced_pod, label_selector=label)
        return sorted(found, key=lambda pod: str(pod["metadata"].get("creationTimestamp")))

    def events(self, name: str) -> list[dict[str, Any]]:
        """Why no pod of a Job could be created."""
        which = f"involvedObject.name={name},reason=FailedCreate"
        return self._list(self._core.list_namespaced_event, field_selector=which)

    def log(self, pod: str, lines: int = 20) -> str:
        """The last lines that a pod wrote; '' where they are gone."""
        try:
            return self._ask(self._core.read_namespaced_pod_log, pod, tail_lines=lines)
        except SwsError:
            return ""

    def _list(self, call: Callable[..., Any], **selector: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = json.loads(self._ask(call, **selector))["items"]
        return items

    def _ask(
        self, call: Callable[..., Any], *names: str, pass_over: int = 0, **options: Any
    ) -> str:
        """The text of an answer, as it came: models of it would take longer than the call."""
        with in_words():
            try:
                answer = call(
                    *names, self.namespace, _preload_content=False, _request_timeout=30, **options
                )
            except ApiException as error:
                if error.status != pass_over:
                    raise
                return ""
            return str(answer.data.decode(errors="replace"))


def _connect(settings: client.Configuration) -> str:
    """Read where the cluster is, from a kubeconfig or as a pod of it; the namespace to use."""
    try:
        config.load_kube_config(client_configuration=settings)
        context = config.list_kube_config_contexts()[1]["context"]
        return str(context.get("namespace") or "default")
    except ConfigException as error:
        why = str(error).splitlines()[0]
    try:
        config.load_incluster_config(client_configuration=settings)
        return _OWN.read_text().strip() if _OWN.exists() else "default"
    except ConfigException:
        raise SwsError(
            f"no Kubernetes cluster is known here ({why})",
            expected="a kubeconfig with a current context, or a pod with a service account",
            fix="set KUBECONFIG, or start Snakemake in a pod of the cluster",
        ) from None


@contextmanager
def in_words() -> Iterator[None]:
    """Raise what is wrong and what to do: SwsError, or Unreachable when waiting may help."""
    try:
        yield
    except HTTPError as error:
        raise Unreachable(
            f"the cluster's API does not answer ({str(error).rpartition(': ')[2]})",
            fix="try `kubectl get jobs`; jobs that run go on meanwhile",
        ) from None
    except ApiException as error:
        status, said = error.status or 0, _message(error)
        if status == 429 or status >= 500:
            raise Unreachable(f"the cluster's API fails: {status} {said}") from None
        expected = {
            401: "credentials that the cluster knows",
            403: f"a Role with these verbs {_RIGHTS}",
            404: "a namespace that exists",
        }.get(status, "a Job that the cluster accepts")
        fix = "see docs/clusters.md and profiles/kubernetes/job.yaml"
        raise SwsError(
            f"the cluster refuses: {status} {said}", expected=expected, fix=fix
        ) from None


def _message(error: ApiException) -> str:
    try:
        return str(json.loads(error.body)["message"])
    except (ValueError, KeyError, TypeError):
        return str(error.reason)
