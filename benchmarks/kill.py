"""Kill a run at random moments, resume it each time, and compare every row with an undisturbed run.

    python -m benchmarks.kill PROJECT REFERENCE [--kills 30] [--between 5 60] [-- snakemake options]

PROJECT is a copy of the project in which nothing, or not all, has run; REFERENCE one in which the
same configuration ran undisturbed. Snakemake, its jobs and all their children get SIGKILL.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil


def run(
    project: Path, options: Sequence[str], until: float | None = None
) -> tuple[bool, list[str]]:
    """Run the workflow; kill it and all its children after `until` seconds.

    Whether it ended, and else which stages were at work.
    """
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *options]
    log = (project / "kill.log").open("a")
    with subprocess.Popen(command, cwd=project, stdout=log, stderr=log) as process:
        try:
            if process.wait(until):
                raise SystemExit(f"the run failed: see {project / 'kill.log'}")
            return True, []
        except subprocess.TimeoutExpired:
            stages = kill_tree(process.pid)
            process.wait()
            return False, stages


def kill_tree(pid: int) -> list[str]:
    """SIGKILL to a process and all below it, stopped first so that none starts another."""
    root = psutil.Process(pid)
    root.suspend()
    family = [root, *root.children(recursive=True)]
    stages = stages_of(family)
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=30)
    return stages


def stages_of(family: Sequence[psutil.Process]) -> list[str]:
    """The verbs of the `sws` commands among processes."""
    verbs = set()
    for member in family:
        try:
            command = member.cmdline()
        except psutil.Error:
            continue
        names = [Path(part).name for part in command[:3]]
        if "sws" in names[:-1]:
            verbs.add(command[names.index("sws") + 1])
    return sorted(verbs)


def contents(project: Path) -> dict[str, str]:
    """The content hash of every table and student, by its manifest."""
    return {
        str(path.relative_to(project)): json.dumps(said, sort_keys=True)
        for path, said in _manifests(project)
    }


def _manifests(project: Path) -> Iterator[tuple[Path, Any]]:
    for path in sorted((project / "data").rglob("*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(said, dict) and ("sha256" in said or path.name == "student.json"):
            yield path, said


def answered(project: Path) -> tuple[int, int]:
    """Answers in the cache, and how many of them are to a request that had one already."""
    counts: Counter[tuple[str, str]] = Counter()
    for segment in (project / "cache/answers").rglob("*.jsonl"):
        for line in segment.read_bytes().splitlines():
            try:
                counts[segment.parent.name, json.loads(line)["request_id"]] += 1
            except (ValueError, KeyError):
                continue  # torn by a kill: still owed
    return sum(counts.values()), sum(counts.values()) - len(counts)


def kill_and_resume(
    project: Path,
    kills: int,
    between: tuple[float, float],
    options: Sequence[str] = (),
    seed: int = 1,
) -> dict[str, Any]:
    """Kill `kills` times, or until the run ends first; then let it end."""
    draw, done, moments = random.Random(seed), False, []
    killed: Counter[str] = Counter()
    began = time.monotonic()
    while not done and len(moments) < kills:
        moments.append(round(draw.uniform(*between), 1))
        done, stages = run(project, options, moments[-1])
        killed.update(stages or ["between stages"] * (not done))
        said = "it had ended" if done else f"during {', '.join(stages) or 'no stage'}"
        print(f"kill {len(moments)} after {moments[-1]} s: {said}", flush=True)
    resumed = time.monotonic()
    run(project, options)
    answers, twice = answered(project)
    return {
        "kills": len(moments) - done,
        "killed": dict(sorted(killed.items())),
        "seconds": round(time.monotonic() - began, 1),
        "last_resume_seconds": round(time.monotonic() - resumed, 1),
        "answers": answers,
        "answered_twice": twice,
    }


def main() -> None:
    """Print the result as JSON; exit 1 when an artifact differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("project", type=Path)
    parser.add_argument("reference", type=Path)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--between", type=float, nargs=2, default=(5.0, 60.0))
    parser.add_argument("--seed", type=int, default=1)
    ours, _, options = " ".join(sys.argv[1:]).partition(" -- ")
    given = parser.parse_args(ours.split())
    between = (given.between[0], given.between[1])
    result = kill_and_resume(given.project, given.kills, between, options.split(), given.seed)
    made, reference = contents(given.project), contents(given.reference)
    result["artifacts"] = len(made)
    result["different"] = [name for name in reference if made.get(name) != reference[name]]
    print(json.dumps(result, indent=2))
    sys.exit(bool(result["different"]))


if __name__ == "__main__":
    main()
