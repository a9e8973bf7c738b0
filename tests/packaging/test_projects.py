"""`sws init` makes a project around the packaged workflow; `sws upgrade` moves it on."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from sws.cli.app import app
from sws.errors import SwsError
from sws.installation import ASSETS
from sws.project.create import RECORD, create
from sws.project.upgrade import upgrade
from tests.packaging.conftest import Shell

PROBLEMS = [{"prompt": f"What is {n} + {n}?", "gold": str(2 * n)} for n in range(1, 9)]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project on nano, in a folder whose name has blanks and letters beyond ASCII."""
    folder = tmp_path_factory.mktemp("projects") / "mein Projekt ä"
    create(folder, "nano")
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, as the working directory."""
    folder = Path(shutil.copytree(made, tmp_path / made.name))
    monkeypatch.chdir(folder)
    return folder


def test_it_holds_what_a_run_needs(made: Path) -> None:
    assert yaml.safe_load((made / "params.yaml").read_text())["preset"] == "nano"
    for name in ("profiles/default/config.yaml", ".gitignore", ".dvcignore", "Makefile"):
        assert (made / name).read_text()
    assert (made / "requirements.txt").read_text().startswith("sws @ file://")
    stages = yaml.safe_load((made / "dvc.yaml").read_text())["stages"]
    assert stages["config"]["deps"] == ["params.yaml", "requirements.txt"]
    here = yaml.safe_load((ASSETS / "dvc.yaml").read_text())["stages"]
    # The packaged dvc.yaml is that of the default, whose waves are one stage with their filters.
    assert {*here, "synthesis"} == set(stages) and here["sws"]["deps"] == stages["sws"]["deps"]


def test_it_is_made_and_planned_with_the_installed_package(shell: Shell) -> None:
    shown = shell("sws", "init", "mine", "--preset", "nano")
    assert "mine: 2" in shown and "cd mine && make run" in shown
    shell.folder /= "mine"
    assert "total" in shell("snakemake", "-n")
    shell("git", "init", "-q")
    assert "Running stage 'config'" in shell("dvc", "repro", "config")
    assert json.loads((shell.folder / "data/config.json").read_text())["preset"] == "nano"


def test_where_nothing_can_train_it_says_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sws.cli.project.find_spec", lambda _: None)  # as with the extra `workflow`
    shown = CliRunner().invoke(app, ["init", str(tmp_path / "mine"), "--preset", "nano"]).output
    assert "mine && make install && make run" in shown


def test_the_folder_that_one_is_in_becomes_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(app, ["init", ".", "--preset", "nano"]).output
    assert "next: make run" in shown and (tmp_path / "params.yaml").exists()


def test_data_of_the_user_become_its_seed_set(shell: Shell) -> None:
    mine = shell.folder / "mine.jsonl"
    mine.write_text("".join(json.dumps(problem) + "\n" for problem in PROBLEMS))
    shown = shell("sws", "init", "project", "--data", "mine.jsonl")
    assert "qwen2.5-7b+frugal" in shown and "sws plan" in shown
    params = yaml.safe_load((shell.folder / "project/params.yaml").read_text())
    assert params["seed_set"]["source"] == str(mine.resolve())
    assert params["seed_set"]["columns"]["problem"] == "prompt"
    shell.folder /= "project"
    assert str(mine) in shell("sws", "config", "seed_set.source")


def test_a_folder_with_a_project_is_left_alone(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(SwsError, match=r"holds dvc.yaml, Makefile.* already.*\n.*\n.*sws upgrade"):
        create(project, "micro")
    assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_an_unknown_preset_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="unknown preset 'nan'; did you mean nano"):
        create(tmp_path / "mine", "nan")
    assert not (tmp_path / "mine").exists()


def test_a_readme_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    assert "README.md" not in create(tmp_path, "nano")
    assert (tmp_path / "README.md").read_text() == "mine"


def test_an_upgrade_writes_what_the_version_changed(project: Path) -> None:
    """As if an older version had written the project: its Makefile and profile were others."""
    known = json.loads((project / RECORD).read_text())
    (project / RECORD).write_text(json.dumps({**known, "version": "0.0.9"}))
    for name in ("Makefile", "profiles/slurm/config.yaml"):
        age(project, name, "# as it was in 0.0.9\n")
    (project / "Makefile").write_text("# changed by the user\n")
    done = upgrade()
    assert done.before == "0.0.9"
    assert done.written == ["profiles/slurm/config.yaml"] and done.kept == ["Makefile"]
    assert (project / "Makefile").read_text() == "# changed by the user\n"
    assert "command -v sws" in (project / "Makefile.new").read_text()
    new = (project / "profiles/slurm/config.yaml").read_text()
    assert new == (ASSETS / "profiles/slurm/config.yaml").read_text()
    assert upgrade().written == upgrade().kept == []


def test_an_upgrade_of_what_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SwsError, match=r"\.sws\.json: not found, or damaged"):
        upgrade()


def test_an_upgrade_says_what_will_rerun(project: Path, shell: Shell) -> None:
    shell.folder = project
    shown = shell("sws", "upgrade")
    assert "what will run:" in shown and "train" in shown
    assert "output files have to be generated" in shown


def age(project: Path, name: str, text: str) -> None:
    """Make a file one that an older version wrote."""
    from sws.project.create import digest

    (project / name).write_text(text)
    known = json.loads((project / RECORD).read_text())
    known["files"][name] = digest(text)
    (project / RECORD).write_text(json.dumps(known))
