"""A real Slurm out of Debian's slurm-wlm and munge; its node, or nodes, are this machine.

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
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
ReturnToService=2
MpiDefault=none
SlurmdTimeout=20
KillWait=5
GresTypes=gpu
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """The daemons that are not installed."""
    return [name for name in DAEMONS if not shutil.which(name, path=SYSTEM_PATH)]


class Slurm:
    """A cluster while the block lasts; `environment` is what its users need.

    Each node has `cpus`, and `gpus` that are numbers alone: no device stands behind them.
    """

    def __init__(self, cpus: int = 2, nodes: int = 1, gpus: int = 0) -> None:
        self.cpus, self.gpus = cpus, gpus
        host = socket.gethostname().split(".")[0]
        self.nodes = [host] if nodes == 1 else [f"sws{number}" for number in range(nodes)]

    def __enter__(self) -> Self:
        # A short path: that of a socket has 107 characters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="sws-slurm-", dir="/tmp"))
        self.folder.chmod(0o755)  # munged wants its socket's folder open to all
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        try:
            self._configure()
            for daemon in ("munged", "slurmctld", *self._slurmds()):
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
        (slurmd,) = self._slurmds()
        self._running[slurmd].kill()
        self._running[slurmd].wait()
        self._kill_jobs()
        time.sleep(1)
        self._start(slurmd)

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
        while self.ask("sinfo", "--noheader", "--format=%T %D") != f"idle {len(self.nodes)}":
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
        for name in ("bin", "state", "spool", *(f"spool/{node}" for node in self.nodes)):
            (self.folder / name).mkdir()
        controller, *ports = free_ports(1 + len(self.nodes))
        gres = f" Gres=gpu:{self.gpus}" if self.gpus else ""
        nodes = [
            f"NodeName={name} NodeHostname={socket.gethostname()} NodeAddr=127.0.0.1 Port={port} "
            f"CPUs={self.cpus} RealMemory=64000{gres} State=UNKNOWN"
            for name, port in zip(self.nodes, ports, strict=True)
        ]
        text = CONFIGURATION.format(
            folder=self.folder,
            host=socket.gethostname().split(".")[0],
            nodes="\n".join(nodes),
            user=psutil.Process().username(),
            controller=controller,
        )
        (self.folder / "slurm.conf").write_text(text)
        # A GPU must have a file; nothing opens it.
        lines = [f"NodeName={name} Name=gpu File=/dev/null\n" * self.gpus for name in self.nodes]
        (self.folder / "gres.conf").write_text("".join(lines))
        key = self.folder / "munge.key"
        key.touch(0o600)
        key.write_bytes(os.urandom(128))
        # The executor takes SLURM_CONF from the environment in which a job's command runs.
        for name in ("srun", "squeue", "scontrol"):
            wrapper = self.folder / "bin" / name
            real = shutil.which(name, path=SYSTEM_PATH)
            wrapper.write_text(f'#!/bin/sh\nSLURM_CONF={self.folder}/slurm.conf exec {real} "$@"\n')
            wrapper.chmod(0o755)

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
            **{
                name: ["-D", "-f", f"{at}/slurm.conf", "-N", node]
                for name, node in zip(self._slurmds(), self.nodes, strict=True)
            },
        }
        command = daemon.partition("-")[0]
        program = shutil.which(command, path=SYSTEM_PATH) or command
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

    def _slurmds(self) -> list[str]:
        """The daemon of each node."""
        return [f"slurmd-{node}" for node in self.nodes]

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
