"""Snakemake's private interface behaves as the adapter expects, on the releases that it names."""

import logging
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from sws.workflow.snakemake_adapter import HOLDS_FOR, Records, all_records, resolve_jobs

ROOT = Path(__file__).resolve().parents[2]
SNAKEFILE = """
rule all:
    input: "b"

rule second:
    input: "a"
    output: "b"
    params: size=config.get("size", 1)
    shell: "cp {input} {output}"

rule first:
    output: "a"
    shell: "echo {rule} > {output}"
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which two jobs ran."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "Snakefile").write_text(SNAKEFILE)
    snakemake(folder, "--config", "size=2")
    return folder


def snakemake(folder: Path, *arguments: str) -> str:
    """The output of a run in a folder, which must succeed."""
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_what_it_resolves_is_not_announced(
    finished: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        assert resolve_jobs(finished / "Snakefile", {})
    assert not caplog.records and "".join(capfd.readouterr()) == ""


def test_the_installed_release_is_one_that_the_adapter_holds_for() -> None:
    """For another one, see that this file passes with it, then add it to HOLDS_FOR."""
    assert version("snakemake") in HOLDS_FOR


def test_the_pinned_release_is_one_that_the_adapter_holds_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [pin] = [
        each
        for each in project["optional-dependencies"]["workflow"]
        if each.startswith("snakemake==")
    ]
    assert pin.removeprefix("snakemake==") in HOLDS_FOR


def test_jobs_come_upstream_first_finished_or_not(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    for folder in (finished, tmp_path):
        found = resolve_jobs(folder / "Snakefile", {"size": 3})
        assert [(job.rule, job.inputs, job.outputs, job.params) for job in found] == [
            ("first", (), ("a",), ()),
            ("second", ("a",), ("b",), ("3",)),
            ("all", ("b",), (), ()),
        ]
    assert not (tmp_path / "a").exists()


def test_a_run_records_how_it_made_every_output(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(finished)
    records = dict(all_records())
    assert records.keys() == {"a", "b"}
    assert records["b"]["rule"] == "second" and records["b"]["params"] == ["2"]
    assert records["b"]["input"] == ["a"]
    assert Records().read("b") == records["b"]


def test_snakemake_believes_a_written_record(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(finished, tmp_path / "copy", ignore=shutil.ignore_patterns(".snakemake"))
    monkeypatch.chdir(finished)
    made = dict(all_records())
    monkeypatch.chdir(tmp_path / "copy")
    records = Records()
    assert records.read("b") is None
    for path, record in made.items():
        records.write(path, record)
    assert "Nothing to be done" in snakemake(Path(), "-n", "--config", "size=2")
    assert "Params have changed" in snakemake(Path(), "-n", "--config", "size=5")


def test_a_record_of_a_long_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file name would be too long; Snakemake spreads it over folders."""
    monkeypatch.chdir(tmp_path)
    deep = Path("/".join(["a-long-name-of-a-folder"] * 12), "table.json")
    deep.parent.mkdir(parents=True)
    deep.touch()
    Records().write(str(deep), {"rule": "deep"})
    assert [(path, record["rule"]) for path, record in all_records()] == [(str(deep), "deep")]


GROUPED = """
from sws.workflow.snakemake_adapter import name_group

rule all:
    input: expand("{part}", part=range(4))

rule part:
    output: "{part}"
    group: lambda wildcards: name_group(workflow, "parts", f"parts-{int(wildcards.part) // 3}")
    shell: "touch {output}"
"""


def test_group_components_of_the_parent_count_for_a_named_group(tmp_path: Path) -> None:
    """Three parts of one group and one of another, in pairs or all that are of a group."""
    (tmp_path / "Snakefile").write_text(GROUPED)
    for components, jobs in ((2, 3), (4, 2)):
        shown = snakemake(tmp_path, "-n", "--group-components", f"parts={components}")
        assert len(re.findall(r"Group job parts-\d", shown, re.IGNORECASE)) == jobs
