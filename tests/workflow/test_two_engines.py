"""Snakemake and DVC agree: one graph, the same reruns, and nothing to do after clone and pull."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
import yaml

from sws.config import load
from sws.config.overrides import PASSED_ON, parse_override
from sws.workflow.dvccheck import misfits
from sws.workflow.dvcfile import dvcfile
from sws.workflow.graph import Job, jobs
from sws.workflow.milestones import milestone_of
from tests.workflow.conftest import ROOT, run_in

Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: A change of one key: the milestones that see it, and all that run again because of it. With
#: waves, as in the default, `synthesis` is within `augmented`.
AFTER_SYNTHESIS = {"augmented", "sws", "evaluation"}
CHANGES = {
    "evaluation.resamples=300": ({"evaluation"}, {"evaluation"}),
    "arms.training.learning_rate=2.0e-4": (
        {"extended", "sws"},
        {"extended", "sws", "evaluation"},
    ),
    "augmented_size=30": ({"augmented"}, AFTER_SYNTHESIS),
    "difficulty.high=0.9": ({"augmented"}, AFTER_SYNTHESIS),
    "labels.min_share=0.6": ({"augmented"}, AFTER_SYNTHESIS),
    "verdicts.perfect_share=0.6": ({"augmented"}, AFTER_SYNTHESIS),
    "blueprints.temperature=0.3": ({"synthesis"}, {"synthesis", *AFTER_SYNTHESIS}),
    "weakness.threshold=0.4": ({"weakness"}, {"weakness", "synthesis", *AFTER_SYNTHESIS}),
    "initial_rl.steps=7": (
        {"initial"},
        {"initial", "extended", "weakness", "synthesis", *AFTER_SYNTHESIS},
    ),
    "screening.ngram=9": (
        {"seed", "augmented"},
        {"seed", "initial", "extended", "weakness", "synthesis", *AFTER_SYNTHESIS},
    ),
}


@pytest.fixture(scope="module")
def graph() -> list[Job]:
    """The graph of the default."""
    return jobs({"preset": "micro"}, ROOT)


def test_dvc_yaml_says_what_the_rules_say(graph: list[Job]) -> None:
    derived = dvcfile(graph, "micro")
    assert (ROOT / "dvc.yaml").read_text() == derived, "run `sws dvc`"


@pytest.fixture(scope="module")
def all_arms() -> str:
    """The dvc.yaml of two rounds with every arm."""
    preset = "micro+second-round"
    arms = {"arms": {"names": ["extended", "sws", "random", "selection"]}}
    return dvcfile(jobs({"preset": preset, **arms}, ROOT), preset)


def test_every_arm_and_round_has_its_stages_and_they_follow_each_other(all_arms: str) -> None:
    stages = yaml.safe_load(all_arms)["stages"]
    assert {"bank", "sws", "sws-2", "random-2", "select-2", "selection-2"} <= set(stages)
    made = {out: name for name, stage in stages.items() for out in outs_of(stage)}
    after = {
        name: {
            other
            for dep in stage.get("deps", [])
            for out, other in made.items()
            if dep == out or dep.startswith(f"{out}/")
        }
        for name, stage in stages.items()
    }
    assert list(TopologicalSorter(after).static_order())  # CycleError if they do not


def test_waves_of_synthesis_are_one_stage_with_their_filters() -> None:
    """A wave waits for what was kept of the last one: as stages of their own they would circle."""
    whole = yaml.safe_load(dvcfile(jobs({"preset": "nano+frugal"}, ROOT), "nano"))["stages"]
    assert "synthesis" not in whole
    made = {out: name for name in whole for out in whole[name]["outs"] if isinstance(out, str)}
    assert made["data/round1/budget-w4.json"] == made["data/round1/difficulty"] == "augmented"
    needs = {
        name: {made.get(dep) for dep in whole[name]["deps"]}
        for name in whole
        if "deps" in whole[name]
    }
    list(TopologicalSorter(needs).static_order())  # raises where there is a circle


def test_a_dvc_yaml_of_another_graph_is_told_by_its_stages(all_arms: str) -> None:
    own = (ROOT / "dvc.yaml").read_text()
    assert misfits(own, own) == []
    said = misfits(own, all_arms)
    assert "stage random-2 is missing" in said
    assert any(line.startswith("stage evaluation has other") for line in said)
    assert "stage random-2 belongs to another graph" in misfits(all_arms, own)


def test_many_shards_are_one_short_word_that_the_shell_expands(tmp_path: Path) -> None:
    """The command is a single argument of a shell, and Linux limits that to 128 KiB."""
    many = {"preset": "nano", "shards": 12}
    command = yaml.safe_load(dvcfile(jobs(many, ROOT), "nano"))["stages"]["synthesis"]["cmd"]
    assert "data/round1/candidates/05.json" not in command
    targets = command.partition("-- ")[2]
    shown = subprocess.run(["sh", "-c", f"echo {targets}"], capture_output=True, text=True)
    shards = [f"data/round1/candidates/{shard:02d}.json" for shard in range(12)]
    assert set(shards) <= set(shown.stdout.split())


@pytest.mark.parametrize("text", ["", "stages: [", "- stages", "stages: 3"])
def test_a_dvc_yaml_that_is_none_misses_every_stage(text: str) -> None:
    assert "stage seed is missing" in misfits(text, (ROOT / "dvc.yaml").read_text())


def test_arms_without_sws_have_their_dvc_yaml_too() -> None:
    graph = jobs({"preset": "nano", "arms": {"names": ["extended"]}}, ROOT)
    artifacts = yaml.safe_load(dvcfile(graph, "nano"))["artifacts"]
    assert artifacts.keys() == {"augmented-set"}
    assert artifacts["augmented-set"]["path"] == "data/round1/augmented.parquet"


def test_sws_dvc_follows_set(tmp_path: Path) -> None:
    out = tmp_path / "dvc.yaml"
    command = [
        sys.executable,
        "-m",
        "sws",
        "dvc",
        str(out),
        "--preset",
        "nano",
        "--set",
        "rounds=2",
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    assert "sws-2" in yaml.safe_load(out.read_text())["stages"]


def test_what_a_killed_writer_left_is_not_versioned() -> None:
    left = "data/round1/labels/.00.77.tmp"
    shown = subprocess.run(["dvc", "check-ignore", left], cwd=ROOT, capture_output=True, text=True)
    assert left in shown.stdout


def test_what_does_no_harm_in_dvc_yaml_is_left_alone() -> None:
    own = yaml.safe_load((ROOT / "dvc.yaml").read_text())
    own["stages"]["mine"] = {"cmd": "python mine.py"}
    own["stages"]["seed"]["desc"] = "Ours"
    own["stages"]["seed"]["deps"].reverse()
    own["stages"]["seed"]["params"][0]["data/config.json"].append("rounds")
    assert misfits(yaml.safe_dump(own), (ROOT / "dvc.yaml").read_text()) == []


@pytest.mark.parametrize("preset", ["nano+strict+hard", "mine.yaml", "mine.yaml+random"])
def test_the_configuration_depends_on_every_file_that_decides_it(
    graph: list[Job], preset: str
) -> None:
    deps = yaml.safe_load(dvcfile(graph, preset))["stages"]["config"]["deps"]
    assert {"params.yaml", "presets", "sws/config"} <= set(deps)
    assert ("mine.yaml" in deps) == preset.startswith("mine.yaml")


@pytest.mark.whole
def test_joined_presets_run_through_dvc(project: Path, tmp_path: Path) -> None:
    """A joined name in params.yaml; an arm more is refused until dvc.yaml knows of it."""
    folder = Path(shutil.copytree(project, tmp_path / "project", symlinks=True))
    run, params = run_in(folder), folder / "params.yaml"
    plain = params.read_text()
    run("sws", "dvc")
    params.write_text(plain.replace("preset: nano", "preset: nano+strict"))
    run("dvc", "repro", "-s", "config")
    assert by_dvc(run) == {"weakness"}
    assert by_snakemake(run)[0] == {"weakness"}
    params.write_text(plain.replace("preset: nano", "preset: nano+random"))
    failed = run("dvc", "repro", ok=False)
    assert failed.returncode != 0
    assert "stage random is missing" in failed.stderr
    assert "run `sws dvc`" in failed.stderr
    run("sws", "dvc")
    run("dvc", "repro", "-s", "config")
    assert "data/round1/training/random" in run("dvc", "status").stdout


def test_every_output_of_the_graph_is_versioned_once(graph: list[Job]) -> None:
    stages = stages_of(ROOT)
    outs = [out for stage in stages.values() for out in outs_of(stage)]
    assert len(set(outs)) == len(outs)
    for job in graph:
        for path in job.outputs:
            assert sum(path == out or path.startswith(f"{out}/") for out in outs) == 1, path


def test_reading_the_graph_leaves_nothing_in_the_environment(graph: list[Job]) -> None:
    assert PASSED_ON not in os.environ


def test_inputs_are_manifests_so_that_content_decides_and_not_time(graph: list[Job]) -> None:
    """Snakemake compares an input by checksum up to a size; no input is a table or a model."""
    assert {Path(path).suffix for job in graph for path in job.inputs} == {".json"}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_one_key_reaches_the_same_milestones(graph: list[Job], change: str) -> None:
    """By the rules of Snakemake, job by job, and by the keys and files of dvc.yaml."""
    configs = load("micro"), load("micro", parse_override(change))
    before, after = (config.model_dump(mode="json") for config in configs)
    stages = stages_of(ROOT)
    seen_by_dvc = {
        name
        for name, stage in stages.items()
        for params in stage.get("params", [])
        for key in params["data/config.json"]
        if value(before, key) != value(after, key)
    }
    jobs_that_see_it = {
        job for job in graph if any(value(before, key) != value(after, key) for key in job.keys)
    }
    rerun = {job for job in jobs_that_see_it if job.milestone != "config"}
    direct, every = (
        {{"synthesis": "augmented"}.get(name, name) for name in names} for names in CHANGES[change]
    )
    assert seen_by_dvc == {job.milestone for job in rerun} == direct
    for job in graph:  # upstream first
        made = {path for other in rerun for path in other.outputs}
        if made & set(job.inputs):
            rerun.add(job)
    assert {job.milestone for job in rerun} == closure(seen_by_dvc, stages) == every


def value(values: Any, key: str) -> Any:
    """The value of a dotted key."""
    for part in key.split("."):
        values = values[part]
    return values


def outs_of(stage: dict[str, object]) -> list[str]:
    listed = [*stage["outs"], *stage.get("metrics", [])]  # type: ignore[misc, list-item]
    return [next(iter(out)) if isinstance(out, dict) else out for out in listed]


def stages_of(folder: Path) -> dict[str, Any]:
    """The stages of a folder's dvc.yaml."""
    return yaml.safe_load((folder / "dvc.yaml").read_text())["stages"]


def closure(direct: set[str], stages: dict[str, Any]) -> set[str]:
    """The stages that depend on these, through files, and these."""
    reached = set(direct)
    for _ in stages:
        made = [out for name in reached for out in outs_of(stages[name])]
        for name, stage in stages.items():
            needs = stage.get("deps", [])
            if any(dep == out or dep.startswith(f"{out}/") for dep in needs for out in made):
                reached.add(name)
    return reached


def by_snakemake(run: Run) -> tuple[set[str], set[str]]:
    """Milestones of the jobs that see changed parameters, and of all jobs, in a dry run."""
    text = run("snakemake", "-n").stdout
    direct, every = set(), set()
    for rule, output, reason in re.findall(
        r"\nrule (\w+):.*?\n    output: (.*?)\n.*?\n    reason: (.*?)\n", text, re.DOTALL
    ):
        milestone = milestone_of(rule, output.split(", "))
        every.add(milestone)
        if "params" in reason.lower():
            direct.add(milestone)
    return direct - {"config"}, every - {"config"}


def by_dvc(run: Run) -> set[str]:
    """Stages whose parameters changed."""
    status = json.loads(run("dvc", "status", "--json").stdout)
    return {stage for stage, why in status.items() if "data/config.json" in json.dumps(why)}


@pytest.mark.whole
@pytest.mark.parametrize("change", [*CHANGES][::4])
def test_a_change_reruns_the_same_in_both(project: Path, run: Run, change: str) -> None:
    params, written = project / "params.yaml", project / "data/config.json"
    before = params.read_bytes(), written.read_bytes()
    try:
        override = yaml.safe_dump(parse_override(change))
        params.write_text(f"{params.read_text()}\n{override}")
        direct, every = by_snakemake(run)
        written.unlink()  # DVC may have made it read-only
        run("sws", "config", "--json", "--save", "data/config.json")  # what the stage `config` does
        assert (direct, every) == CHANGES[change]
        assert by_dvc(run) - {"config"} == direct
        assert closure(direct, stages_of(project)) == every
    finally:
        params.write_bytes(before[0])
        written.unlink(missing_ok=True)
        written.write_bytes(before[1])


@pytest.mark.whole
def test_after_clone_and_pull_there_is_nothing_to_do(
    project: Path, run: Run, tmp_path: Path
) -> None:
    clone = published(project, run, tmp_path, f"{tmp_path}/remote")
    there = run_in(clone)
    there("dvc", "pull", "-q")
    assert (clone / "data/round1/concepts.duckdb").stat().st_size > 1_000_000  # over the limit
    assert "Nothing to be done" in there("snakemake", "-n").stdout
    assert "up to date" in there("dvc", "status").stdout
    # And Snakemake there still sees a change.
    planned = there("snakemake", "-n", "--config", "preset=nano", "labels={min_share: 0.6}").stdout
    assert "label" in planned and "Params have changed" in planned


@pytest.mark.whole
def test_dvc_plans_a_clone_without_its_artifacts(project: Path, tmp_path: Path) -> None:
    """Given the configuration, whose keys are the parameters of all other stages."""
    there = run_in(published(project, run_in(project), tmp_path, f"{tmp_path}/remote"))
    assert "Running stage 'evaluation'" in there("dvc", "repro", "--dry", "--force").stdout
    there("dvc", "pull", "-q", "config")
    planned = there("dvc", "repro", "--dry", "--allow-missing").stdout
    assert "Stage 'evaluation' didn't change" in planned and "Running" not in planned


@pytest.mark.whole
def test_an_augmented_set_is_imported_into_another_repository(
    project: Path, run: Run, tmp_path: Path
) -> None:
    published(project, run, tmp_path, f"{tmp_path}/remote")
    other = run_in(tmp_path)
    other("git", "init", "-q", "other")
    other = run_in(tmp_path / "other")
    other("dvc", "init", "-q")
    augmented = "data/round1/augmented.parquet"
    other("dvc", "import", "-q", str(project), augmented, "-o", "theirs.parquet")
    other("dvc", "get", "-q", str(project), augmented, "-o", "copy.parquet")
    for name in ("theirs.parquet", "copy.parquet"):
        assert (tmp_path / "other" / name).read_bytes() == (project / augmented).read_bytes()
    assert augmented in (tmp_path / "other/theirs.parquet.dvc").read_text()


@pytest.mark.whole
def test_collecting_garbage_keeps_what_the_lock_names(
    project: Path, run: Run, tmp_path: Path
) -> None:
    """Gone from the workspace, everything comes back; runs come from the fetched run cache."""
    clone = published(project, run, tmp_path, f"{tmp_path}/remote")
    run("dvc", "push", "-q", "--run-cache")
    there = run_in(clone)
    there("dvc", "fetch", "-q", "--run-cache")
    there("dvc", "gc", "-q", "--workspace", "--force")
    there("dvc", "checkout", "-q")
    assert "up to date" in there("dvc", "status").stdout
    shutil.rmtree(clone / "data/round1/augmented", ignore_errors=True)
    (clone / "data/round1/augmented.json").unlink()
    assert "Running" not in there("dvc", "repro").stdout
    assert "Nothing to be done" in there("snakemake", "-n").stdout


@pytest.mark.whole
def test_artifacts_travel_over_the_s3_protocol(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pushed to a local server, and pulled from it into a clone."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with S3Server() as url:
        clone = published(project, run_in(project), tmp_path, "s3://bucket/sws", endpointurl=url)
        assert stored(url) > 40
        there = run_in(clone)
        there("dvc", "pull", "-q")
        assert "Nothing to be done" in there("snakemake", "-n").stdout
        assert "up to date" in there("dvc", "status").stdout


@pytest.mark.whole
def test_an_unreachable_remote_is_an_error_and_loses_nothing(
    project: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    run("dvc", "remote", "add", "-q", "-f", "gone", f"{tmp_path}/file/remote")
    failed = run("dvc", "push", "-r", "gone", ok=False)
    assert failed.returncode != 0
    assert "ERROR" in failed.stderr
    assert "Nothing to be done" in run("snakemake", "-n").stdout


@pytest.mark.whole
def test_a_repeated_stage_asks_nothing_twice(project: Path, run: Run) -> None:
    """`dvc repro` deletes outputs first; the answers lie elsewhere."""
    before = answers(project)
    run("dvc", "repro", "-f", "-s", "synthesis")
    assert answers(project) == before
    assert "Nothing to be done" in run("snakemake", "-n").stdout
    assert "up to date" in run("dvc", "status").stdout


@pytest.mark.whole
def test_the_plan_of_a_finished_run_is_what_it_took(project: Path, run: Run) -> None:
    plan = json.loads(run("sws", "plan", "--json").stdout)
    measured = {stage["stage"]: stage for stage in plan["stages"]}
    assert measured["generate"]["basis"] == "done"
    compared = json.loads(run("sws", "cost", "--json").stdout)
    assert compared["total"]["actual"]["completions"] > 0


@pytest.mark.whole
@pytest.mark.parametrize(
    ("command", "shows"),
    [
        (["dvc", "metrics", "show", "--json"], "sws - extended"),
        (["dvc", "dag"], "synthesis"),
        (["dvc", "plots", "show"], "dvc_plots"),
    ],
)
def test_dvc_has_something_to_show(run: Run, command: list[str], shows: str) -> None:
    assert shows in run(*command).stdout


def answers(project: Path) -> int:
    """Requests that engines answered so far, by the cache."""
    segments = (project / "cache/answers").rglob("*.jsonl")
    return sum(len(path.read_bytes().splitlines()) for path in segments)


def published(project: Path, run: Run, tmp_path: Path, remote: str, **options: str) -> Path:
    """Commit and push the project; its clone, with nothing pulled yet."""
    run("dvc", "remote", "add", "-q", "-f", "-d", "origin", remote)
    for name, value in options.items():
        run("dvc", "remote", "modify", "-q", "origin", name, value)
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    run("git", "add", "-A")
    run("git", *who, "commit", "-q", "--allow-empty", "-m", "finished")
    run("dvc", "push", "-q")
    run("git", "clone", "-q", str(project), str(tmp_path / "clone"))
    return tmp_path / "clone"


def stored(url: str) -> int:
    """How many objects the bucket holds."""
    import boto3

    return int(boto3.client("s3", endpoint_url=url).list_objects_v2(Bucket="bucket")["KeyCount"])


class S3Server:
    """A local server of the S3 protocol with one bucket; its address."""

    def __enter__(self) -> str:
        import boto3

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 120
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        boto3.client("s3", endpoint_url=url).create_bucket(Bucket="bucket")
        return url

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
