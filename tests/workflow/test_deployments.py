"""The workflow at a tag, as `snakedeploy deploy-workflow` and `gitfile` bring it into a folder."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.workflow.conftest import ROOT, Run, copy_of_the_project, run_in
from tests.workflow.test_as_a_module import runs_to_its_end, unfinished

TAG = "v9.9"
GITFILE = """\
module sws:
    snakefile: gitfile("{repository}", path="workflow/Snakefile", tag="{tag}")
    config: {{"preset": "nano"}}

use rule * from sws
"""


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a forge, whose repository acme/sws holds this state of the project at a tag."""
    forge = tmp_path_factory.mktemp("forge")
    repository = copy_of_the_project(forge / "acme/sws")
    who = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    git = ("git", "-C", str(repository), *who)
    for step in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"], ["tag", TAG]):
        subprocess.run([*git, *step], check=True)
    (repository / "workflow/Snakefile").write_text("raise ValueError('not what the tag names')\n")
    return forge


@pytest.fixture
def deployed(forge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Run]:
    """A folder with the workflow that `snakedeploy` deployed, nano chosen; runs commands there."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{forge.as_uri()}/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://github.com/")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # Snakemake's clone
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    command = ["snakedeploy", "deploy-workflow", "https://github.com/acme/sws", "mine"]
    run_in(tmp_path)(*command, "--tag", TAG)
    folder = tmp_path / "mine"
    choice = folder / "config/config.yaml"
    choice.write_text(choice.read_text().replace("preset: micro", "preset: nano"))
    run = run_in(folder)
    return folder, lambda *command, ok=True: run(
        "env", f"PYTHONPATH={ROOT}", f"PATH={os.environ['PATH']}", *command, ok=ok
    )


def test_a_deployment_names_the_tag_and_plans_the_whole_graph(deployed: tuple[Path, Run]) -> None:
    folder, run = deployed
    assert f'path="workflow/Snakefile", tag="{TAG}"' in (folder / "workflow/Snakefile").read_text()
    shown = run("snakemake", "-n").stdout
    assert "rule metrics:" in shown and "sws train initial" in shown
    assert "extended" in run("sws", "dvc").stdout + (folder / "dvc.yaml").read_text()


def test_a_module_of_a_local_repository_takes_the_tag(forge: Path, tmp_path: Path) -> None:
    text = GITFILE.format(repository=forge / "acme/sws", tag=TAG)
    (tmp_path / "Snakefile").write_text(text)
    shown = run_in(tmp_path)("env", f"PYTHONPATH={ROOT}", "snakemake", "-n").stdout
    assert "rule metrics:" in shown


@pytest.mark.whole
def test_a_deployment_runs_to_its_end(deployed: tuple[Path, Run], project: Path) -> None:
    folder, run = deployed
    unfinished(folder, project)
    runs_to_its_end(folder, run)


@pytest.mark.skipif("SWS_LONG_TESTS" not in os.environ, reason="minutes: set SWS_LONG_TESTS=1")
def test_a_deployment_runs_from_the_start(deployed: tuple[Path, Run]) -> None:
    folder, run = deployed
    run("snakemake", "--cores", "2")
    assert (folder / "data/metrics.json").exists()
    assert "Nothing to be done" in run("snakemake", "-n").stdout
