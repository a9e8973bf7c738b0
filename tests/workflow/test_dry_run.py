"""A dry run of the paper's presets shows the whole graph, with no GPU and no network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def dry_run(folder: Path, *config: str, profile: str = "") -> str:
    """The output of a dry run in an empty folder; `profile` of profiles/, for a cluster."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "CUDA_VISIBLE_DEVICES": "",
        "HF_HUB_OFFLINE": "1",
        "https_proxy": "http://127.0.0.1:9",
    }
    command = ["snakemake", "-n", "--snakefile", str(ROOT / "Snakefile"), "--directory"]
    on = ["--profile", str(ROOT / "profiles" / profile)] if profile else []
    shown = subprocess.run(
        [*command, str(folder), *on, "--config", *config],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr[-2000:]
    return shown.stdout + shown.stderr


def jobs(folder: Path, preset: str, *config: str) -> dict[str, int]:
    """How many jobs of each rule a dry run in an empty folder lists."""
    shown = dry_run(folder, f"preset={preset}", *config)
    table = shown.split("Job stats:")[1].split("total")[0].splitlines()
    rows = [line.split() for line in table]
    return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}


def longest_commands(folder: Path, shards: int) -> dict[str, int]:
    """The length of the longest command of each rule."""
    shown = dry_run(folder, "preset=nano", f"shards={shards}")
    lengths: dict[str, int] = {}
    for command, name in re.findall(r"(sws (\w+) .*)", shown):
        lengths[name] = max(len(command), lengths.get(name, 0))
    return lengths


@pytest.mark.parametrize(
    "preset",
    ["qwen2.5-3b", "qwen2.5-7b", "qwen2.5-math-7b", "qwen2.5-32b", "llama-3.1-8b-instruct"],
)
def test_the_papers_presets(preset: str, tmp_path: Path) -> None:
    found = jobs(tmp_path, preset)
    assert found["train"] == 3 and found["evaluate"] == 4
    assert found["generate"] == found["label"] == found["difficulty"] == 50
    assert found["judge"] == 100  # two judges


def test_arms_and_rounds(tmp_path: Path) -> None:
    """The control arm has its own branch of the graph; a second round follows the first."""
    found = jobs(tmp_path, "nano+random+self-evolving+second-round")
    assert found["control"] == 1
    assert found["failures"] == 2 and found["generate"] == 2 * 3


def test_no_command_grows_with_the_number_of_shards(tmp_path: Path) -> None:
    """Linux allows 128 KiB per argument, and a shell's command is one; paths may contain blanks."""
    folder = tmp_path / "with a blank"
    folder.mkdir()
    lengths = {shards: longest_commands(folder, shards) for shards in (10, 20)}
    assert lengths[10] == lengths[20] and "screen" in lengths[10]


def test_waves_of_synthesis_are_whole_in_a_dry_run(tmp_path: Path) -> None:
    plain, waves = jobs(tmp_path, "nano"), jobs(tmp_path, "nano+frugal")
    for rule in ("blueprints", "generate", "screen", "judge", "verdicts", "label", "difficulty"):
        assert waves[rule] == 4 * plain[rule]
    for rule in ("failures", "augment", "train", "evaluate", "summary"):
        assert waves[rule] == plain[rule]


@pytest.mark.parametrize("profile", ["slurm", "kubernetes"])
def test_groups_of_a_cluster_do_not_depend_on_themselves(profile: str, tmp_path: Path) -> None:
    """Jobs of one group run as one job of the cluster: those of a later round or wave cannot."""
    preset = "nano+frugal+second-round+random"
    shown = dry_run(tmp_path, f"preset={preset}", "shards=3", profile=profile)
    assert re.search(r"^verdicts +36$", shown, re.MULTILINE)  # 3 shards, 4 waves, 2 rounds and one
