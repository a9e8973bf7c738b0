"""A loopback server with the few paths of Kubernetes' API that a run needs, and a kubelet of sorts.

A Job's command runs at once as a process of this machine, in a session of its own and with no more
of the environment than an image would give it. What cannot happen here is acted: a container that
is killed for its memory, an image that cannot be pulled.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parents[2]
_PATH = re.compile(
    r"/(?:api|apis/batch)/v1/namespaces/(?P<namespace>[\w-]+)/(?P<kind>jobs|pods|events)"
    r"(?:/(?P<name>[\w.-]+))?(?P<log>/log)?"
)
Object = dict[str, Any]


class Kubernetes:
    """The Jobs of a namespace; `greedy` are rules with the megabytes that they need."""

    def __init__(self, folder: Path, greedy: dict[str, int] | None = None) -> None:
        self.folder, self.greedy = folder, greedy or {}
        self.jobs: dict[str, Object] = {}
        self.deleted: list[str] = []
        self.seen: list[Object] = []
        self.refuses: tuple[int, str] | None = None  # status and message of every answer
        self.rejects: tuple[int, str] | None = None  # of the answer to a new Job
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def create(self, job: Object) -> Object:
        """Take a Job and start its command, unless its image is nowhere."""
        about = job["metadata"]
        about["creationTimestamp"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        name = about["name"]
        self.seen.append(job)
        container = job["spec"]["template"]["spec"]["containers"][0]
        if container["image"].startswith("nowhere"):  # long ago, so that nobody waits for it
            past = datetime.now(UTC) - timedelta(minutes=5)
            about["creationTimestamp"] = past.strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            variables = {each["name"]: each["value"] for each in container["env"]}
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            with (self.folder / name).open("wb") as log:
                self._processes[name] = subprocess.Popen(
                    container["command"],
                    cwd=container["workingDir"],
                    stdout=log,
                    stderr=log,
                    env={
                        "PATH": path,
                        "HOME": os.environ["HOME"],
                        "OMP_NUM_THREADS": "1",
                        "PYTHONPATH": str(ROOT),
                        **variables,
                    },
                    start_new_session=True,
                )
                if self._is_short_of_memory(job):
                    os.killpg(self._processes[name].pid, signal.SIGKILL)
        self.jobs[name] = job
        return job

    def delete(self, name: str) -> None:
        """Forget a Job and kill its processes."""
        del self.jobs[name]
        self.deleted.append(name)
        process = self._processes.get(name)
        if process and process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def running(self) -> list[str]:
        """The Jobs whose command has not ended."""
        return [name for name, process in self._processes.items() if process.poll() is None]

    def log(self, name: str) -> str:
        """What the pod of a Job wrote."""
        return (self.folder / name).read_text(errors="replace")

    def pod(self, job: Object) -> Object:
        """The one pod of a Job."""
        name = job["metadata"]["name"]
        about = {**job["spec"]["template"]["metadata"], "name": f"{name}-x7k2p"}
        about["creationTimestamp"] = job["metadata"]["creationTimestamp"]
        code = self._code(name)
        if name not in self._processes:
            waiting = {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}
            state: Object = {"waiting": waiting}
        elif code is None:
            state = {"running": {}}
        else:
            reason = "OOMKilled" if self._is_short_of_memory(job) else "Error"
            reason = reason if code else "Completed"
            state = {
                "terminated": {"exitCode": code if code >= 0 else 128 - code, "reason": reason}
            }
        phase = {"waiting": "Pending", "running": "Running"}.get(next(iter(state)))
        phase = phase or ("Failed" if code else "Succeeded")
        statuses = [{"name": "sws", "state": state}]
        return {"metadata": about, "status": {"phase": phase, "containerStatuses": statuses}}

    def with_status(self, job: Object) -> Object:
        """A Job as the API shows it."""
        code = self._code(job["metadata"]["name"])
        if code is None:
            return {**job, "status": {"active": 1}}
        ended: Object = {"type": "Complete", "status": "True"}
        if code:
            ended = {
                "type": "Failed",
                "status": "True",
                "reason": "BackoffLimitExceeded",
                "message": "Job has reached the specified backoff limit",
            }
        return {**job, "status": {"conditions": [ended]}}

    def stop(self) -> None:
        """Delete what is left."""
        for name in list(self.jobs):
            self.delete(name)

    def _code(self, name: str) -> int | None:
        process = self._processes.get(name)
        return process.poll() if process else None

    def _is_short_of_memory(self, job: Object) -> bool:
        rule = job["metadata"]["labels"]["sws/rule"]
        limits = job["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
        return int(limits["memory"].removesuffix("M")) < self.greedy.get(rule, 0)


@contextmanager
def kubernetes(folder: Path, greedy: dict[str, int] | None = None) -> Iterator[Kubernetes]:
    """Serve a cluster; `folder` gets its kubeconfig, named `kubeconfig`, and the pods' logs."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Kubernetes(folder, greedy)
    handler = type("Handler", (_Handler,), {"cluster": cluster})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    named = {
        "clusters": [{"name": "local", "cluster": {"server": address}}],
        "users": [{"name": "me", "user": {"token": "secret"}}],
        "contexts": [{"name": "it", "context": {"cluster": "local", "user": "me"}}],
    }
    config = {"apiVersion": "v1", "kind": "Config", "current-context": "it", **named}
    (folder / "kubeconfig").write_text(json.dumps(config))
    try:
        yield cluster
    finally:
        server.shutdown()
        server.server_close()
        cluster.stop()


class _Handler(BaseHTTPRequestHandler):
    cluster: Kubernetes
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Be quiet."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        address = urlsplit(self.path)
        asked = _PATH.fullmatch(address.path)
        if self.cluster.refuses:
            code, message = self.cluster.refuses
            self._send(code, {"kind": "Status", "message": message})
        elif asked is None:
            self._send(404, {"kind": "Status", "message": f"no such path: {address.path}"})
        elif self.command == "POST" and self.cluster.rejects:
            code, message = self.cluster.rejects
            self._send(code, {"kind": "Status", "message": message})
        elif self.command == "POST":
            self._send(201, self.cluster.create(json.loads(body)))
        elif asked["log"]:
            lines = self.cluster.log(asked["name"].rsplit("-", 1)[0]).splitlines(keepends=True)
            last = int(parse_qs(address.query)["tailLines"][0])
            self._send_bytes(200, "".join(lines[-last:]).encode(), "text/plain")
        elif asked["name"] and asked["name"] not in self.cluster.jobs:
            self._send(404, {"kind": "Status", "message": f'jobs "{asked["name"]}" not found'})
        elif self.command == "DELETE":
            self.cluster.delete(asked["name"])
            self._send(200, {"kind": "Status", "status": "Success"})
        else:
            self._send(200, {"items": list(self._list(asked["kind"], parse_qs(address.query)))})

    def _list(self, kind: str, query: dict[str, list[str]]) -> Iterator[Object]:
        label, _, value = query.get("labelSelector", [""])[0].partition("=")
        for job in list(self.cluster.jobs.values()) if kind != "events" else []:
            if job["metadata"]["labels"].get(label) == value:
                yield self.cluster.with_status(job) if kind == "jobs" else self.cluster.pod(job)

    def _send(self, status: int, value: Object) -> None:
        self._send_bytes(status, json.dumps(value).encode(), "application/json")

    def _send_bytes(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main() -> None:
    """Run a command with such a cluster, in the project's folder, and exit as it does."""
    with tempfile.TemporaryDirectory() as folder, kubernetes(Path(folder)):
        environment = {**os.environ, "KUBECONFIG": f"{folder}/kubeconfig", "SWS_GPUS": "0"}
        sys.exit(subprocess.run(sys.argv[1:], env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
