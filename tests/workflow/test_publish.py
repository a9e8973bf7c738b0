"""`sws publish` and `snakemake publish` on a finished graph: what is refused, sent, kept secret."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.engines.server import ok, serving
from tests.hub import Hub
from tests.workflow.conftest import Run, run_in

pytestmark = pytest.mark.whole
#: Planted in the environment of everything below; must occur in no file, so not in this one.
TOKEN, KEY = "-".join(["hf_planted", "5f1c9a77e2"]), "-".join(["sk", "planted", "0b6d3e91c4"])
REPO = "me/weak"


@pytest.fixture(scope="module")
def committed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished project, with all that decides about it committed."""
    folder = tmp_path_factory.mktemp("publish") / "project"
    shutil.copytree(project, folder, symlinks=True)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "The run")
    return folder


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with Hub(tmp_path_factory.mktemp("hub")) as server:
        server.store.tokens[TOKEN] = ("me", True)
        yield server


@pytest.fixture
def sws(
    committed: Path,
    hub: Hub,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Runs a command in the project with the planted secrets."""
    home = tmp_path_factory.getbasetemp() / "hub-home"
    secrets = {"HF_ENDPOINT": hub.address, "HF_HOME": str(home), "HF_TOKEN": TOKEN}
    for name, value in {**secrets, "OPENAI_API_KEY": KEY, "HF_HUB_OFFLINE": "0"}.items():
        monkeypatch.setenv(name, value)
    return run_in(committed)


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Me", "-c", "user.email=me@example.org")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_dry_run_shows_files_and_sends_nothing(sws: Run, hub: Hub) -> None:
    shown = sws("sws", "publish", "--repo", REPO, "--dry-run").stdout
    for part in ("data/augmented/train-00000-of-00001.parquet", "README.md", "kB", "private"):
        assert part in shown
    assert not hub.seen


def test_everything_that_makes_a_run_unfit_is_listed(sws: Run, committed: Path, hub: Hub) -> None:
    params, labels = committed / "params.yaml", committed / "data/round1/labels/00.parquet"
    summary = committed / "data/summary.json"
    before = {path: path.read_bytes() for path in (params, labels, summary)}
    params.write_text(params.read_text() + "labels: {min_share: 0.7}\n")
    pq.write_table(pq.read_table(labels), labels)
    summary.unlink()
    try:
        refused = sws("sws", "publish", "--repo", REPO, ok=False)
    finally:
        for path, content in before.items():
            path.write_bytes(content)
    assert refused.returncode == 1
    for fault in (
        "not committed to Git: params.yaml",
        "data/round1/labels/00.parquet: changed since its stage wrote it",
        "data/config.json: made with another configuration; these differ: labels",
        "Params have changed",
        "data/summary.json: Missing output files",
    ):
        assert fault in " ".join(refused.stderr.split()), refused.stderr
    assert not hub.seen
    sws("snakemake", "--touch", "--cores", "1", "--quiet")


def test_secrets_occur_in_no_file(sws: Run, committed: Path, hub: Hub, tmp_path: Path) -> None:
    with serving(ok) as server:
        role = f"roles.labeler={{engine: openai, model: some/model, url: '{server.url}'}}"
        out = str(tmp_path / "labels.json")
        sws("sws", "label", "data/round1/verdicts/00.json", "--out", out, "--set", role,
            "--log", "logs/label.log")  # fmt: skip
        assert server.calls and {call.headers["authorization"] for call in server.calls} == {
            f"Bearer {KEY}"
        }
    done = sws("snakemake", "publish", "--cores", "1", "--config", f"publishing={{repo: {REPO}}}")
    assert hub.dataset(REPO).tags, done.stderr
    assert any(TOKEN in str(headers) for _, _, headers in hub.seen), "the token was used"
    again = sws("sws", "publish", "--repo", REPO, "--students").stdout
    assert "datasets/me/weak (round1, " in again and ": nothing to do" in again
    assert len(hub.dataset(REPO).commits) == 2
    home = Path(os.environ["HF_HOME"])
    for folder in (committed, home, hub.store.folder, tmp_path):
        found = [
            path
            for path in folder.rglob("*")
            if path.is_file() and any(s.encode() in path.read_bytes() for s in (TOKEN, KEY))
        ]
        assert not found
    assert hub.store.repository("models", f"{REPO}-sws")


def test_a_run_starts_from_failures_that_were_fetched(
    sws: Run, committed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    results = shutil.ignore_patterns("data", "cache")
    shutil.copytree(committed, folder, symlinks=True, ignore=results)
    run = run_in(folder)
    section = run("sws", "fetch", REPO, "--use", "failures", "--revision", "round1").stdout
    params = folder / "params.yaml"
    params.write_text(params.read_text() + section)
    planned = run("snakemake", "-n", "--cores", "1").stdout
    read = planned.split("rule failures:")[1].split("output:")[0]
    assert "fetched/me--weak/" in read and "rollouts.json" not in read
    assert "rule augment:" in planned


def test_an_excerpt_is_saved_without_a_hub(sws: Run, tmp_path: Path, hub: Hub) -> None:
    asked = len(hub.seen)
    saved = sws("sws", "publish", "--save", str(tmp_path / "set"), "--rows", "3").stdout
    assert "17 files" in saved
    assert "This is an excerpt" in (tmp_path / "set/README.md").read_text()
    assert len(hub.seen) == asked
