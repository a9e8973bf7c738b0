"""What Jobs of Kubernetes are made of, what became of them, and a cluster that comes and goes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import yaml
from snakemake_interface_common.exceptions import WorkflowError

from sws.errors import SwsError
from sws.locks import locked
from sws.workflow.pods.cluster import Cluster, Unreachable
from sws.workflow.pods.executor import Executor
from sws.workflow.pods.manifest import manifest, read_template
from sws.workflow.pods.tracker import PATIENCE, Tracker
from sws.workflow.pods.verdict import FAILED, RUNNING, SUCCESS, verdict
from sws.workflow.single_run import LOCK
from tests.cluster.kubernetes import kubernetes

TEMPLATE = Path(__file__).resolve().parents[2] / "profiles/kubernetes/job.yaml"
NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)


def template_for(folder: Path) -> Path:
    """The profile's template with the volume mounted at this folder."""
    path = folder / "template.yaml"
    path.write_text(TEMPLATE.read_text().replace("/volume", str(folder)))
    return path


def made(folder: Path, monkeypatch: pytest.MonkeyPatch, **wanted: Any) -> dict[str, Any]:
    """The Job of a rule, for a project on the volume."""
    monkeypatch.chdir(folder)
    template = read_template(template_for(folder))
    environment = {"SWS_OVERRIDES": "{}", "HOME": "/root"}
    return manifest(template, wanted, folder / "job.sh", {"sws/run": "run1"}, environment)


def use(kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the client read this and no other."""
    place = "kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION"
    monkeypatch.setattr(place, str(kubeconfig))


def test_a_job_asks_for_what_its_rule_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resources = {"mem_mb": 64000, "gpu": 4, "runtime": 30}
    job = made(tmp_path, monkeypatch, rule="read_all", threads=16, resources=resources)
    pod = job["spec"]["template"]["spec"]
    container = pod["containers"][0]
    limits = {"memory": "64000M", "nvidia.com/gpu": "4"}
    assert container["resources"] == {"requests": {"cpu": "16", **limits}, "limits": limits}
    assert job["metadata"]["name"].startswith("sws-read-all-")
    assert job["spec"]["template"]["metadata"]["labels"] == job["metadata"]["labels"]
    assert (pod["restartPolicy"], job["spec"]["backoffLimit"]) == ("Never", 0)
    assert pod["activeDeadlineSeconds"] == 1800
    variables = {each["name"]: each["value"] for each in container["env"]}
    assert variables["SWS_OVERRIDES"] == "{}" and variables["SWS_TENSOR_PARALLEL"] == "4"
    assert variables["HF_HOME"] == f"{tmp_path}/huggingface" and "HOME" not in variables
    assert container["command"] == ["sh", str(tmp_path / "job.sh")]
    assert container["workingDir"] == str(tmp_path)


def test_a_project_outside_the_volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SwsError, match=r"no pod sees this folder .*mounted: /volume"):
        read_template(TEMPLATE)


@pytest.mark.parametrize(
    ("text", "why"),
    [("a: [", "not YAML"), ("kind: Job", "not a Job"), ("", "not a Job"), (None, "cannot be read")],
)
def test_a_broken_template(text: str | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "job.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SwsError, match=why):
        read_template(path)


def job(seconds: float = 0, **condition: str) -> dict[str, Any]:
    """A Job as the API shows it, `seconds` after it was created."""
    made = (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    conditions = [{"status": "True", **condition}] if condition else []
    return {"metadata": {"creationTimestamp": made}, "status": {"conditions": conditions}}


def pod(**status: Any) -> dict[str, Any]:
    return {"metadata": {"name": "p"}, "status": status}


def waiting(reason: str) -> dict[str, Any]:
    return pod(phase="Pending", containerStatuses=[{"state": {"waiting": {"reason": reason}}}])


def unscheduled(message: str) -> dict[str, Any]:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    return pod(phase="Pending", conditions=[{**condition, "message": message}])


@pytest.mark.parametrize(
    ("made", "pods", "state", "why"),
    [
        (job(type="Complete"), [], SUCCESS, ""),
        (job(), [], RUNNING, ""),
        (job(type="FailureTarget"), [pod(phase="Running")], RUNNING, ""),
        (job(type="Failed", reason="BackoffLimitExceeded"), [], FAILED, "BackoffLimitExceeded"),
        (
            job(type="Failed"),
            [pod(reason="Evicted", message="low on memory")],
            FAILED,
            "pod p: Evicted: low on memory",
        ),
        (job(type="Failed"), [pod(reason="DeadlineExceeded")], FAILED, "DeadlineExceeded"),
        (job(5), [waiting("ImagePullBackOff")], RUNNING, "ImagePullBackOff"),
        (job(90), [waiting("ImagePullBackOff")], FAILED, "ImagePullBackOff"),
        (job(90), [waiting("CreateContainerConfigError")], FAILED, "CreateContainerConfigError"),
        (job(90), [waiting("ContainerCreating")], RUNNING, ""),
        (job(90), [unscheduled('claim "sws" not found')], FAILED, '"sws" not found'),
        (job(9000), [unscheduled("Insufficient nvidia.com/gpu")], RUNNING, "Insufficient"),
    ],
)
def test_verdicts(made: Any, pods: list[Any], state: str, why: str) -> None:
    found, said = verdict(made, pods, now=NOW)
    assert found == state and (why in said if why else not said)


@pytest.mark.parametrize(
    ("message", "state"),
    [('serviceaccount "me" not found', FAILED), ("exceeded quota: gpus", RUNNING)],
)
def test_a_pod_that_cannot_be_created(message: str, state: str) -> None:
    assert verdict(job(90), [], [{"message": message}], NOW) == (state, message)


def submitted(log: Path) -> dict[str, Any]:
    """A Job as the executor makes it, of a rule with a log."""
    about = {"name": "sws-a", "labels": {"sws/run": "run1", "sws/rule": "a"}}
    return {"metadata": {**about, "annotations": {"sws/log": str(log)}}}


def test_an_api_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs count as running then, for as long as the tracker is patient."""
    use(tmp_path / "cluster/kubeconfig", monkeypatch)
    time, warnings = [0.0], list[str]()
    with kubernetes(tmp_path / "cluster") as served:
        tracker = Tracker(Cluster(), "sws/run=run1", warnings.append, clock=lambda: time[0])
        served.refuses = (503, "starting up")
        jobs = [submitted(tmp_path / "a.log")]
        assert tracker.look(jobs) == [(RUNNING, "")]
    tracker.cluster = Cluster()  # a connection of the old one would still be answered
    assert tracker.look(jobs) == [(RUNNING, "")]
    assert "503 starting up" in warnings[0] and "Connection refused" in warnings[1]
    time[0] = PATIENCE + 1
    with pytest.raises(Unreachable):
        tracker.look(jobs)


def test_a_job_that_the_cluster_rejects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(tmp_path / "cluster/kubeconfig", monkeypatch)
    with kubernetes(tmp_path / "cluster") as served:
        tracker = Tracker(Cluster(), "sws/run=run1", print)
        served.rejects = (422, "spec.template: Invalid value")
        [(state, why)] = tracker.look([submitted(tmp_path / "a.log")])
    assert state == FAILED and "422 spec.template: Invalid value" in why
    assert "Invalid value" in (tmp_path / "a.log").read_text()


def test_what_a_killed_run_left_is_deleted_but_not_what_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(tmp_path / "cluster/kubeconfig", monkeypatch)
    with kubernetes(tmp_path / "cluster") as served:
        for name, command in {"done": "true", "at-work": "sleep 600"}.items():
            job = made(tmp_path, monkeypatch, rule=name, resources={"mem_mb": 100})
            job["metadata"]["name"] = name
            job["metadata"]["labels"]["sws/project"] = "mine"
            job["spec"]["template"]["spec"]["containers"][0]["command"] = ["sh", "-c", command]
            Cluster().create(job)
        while served.running() != ["at-work"]:
            sleep(0.05)
        Cluster().delete_unfinished("sws/project=mine")
        assert served.deleted == ["at-work"]


def test_a_second_run_leaves_the_jobs_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock comes before anything is deleted in the cluster, or even connected to."""
    monkeypatch.chdir(tmp_path)
    use(tmp_path / "none", monkeypatch)
    executor = object.__new__(Executor)
    with locked(LOCK, "the first"), pytest.raises(WorkflowError, match="already running here"):
        executor.__post_init__()


def test_no_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(tmp_path / "none", monkeypatch)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(SwsError, match="no Kubernetes cluster is known here"):
        Cluster()


def test_the_template_is_a_plain_job() -> None:
    template = yaml.safe_load(TEMPLATE.read_text())
    assert json.dumps(template) and template["apiVersion"] == "batch/v1"
