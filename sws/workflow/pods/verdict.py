"""What has become of a Job, from what Kubernetes says of it and of its pods."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

#: A pod that cannot start is given this many seconds: registries and claims may be late.
GRACE = 60
RUNNING, SUCCESS, FAILED = "running", "success", "failed"
#: Reasons why a container waits that are no way to its start.
_STUCK = {
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
}
Object = Mapping[str, Any]


def verdict(
    job: Object, pods: Iterable[Object], events: Iterable[Object] = (), now: datetime | None = None
) -> tuple[str, str]:
    """The state of a Job, and why it failed, or what it waits for, in words ('' otherwise)."""
    status = job.get("status") or {}
    for condition in status.get("conditions") or []:
        if condition.get("status") == "True" and condition["type"] == "Complete":
            return SUCCESS, ""
        if condition.get("status") == "True" and condition["type"] == "Failed":
            return FAILED, "; ".join([*map(_end, pods), _said(condition)])
    late = age(job, now) > GRACE
    for pod in pods:
        hopeless, why = _waits_for(pod)
        if why:
            return (FAILED if hopeless and late else RUNNING), why
    for event in events:
        why = str(event.get("message") or "")
        return (FAILED if "not found" in why and late else RUNNING), why
    return RUNNING, ""


def age(job: Object, now: datetime | None = None) -> float:
    """Seconds since a Job was created."""
    created = job["metadata"].get("creationTimestamp")
    if not created:
        return 0
    return ((now or datetime.now(UTC)) - datetime.fromisoformat(created)).total_seconds()


def _waits_for(pod: Object) -> tuple[bool, str]:
    """Whether a pod can never start, and what it waits for; '' for a pod that does not."""
    status = pod.get("status") or {}
    if status.get("phase") != "Pending":
        return False, ""
    for container in status.get("containerStatuses") or []:
        waiting = (container.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") in _STUCK:
            return True, _said(waiting)
    for condition in status.get("conditions") or []:
        if condition["type"] == "PodScheduled" and condition.get("status") == "False":
            return "not found" in condition.get("message", ""), _said(condition)
    return False, ""


def _end(pod: Object) -> str:
    """How a pod ended: OOMKilled (exit code 137), Evicted (The node was low on resource...)."""
    status = pod.get("status") or {}
    ends = [_said(status)] if status.get("reason") else []
    for container in status.get("containerStatuses") or []:
        ended = (container.get("state") or {}).get("terminated") or {}
        if ended:
            said = f": {ended['message']}" if ended.get("message") else ""
            ends.append(f"{ended.get('reason', 'ended')} (exit code {ended.get('exitCode')}){said}")
    return f"pod {pod['metadata']['name']}: {', '.join(ends) or 'gone'}"


def _said(about: Object) -> str:
    """A reason with its message."""
    return ": ".join(str(about[key]) for key in ("reason", "message") if about.get(key))
