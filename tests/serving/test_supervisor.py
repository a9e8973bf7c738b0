"""A supervised server: restarted when it dies, stopped with its supervisor, or given up."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from sws.engines import address
from sws.engines.address import Address, here, wait_for
from sws.errors import SwsError
from tests.cluster.slurm import free_ports

#: A server that is healthy at once; it stands for any that answers GET /health.
SERVER = """
import http.server, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""
SUPERVISE = """
import sys
from pathlib import Path
from sws.serving import supervisor
from sws.engines.address import here
supervisor.LOOK = 0.1
port, out, *command = sys.argv[1:]
supervisor.Supervisor(command, here(f"http://127.0.0.1:{port}/v1", "m"), Path(out)).run()
"""


Supervised = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    """Start a supervisor over a command; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(port: int, *command: str) -> "subprocess.Popen[bytes]":
        arguments = [sys.executable, "-c", SUPERVISE, str(port), str(tmp_path / "a.json"), *command]
        started.append(subprocess.Popen(arguments, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def server_of(supervisor: "subprocess.Popen[bytes]") -> psutil.Process:
    (child,) = psutil.Process(supervisor.pid).children()
    return child


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url.removesuffix("/v1") + "/health", timeout=5):
            return True
    except OSError:
        return False


def until(what: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_dead_server_is_restarted_where_it_was(supervised: Supervised, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    supervisor = supervised(port, sys.executable, "-c", SERVER, str(port))
    there = wait_for(tmp_path / "a.json")
    assert there.url == f"http://127.0.0.1:{port}/v1" and answers(there.url)
    first = server_of(supervisor)
    first.kill()
    until(lambda: not first.is_running())
    until(lambda: answers(there.url))
    assert server_of(supervisor).pid != first.pid
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(30) == 0  # stopped as Snakemake stops it: no failure
    assert not answers(there.url)


def test_a_server_dies_with_its_supervisor(supervised: Supervised, tmp_path: Path) -> None:
    """SIGKILL leaves no server that would hold a GPU."""
    (port,) = free_ports(1)
    supervisor = supervised(port, sys.executable, "-c", SERVER, str(port))
    there = wait_for(tmp_path / "a.json")
    server = server_of(supervisor)
    supervisor.kill()
    supervisor.wait()
    until(lambda: not server.is_running())
    assert not answers(there.url)


def test_a_server_that_never_starts_is_given_up_with_its_last_words(
    supervised: Supervised, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    supervisor = supervised(port, sys.executable, "-c", "raise SystemExit('out of memory')")
    _, said = supervisor.communicate(timeout=60)
    assert supervisor.returncode and b"out of memory" in said
    with pytest.raises(SwsError, match="ended 3 times before it was healthy"):
        wait_for(tmp_path / "a.json")


def test_who_waits_for_nobody_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The supervisor that wrote the file is gone, or none ever writes one."""
    monkeypatch.setattr(address, "MISSING", 0.0)
    monkeypatch.setattr(address, "LOOK", 0.01)
    with pytest.raises(SwsError, match="nothing starts this server"):
        wait_for(tmp_path / "a.json")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine = here("http://127.0.0.1:1/v1", "m")
    Address(mine.url, mine.model, "starting", host=mine.host, pid=gone.pid).write(
        tmp_path / "a.json"
    )
    with pytest.raises(SwsError, match="nothing starts this server"):
        wait_for(tmp_path / "a.json")
    assert mine.pid == os.getpid()
