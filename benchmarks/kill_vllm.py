"""SIGKILL a process that asks vLLM, at random moments; count what was lost, compare all texts.

    python -m benchmarks.kill_vllm --kills 30

Requests are of long-tailed lengths. A killed process leaves its answers in the cache; the next
goes on from there. A request counts as asked when it enters vLLM, as answered when it is cached.
An empty answer is a refusal, which every run asks again: such requests are left out of the counts.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.tail import lengths, tiny
from sws.config.roles import Role
from sws.engines.ask import ask
from sws.engines.cache import AnswerCache
from sws.engines.refill import AHEAD
from sws.engines.request import Request, Sampling
from sws.engines.vllm import VllmEngine
from sws.prompts.reading import user

CONTEXT = 64


def requests(count: int) -> Iterator[Request]:
    """Requests of long-tailed lengths, each with its own seed."""
    for i, most in enumerate(lengths(count, 0.7, 10, 48)):
        yield Request("labeler", user(f"{i}?"), Sampling(1, 1.0, 0.95, most), seed=i)


def work(model: str, folder: Path, count: int, at_once: int) -> None:
    """Ask all; note what enters vLLM. A line on standard output says that answers come."""
    role = Role(engine="vllm", model=model, max_num_seqs=at_once)
    engine = VllmEngine(model, max_model_tokens=CONTEXT, role=role)
    prepare = engine.prepare
    with (folder / "asked").open("a", buffering=1) as asked, AnswerCache(folder, "kill") as cache:

        def noted(request: Request) -> object:
            asked.write(request.id + "\n")
            return prepare(request)

        engine.prepare = noted  # type: ignore[method-assign, assignment]
        pairs = ((request.id, request) for request in requests(count))
        with (folder / "texts").open("w") as texts:
            for done, (name, response) in enumerate(ask(engine, cache, pairs)):
                texts.write(f"{name} {response.texts!r}\n")
                if done == 0:
                    print("answers come", flush=True)


def answered_in(folder: Path) -> Iterator[str]:
    """The ids in a cache, once for each answer; an empty one is a refusal, to be asked again."""
    for segment in folder.glob("*/*.jsonl"):
        for line in segment.read_bytes().splitlines(keepends=True):
            row = json.loads(line) if line.endswith(b"\n") else {"refused": "truncated"}
            if not row.get("refused") and any(row["texts"]):
                yield row["request_id"]


def run(arguments: list[str], seconds: float | None) -> bool:
    """One process, killed so long after answers came; whether it ended by itself."""
    command = [sys.executable, "-m", "benchmarks.kill_vllm", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        if not process.stdout.readline():
            raise SystemExit("the process ended before an answer came")
        try:
            return process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            return False


def main() -> None:
    """Kill, resume, compare; print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--requests", type=int, default=12_000)
    parser.add_argument("--at-once", type=int, default=8, help="answers computed at a time")
    parser.add_argument("--between", type=float, nargs=2, default=(0.5, 4.0), metavar="SECONDS")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work[0], Path(given.work[1]), given.requests, given.at_once)
        return
    draw, kills, began = random.Random(1), 0, time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        model = str(tiny(Path(name)))
        folders = [Path(name) / "killed", Path(name) / "undisturbed"]
        common = [
            "--requests",
            str(given.requests),
            "--at-once",
            str(given.at_once),
            "--work",
            model,
        ]
        for folder in folders:
            folder.mkdir()
        while kills < given.kills and not run(
            [*common, str(folders[0])], draw.uniform(*given.between)
        ):
            kills += 1
            print(f"kill {kills} after {time.monotonic() - began:.0f} s", flush=True)
        for folder in folders:
            run([*common, str(folder)], None)
        asked = Counter((folders[0] / "asked").read_text().split())
        kept = Counter(answered_in(folders[0]))
        texts = [sorted((folder / "texts").read_text().splitlines()) for folder in folders]
    twice = sum(asked[request] - 1 for request in kept)
    flying = AHEAD * given.at_once
    print(f"{kills} kills, {len(kept)} requests answered; twice: {sum(kept.values()) - len(kept)}")
    print(
        f"in flight when killed, and asked again: {twice} ({twice / len(kept):.2%}); at most "
        f"{flying} at each kill, of which {given.at_once} at work"
    )
    print(f"the same texts as undisturbed: {texts[0] == texts[1]}")


if __name__ == "__main__":
    main()
