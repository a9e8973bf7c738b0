"""One Job, from the user's template and from what Snakemake asks for."""

import copy
import os
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from sws.errors import SwsError

#: Labels of a Job and of its pod, and an annotation: the log of the job's rule.
PROJECT, RUN, JOB, RULE = "sws/project", "sws/run", "sws/job", "sws/rule"
LOG = "sws/log"


def read_template(path: Path) -> dict[str, Any]:
    """The Job manifest that all Jobs are made from.

    Raises SwsError when it is not one, or mounts no volume that holds the current folder.
    """
    expected = "a Job of batch/v1 with a container, as profiles/kubernetes/job.yaml"
    try:
        template = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        fix = "start Snakemake in the project's folder, or restore that file"
        why = f"{path}: cannot be read ({error.strerror})"
        raise SwsError(why, expected=expected, fix=fix) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise SwsError(f"{path}: not YAML ({error})", fix="correct the file") from None
    try:
        container = template["spec"]["template"]["spec"]["containers"][0]
        good = template["kind"] == "Job" and isinstance(container["image"], str)
    except (KeyError, IndexError, TypeError):
        good = False
    if not good:
        raise SwsError(f"{path}: not a Job that can be run", expected=expected, fix="correct it")
    _check_mounts(container, str(Path.cwd()))
    return dict(template)


def namespace_of(template: Mapping[str, Any]) -> str | None:
    """The namespace that the template names, if any."""
    return (template.get("metadata") or {}).get("namespace")


def manifest(
    template: Mapping[str, Any],
    wanted: Mapping[str, Any],
    jobscript: Path,
    labels: Mapping[str, str],
    environment: Mapping[str, str] = os.environ,
) -> dict[str, Any]:
    """The Job that runs a jobscript from the shared volume.

    `wanted` is what Snakemake says about the job: rule, log, threads, resources.
    """
    job: dict[str, Any] = copy.deepcopy(dict(template))
    rule = str(wanted.get("rule") or wanted.get("groupid") or "group")
    word = re.sub("[^a-z0-9]+", "-", rule.lower()).strip("-")[:40]
    name = f"sws-{word}-{uuid.uuid4().hex[:8]}"
    rule_label = re.sub("[^A-Za-z0-9]+", "-", rule).strip("-")[:60]
    labels = {**labels, JOB: name, RULE: rule_label}
    about = _section(job, "metadata")
    about["name"] = name
    _section(about, "labels").update(labels)
    if wanted.get("log"):
        _section(about, "annotations")[LOG] = str(wanted["log"][0])
    # Snakemake tries again itself, and asks for more memory then.
    job["spec"]["backoffLimit"] = 0
    pod = job["spec"]["template"]
    _section(_section(pod, "metadata"), "labels").update(labels)
    pod["spec"]["restartPolicy"] = "Never"
    resources = wanted.get("resources", {})
    if resources.get("runtime"):  # minutes; on the pod, whose time in the queue does not count
        pod["spec"]["activeDeadlineSeconds"] = int(resources["runtime"]) * 60
    container = pod["spec"]["containers"][0]
    container["workingDir"] = str(Path.cwd())
    container["command"] = ["sh", str(jobscript.absolute())]
    container.pop("args", None)
    _request(container, int(wanted.get("threads") or 1), resources)
    gpus = {"SWS_TENSOR_PARALLEL": str(resources["gpu"])} if resources.get("gpu") else {}
    _pass_on(container, {**gpus, **environment})
    return job


def _request(container: dict[str, Any], threads: int, resources: Mapping[str, Any]) -> None:
    """Request cores, which may be exceeded, and limit memory and GPUs."""
    limits: dict[str, str] = {}
    if resources.get("mem_mb"):
        limits["memory"] = f"{int(resources['mem_mb'])}M"
    if resources.get("gpu"):
        limits["nvidia.com/gpu"] = str(int(resources["gpu"]))
    both = _section(container, "resources")
    _section(both, "requests").update({"cpu": str(threads), **limits})
    _section(both, "limits").update(limits)


def _pass_on(container: dict[str, Any], environment: Mapping[str, str]) -> None:
    """Pass on the variables SWS_* that the template does not set itself."""
    variables = container["env"] = list(container.get("env") or [])
    named = {variable["name"] for variable in variables}
    for name, value in sorted(environment.items()):
        if name.startswith("SWS_") and name not in named:
            variables.append({"name": name, "value": value})


def _check_mounts(container: Mapping[str, Any], folder: str) -> None:
    mounts = [str(mount.get("mountPath")) for mount in container.get("volumeMounts") or []]
    if not any(Path(folder).is_relative_to(path) for path in mounts):
        raise SwsError(
            f"{folder}: no pod sees this folder (mounted: {', '.join(mounts) or 'nothing'})",
            expected="the project on the volume that the pods share, at the same path here",
            fix="set mountPath in profiles/kubernetes/job.yaml, or work below it",
        )


def _section(above: dict[str, Any], key: str) -> dict[str, Any]:
    """A mapping inside another one, added if missing."""
    if not isinstance(above.get(key), dict):
        above[key] = {}
    section: dict[str, Any] = above[key]
    return section
