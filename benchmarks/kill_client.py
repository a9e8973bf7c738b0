"""Kill a stage that asks a server at random moments, and count what the server is asked twice.

    python -m benchmarks.kill_client [--kills 30] [--rows 100000] [--in-flight 32]

The stage is `sws generate` over blueprints. Each kill is a SIGKILL after a random number of
answers; the last run is left alone, and its table is compared with an undisturbed one's.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import web

#: Seconds that an answer takes: most are short, some ten times as long.
MEAN_SECONDS = 0.02


class Recorder:
    """A server on loopback that remembers what it was asked, and what it answered."""

    def __init__(self, state: Any) -> None:
        self.state = state
        self.asked_by: dict[tuple[int, str], int] = {}  # the run that asked last
        self.lost: Counter[int] = Counter()  # of each run, requests that a later one asked again
        self.draw = random.Random(1)

    async def answer(self, request: web.Request) -> web.Response:
        """The same text for the same request, after a while."""
        body = await request.json()
        asked = body["seed"], body["messages"][0]["content"]
        run, before = int(request.headers["X-Run"]), self.asked_by.get(asked)
        if before == run:
            self.state["retried"] = self.state["retried"] + 1
        elif before is not None:
            self.lost[before] += 1
            self.state["lost"] = dict(self.lost)
        self.asked_by[asked] = run
        await asyncio.sleep(self.draw.expovariate(1 / MEAN_SECONDS))
        text = f"Rationale.\n```text\nWhat is {body['seed']} + 1?\n```"
        choice = {"index": 0, "finish_reason": "stop", "message": {"content": text}}
        usage = {"prompt_tokens": 9, "completion_tokens": 9}
        self.state["answered"] = self.state["answered"] + 1
        return web.json_response({"choices": [choice], "usage": usage})

    @classmethod
    def serve(cls, state: Any, port: Any) -> None:
        """Listen until the process ends."""

        async def main() -> None:
            app = web.Application()
            app.router.add_post("/v1/chat/completions", cls(state).answer)
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port.send(runner.addresses[0][1])
            await asyncio.Event().wait()

        asyncio.run(main())


def blueprints(folder: Path, rows: int) -> None:
    """A shard of blueprints, each with a concept of its own: seeds alone may coincide."""
    from sws.schemas import BlueprintRow, schema_of
    from sws.store import write_table

    numbered = (
        {
            "blueprint_id": f"b{number}",
            "category": "Algebra",
            "concepts": [f"linear equation {number}"],
            "level": "2",
        }
        for number in range(rows)
    )
    write_table(folder / "blueprints.json", schema_of(BlueprintRow), numbered)


def start(folder: Path, url: str, in_flight: int, run: int) -> "subprocess.Popen[bytes]":
    """The stage, in `folder`. Its requests name the run: a server may see them after its end."""
    server = f"url: '{url}', headers: {{X-Run: '{run}'}}, concurrency: {in_flight}"
    role = f"roles.generator={{engine: openai, model: m, {server}}}"
    command = [sys.executable, "-m", "sws", "generate", "blueprints.json"]
    options = ["--out", "candidates.json", "--preset", "nano", "--set", role, "--log", "log.txt"]
    return subprocess.Popen([*command, *options], cwd=folder, stderr=subprocess.DEVNULL)


def kill_and_resume(folder: Path, url: str, state: Any, options: argparse.Namespace) -> list[int]:
    """Kill so often, then let it end; how many requests of each killed run were asked again."""
    draw = random.Random(options.seed)
    for run in range(options.kills):
        goal = state["answered"] + draw.randint(1, options.between)
        process = start(folder, url, options.in_flight, run)
        while process.poll() is None and state["answered"] < goal:
            time.sleep(0.002)
        process.kill()
        process.wait()
        print(f"kill {run + 1}: {state['answered']} answers", file=sys.stderr, flush=True)
    if start(folder, url, options.in_flight, options.kills).wait():
        raise SystemExit((folder / "log.txt").read_text(encoding="utf-8")[-2000:])
    return [state["lost"].get(run, 0) for run in range(options.kills)]


def main() -> None:
    """Print the result as JSON; exit 1 when a table differs or a bound does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--in-flight", type=int, default=32)
    parser.add_argument("--between", type=int, default=5000, help="answers between kills, at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    receive, send = multiprocessing.Pipe(False)
    with multiprocessing.Manager() as manager, tempfile.TemporaryDirectory() as temporary:
        state = manager.dict(answered=0, retried=0, lost={})
        server = multiprocessing.Process(target=Recorder.serve, args=(state, send), daemon=True)
        server.start()
        url = f"http://127.0.0.1:{receive.recv()}/v1"
        killed, whole = Path(temporary, "killed"), Path(temporary, "whole")
        for folder in (killed, whole):
            folder.mkdir()
            blueprints(folder, options.rows)
        twice = kill_and_resume(killed, url, state, options)
        retried = state["retried"]
        if start(whole, url, options.in_flight, -1).wait():
            raise SystemExit("the undisturbed run failed")
        server.terminate()
        tables = [(folder / "candidates.parquet").read_bytes() for folder in (killed, whole)]
    result = {
        "kills": options.kills,
        "rows": options.rows,
        "retried_in_a_run": retried,
        "asked_twice": sum(twice),
        "share_asked_twice": round(sum(twice) / options.rows, 5),
        "most_of_one_kill": max(twice),
        "in_flight": options.in_flight,
        "same_table": tables[0] == tables[1],
    }
    print(json.dumps(result, indent=2))
    sys.exit(max(twice) > options.in_flight or tables[0] != tables[1])


if __name__ == "__main__":
    main()
