"""dvc.yaml, derived from the graph: one stage per milestone, each running Snakemake for its files.

Outputs, dependencies and parameters are what the rules declare, so that both engines rerun the
same things: a stage's parameters are the keys of its rules, in the resolved configuration.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from sws.shards import shard_names, shards_in
from sws.workflow.graph import Job
from sws.workflow.milestones import PROVENANCE, described

CONFIG = "data/config.json"
#: What decides the configuration: the user's file, all presets and variants, which params.yaml
#: may join as it likes, and the code that holds the defaults. The stage takes two seconds, and
#: nothing follows if the configuration comes out the same.
DECIDES = ["params.yaml", "presets", "sws/config"]
#: In a project with the packaged workflow: the version of the package, in the place of its files.
DECIDES_A_PROJECT = ["params.yaml", "requirements.txt"]
#: Before the configuration of another graph is used, `dvc repro` has to know that graph.
CHECK = "sws dvc --check"
#: More shards than this are not listed one by one: Linux allows 128 KiB for a shell's command.
NAMED = 8
SNAKEMAKE = "snakemake --quiet rules --"
METRICS = "data/metrics.json"
PLOTS = "data/plots"
_AUGMENTED = re.compile(r"data/round\d+/augmented\.json")  # of a round, not of its branch
#: Small results that Git keeps, so that they can be looked at without DVC.
IN_GIT = {"data/summary.json", "data/summary.svg", "data/summary.png", METRICS}

HEADER = """\
# Written by `sws dvc` from the rules; the tests check that it still says what they say.
# One stage per milestone; inside each, Snakemake does the fan-out.
# `dvc repro` runs what changed, `dvc metrics diff` compares results, `dvc push` shares artifacts.
"""


def dvcfile(graph: Sequence[Job], preset: str) -> str:
    """The text of dvc.yaml for these jobs of a preset."""
    milestones: dict[str, list[Job]] = {}
    for job in graph:
        milestones.setdefault(job.milestone, []).append(job)
    order = sorted(milestones, key=lambda name: graph.index(milestones[name][-1]))
    outs = {name: _outs(name, graph) for name in order}
    folders = {out for own in outs.values() for out in own}
    stages = {name: _stage(name, milestones[name], outs[name], folders) for name in order}
    stages["config"]["cmd"] = [CHECK, stages["config"]["cmd"]]
    stages["config"]["deps"] = _decides_configuration(preset)
    whole = {"stages": stages, "plots": _plots(), "artifacts": _artifacts(graph)}
    return HEADER + yaml.safe_dump(whole, sort_keys=False, width=100, allow_unicode=True)


def _stage(name: str, own: list[Job], made: list[str], folders: set[str]) -> dict[str, Any]:
    mine = {path for job in own for path in job.outputs}
    keys = _without_covered({_shared(key) for job in own for key in job.keys})
    outs = [*made, PROVENANCE.format(milestone=name)]
    needs = _needs({path for job in own for path in job.inputs} - mine, folders)
    stage: dict[str, Any] = {"desc": described(name), "cmd": _command(own)}
    if needs:
        stage["deps"] = needs
    if name == "config":
        stage["deps"] = []  # takes its place before the outputs
    elif keys:
        stage["params"] = [{CONFIG: keys}]
    stage["outs"] = [path for path in outs if path not in IN_GIT]
    if METRICS in outs:
        stage["metrics"] = [{METRICS: {"cache": False}}]
    if kept := sorted(IN_GIT & set(outs) - {METRICS}):
        stage["outs"] += [{path: {"cache": False}} for path in kept]
    return stage


def _decides_configuration(preset: str) -> list[str]:
    """The files that decide the configuration; a preset of the user's own is one of them."""
    base = preset.split("+")[0]
    decides = DECIDES if Path("sws/config").is_dir() else DECIDES_A_PROJECT
    return [*decides, *([base] if base.endswith(".yaml") else [])]


def _command(own: list[Job]) -> str:
    """Snakemake for every file that the milestone's own jobs do not use.

    DVC has deleted them; Snakemake would not miss a file that only serves others that are there.
    """
    inside = {path for job in own for path in job.inputs}
    ends = [job.outputs[0] for job in own if not inside & set(job.outputs)]
    return f"{SNAKEMAKE} {' '.join(_targets(ends))}"


def _targets(paths: Sequence[str]) -> list[str]:
    """Paths for the shell; the many shards of a table by their numbers, in one short word."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(str(PurePosixPath(path).parent), []).append(path)
    targets: list[str] = []
    for folder, inside in folders.items():
        count = len(inside)
        numbered = shards_in(Path(folder), shard_names(count))
        if count > NAMED and inside == [str(path) for path in numbered]:
            targets.append(f"$(seq -f {folder}/%02g.json 0 {count - 1})")
        else:
            targets += inside
    return targets


def _needs(paths: set[str], folders: set[str]) -> list[str]:
    """Files of other milestones; several in one folder that is an output as this folder."""
    count = Counter(str(PurePosixPath(path).parent) for path in paths)
    shards = {folder for folder in count if folder in folders and count[folder] > 1}
    inside = {path for path in paths if str(PurePosixPath(path).parent) in shards}
    return sorted(paths - inside | shards)


def _shared(key: str) -> str:
    """Judges as a whole, so that dvc.yaml serves presets with other judges too."""
    return "roles.judges" if key.startswith("roles.judges.") else key


def _without_covered(keys: set[str]) -> list[str]:
    """Keys whose section is not there as a whole."""
    return sorted(
        key
        for key in keys
        if not any(key.startswith(f"{other}.") for other in keys if other != key)
    )


def _outs(milestone: str, graph: Sequence[Job]) -> list[str]:
    """The outputs, a folder standing for its files where no other milestone writes into it."""
    others = _folders(path for job in graph if job.milestone != milestone for path in job.outputs)
    outs: dict[str, None] = {}
    for job in graph:
        if job.milestone == milestone:
            for path in job.outputs:
                own = [folder for folder in _folders([path]) if folder not in others]
                outs[min(own, key=len, default=path)] = None
    return list(outs)


def _folders(paths: Iterable[str]) -> set[str]:
    """Every folder above the paths, under a round's own."""
    return {
        str(folder)
        for path in paths
        for folder in PurePosixPath(path).parents
        if len(folder.parts) > 1 and not folder.name.startswith("round")
    }


def _plots() -> list[dict[str, Any]]:
    """Each with a template of its own in .dvc/plots: by category, by run, in the funnel's order."""
    return [
        {"accuracy": {
            "template": "accuracy", "title": "Held-out accuracy by category and arm",
            "x": "accuracy", "y": {f"{PLOTS}/accuracy.csv": "arm"},
        }},
        {"training": {
            "template": "training", "title": "Mean reward at each step",
            "x": "step", "y": {f"{PLOTS}/training.csv": "reward"},
        }},
        {"funnel": {
            "template": "funnel", "title": "Candidates that each stage kept",
            "x": "kept", "y": {f"{PLOTS}/funnel.csv": "stage"},
        }},
        {"data/summary.png": None},
    ]  # fmt: skip


def _artifacts(graph: Sequence[Job]) -> dict[str, Any]:
    """The last round's augmented set, and its student where there is one trained on it."""
    made = [job.outputs[0] for job in graph if job.rule in ("augment", "train")]
    augmented = [path for path in made if _AUGMENTED.fullmatch(path)]
    students = [path for path in made if "/training/sws/" in path]
    found = {
        "augmented-set": {
            "path": augmented[-1].replace(".json", ".parquet"),
            "type": "dataset",
            "desc": "The seed set with the synthetic problems that survived every filter",
        },
    }
    if students:
        found["sws-student"] = {
            "path": students[-1].rpartition("/")[0],
            "type": "model",
            "desc": "The student trained on the augmented set",
        }
    return found
