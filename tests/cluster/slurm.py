"""A real Slurm with one node, this machine, out of Debian's slurm-wlm and munge.

    python -m tests.cluster.slurm snakemake --profile profiles/slurm --jobs 2

runs the command with the cluster and stops it afterwards. All of it, from the configuration to the
key and the sockets, lies in one temporary folder; it may stand beside another, or a system's own.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

#: In the order in which they start; each is in /usr/sbin, which is not on every user's path.
DAEMONS = ("munged", "slurmctld", "slurmd")
SYSTEM_PATH = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/sbin"

# A node that died fails its jobs, so that the retries of the workflow are what saves them. More
# memory than there is may be asked for: the profile's requests are those of a cluster.
CONFIGURATION = """\
ClusterName=local
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobRequeue=0
SlurmdParameters=config_overrides
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ReturnToService=2
MpiDefault=none
SlurmdTimeout=20
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=64000 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """The daemons that are not installed."""
    return [name for name in DAEMONS if not shutil.which(name, path=SYSTEM_PATH)]


class Slurm:
    """A cluster while the block lasts; `environment` is what its users need."""

    def __init__(self, cpus: int = 2) -> None:
        self.cpus = cpus

    def __enter__(self) -> Self:
        # A short path: that of a socket has 107 characters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="sws-slurm-", dir="/tmp"))
        self.folder.chmod(0o755)  # munged wants its socket's folder open to all
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        try:
            self._configure()
            for daemon in DAEMONS:
                self._start(daemon)
            self.wait_until_idle()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kill_jobs()
        for daemon in reversed(self._running.values()):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """Where the cluster is, and that it has neither GPUs nor accounting."""
        return {
            **os.environ,
            "SLURM_CONF": str(self.folder / "slurm.conf"),
            "PATH": f"{self.folder}/bin{os.pathsep}{SYSTEM_PATH}",
            "SWS_GPUS": "0",
            "SWS_SLURM_ACCOUNTING": "0",
        }

    def crash(self) -> None:
        """The node loses power: its daemon and all its jobs are gone at once; then it boots."""
        self._running["slurmd"].kill()
        self._running["slurmd"].wait()
        self._kill_jobs()
        time.sleep(1)
        self._start("slurmd")

    def ask(self, *command: str) -> str:
        """The output of one of Slurm's commands; '' where it fails or hangs."""
        try:
            return subprocess.run(
                command,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
            ).stdout.strip()
        except subprocess.TimeoutExpired:
            return ""

    def wait_until_idle(self, seconds: float = 60) -> None:
        """Until the node takes jobs; RuntimeError, with what the daemons wrote, if it does not."""
        deadline = time.monotonic() + seconds
        while self.ask("sinfo", "--noheader", "--format=%T") != "idle":
            ended = [name for name, daemon in self._running.items() if daemon.poll() is not None]
            if ended or time.monotonic() > deadline:
                why = f"{ended[0]} ended" if ended else f"no idle node after {seconds:.0f} s"
                raise RuntimeError(f"Slurm did not come up: {why}\n{self.logs()}")
            time.sleep(0.2)

    def logs(self) -> str:
        """The last lines that each daemon wrote."""
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}"
            for path in sorted(self.folder.glob("*.log"))
        )

    def _configure(self) -> None:
        for name in ("bin", "state", "spool"):
            (self.folder / name).mkdir()
        ports = free_ports(2)
        text = CONFIGURATION.format(
            folder=self.folder,
            host=socket.gethostname().split(".")[0],
            cpus=self.cpus,
            user=psutil.Process().username(),
            controller=ports[0],
            node=ports[1],
        )
        (self.folder / "slurm.conf").write_text(text)
        key = self.folder / "munge.key"
        key.touch(0o600)
        key.write_bytes(os.urandom(128))
        # The executor takes SLURM_CONF from the environment in which it calls srun inside a job.
        srun = self.folder / "bin/srun"
        real = shutil.which("srun", path=SYSTEM_PATH)
        srun.write_text(f'#!/bin/sh\nSLURM_CONF={self.folder}/slurm.conf exec {real} "$@"\n')
        srun.chmod(0o755)

    def _start(self, daemon: str) -> None:
        at = self.folder
        options = {
            "munged": [
                "--foreground",
                f"--key-file={at}/munge.key",
                f"--socket={at}/munge.socket",
                f"--pid-file={at}/munged.pid",
                f"--seed-file={at}/munged.seed",
                f"--log-file={at}/munged-own.log",
            ],
            "slurmctld": ["-D", "-f", f"{at}/slurm.conf"],
            "slurmd": ["-D", "-f", f"{at}/slurm.conf"],
        }
        program = shutil.which(daemon, path=SYSTEM_PATH) or daemon
        with (at / f"{daemon}.log").open("ab") as log:
            self._running[daemon] = subprocess.Popen(
                [program, *options[daemon]],
                env=self.environment,
                cwd=at,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if daemon == "munged":  # the others fail at once where it does not answer yet
            deadline = time.monotonic() + 20
            while not (at / "munge.socket").exists() and time.monotonic() < deadline:
                time.sleep(0.1)

    def _kill_jobs(self) -> None:
        """SIGKILL to every process of every job, and to the steps' managers above them."""
        victims: set[psutil.Process] = set()
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if self._is_of_a_job(process):
                    above = [one for one in process.parents() if one.name() == "slurmstepd"]
                    victims.update([process, *above, *process.children(recursive=True)])
        for victim in victims:
            with suppress(psutil.Error):
                victim.kill()

    def _is_of_a_job(self, process: psutil.Process) -> bool:
        """Whether a job of this cluster started it: its environment says so."""
        environment = process.environ()
        mine = environment.get("SLURM_CONF") == str(self.folder / "slurm.conf")
        return mine and "SLURM_JOB_ID" in environment


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def main() -> None:
    """Run a command with a cluster of its own, and exit as it does."""
    if missing():
        sys.exit(f"not installed: {', '.join(missing())}; Debian has slurm-wlm and munge")
    with Slurm(os.cpu_count() or 1) as cluster:
        command = sys.argv[1:] or ["sinfo"]
        sys.exit(subprocess.run(command, env=cluster.environment, check=False).returncode)


if __name__ == "__main__":
    main()
