"""A published set where a run can start from it: as a seed set, a bank, or a failure set."""

import json
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from sws.config import load
from sws.config.problems import ProblemSet
from sws.config.schema import Config
from sws.errors import SwsError
from sws.publishing.fetch import Use, fetch, section
from sws.publishing.folder import MARK, Published
from sws.seed import benchmarks, seed
from sws.seed.sources import Source
from sws.store import read_rows
from sws.weakness import failures
from tests.hub import Hub
from tests.publishing.conftest import REPO, TAG, Publish


def started(finished: SimpleNamespace, use: Use, folder: Path) -> tuple[Config, dict[str, Any]]:
    """The configuration of a run that starts from what was fetched, and the section printed."""
    block = yaml.safe_load(section(finished.config, fetch(REPO, use, TAG, folder), use))
    # A benchmark that has nothing in common with the set, so that every row stays.
    apart = {"benchmarks": [{"name": "apart", "per_category": 1, "levels": [5]}]}
    return load("nano", block | apart), block


def problems(config: Config, folder: Path) -> Path:
    """The seed set of a run."""
    benchmarks.run(config, folder / "benchmarks.json")
    seed.run(config, folder / "benchmarks.json", None, folder / "seed.json")
    return folder / "seed.json"


def test_as_a_seed_set(
    finished: SimpleNamespace, publish: Publish, made: Published, tmp_path: Path
) -> None:
    publish()
    config, block = started(finished, "seed-set", tmp_path / "fetched")
    assert block["seed_set"]["source"] == str(tmp_path / "fetched/data/augmented")
    rows = list(read_rows(problems(config, tmp_path), only="kept"))
    wanted = list(read_rows(finished.data / "round1/augmented.json"))
    assert {row["problem_id"] for row in rows} <= {row["problem_id"] for row in wanted}
    assert len(rows) > 0.9 * len(wanted)
    assert {row["source"] for row in rows} == {str(tmp_path / "fetched/data/augmented")}


def test_as_a_bank_for_the_arm_selection(
    finished: SimpleNamespace, publish: Publish, tmp_path: Path
) -> None:
    publish()
    config, block = started(finished, "bank", tmp_path / "fetched")
    assert block["arms"]["names"][-1] == "selection"
    benchmarks.run(config, tmp_path / "benchmarks.json")
    seed.bank(config, tmp_path / "benchmarks.json", tmp_path / "bank.json")
    bank = {row["problem_id"] for row in read_rows(tmp_path / "bank.json", only="kept")}
    augmented = {row["problem_id"] for row in read_rows(finished.data / "round1/augmented.json")}
    assert bank <= augmented and len(bank) > 0.9 * len(augmented)


def test_as_a_failure_set_with_the_same_failed_problems(
    finished: SimpleNamespace, publish: Publish, tmp_path: Path
) -> None:
    publish()
    config, _ = started(finished, "failures", tmp_path / "fetched")
    seed_set = problems(config, tmp_path)
    assert config.histories
    out, weights = tmp_path / "failures.json", tmp_path / "weights.json"
    failures.run(config, Path(config.histories), seed_set, None, out, weights)
    ours = {row["problem_id"]: row["accuracies"] for row in read_rows(out, only="failed")}
    kept = {row["problem_id"] for row in read_rows(seed_set, only="kept")}
    theirs = {
        row["problem_id"]: row["accuracies"]
        for row in read_rows(finished.data / "round1/failures.json", only="failed")
        if row["problem_id"] in kept
    }
    assert ours == theirs and len(ours) > 1
    assert json.loads(weights.read_text())


def test_to_fetch_again_sends_no_file(publish: Publish, hub: Hub, tmp_path: Path) -> None:
    publish()
    first = fetch(REPO, "bank", TAG, tmp_path / "fetched")
    begun = len(hub.seen)
    second = fetch(REPO, "bank", None, tmp_path / "fetched")
    assert (first.commit, first.rows) == (second.commit, second.rows)
    sent = [path for method, path, _ in hub.seen[begun:] if method == "GET" and "/resolve/" in path]
    assert not sent


def test_only_what_the_use_needs_is_downloaded(publish: Publish, tmp_path: Path) -> None:
    publish()
    fetched = fetch(REPO, "failures", TAG, tmp_path / "fetched")
    assert {path.name for path in (fetched.folder / "data").iterdir()} == {"seed", "failures"}
    assert json.loads((fetched.folder / "fetched.json").read_text())["commit"] == fetched.commit


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"train.csv": b"a\n"}, "not a set that `sws publish` made"),
        ({MARK: b"{}"}, "the configuration augmented has no rows"),
        ({MARK: b"{}", "data/augmented/train-0.parquet": b"PAR1"}, "cannot be read"),
    ],
)
def test_what_is_no_published_set(
    files: dict[str, bytes], message: str, hub: Hub, tmp_path: Path
) -> None:
    blobs = {path: hub.store.small(content) for path, content in files.items()}
    hub.store.create("datasets", REPO).commit(blobs, "theirs")
    with pytest.raises(SwsError, match=message):
        fetch(REPO, "bank", None, tmp_path / "fetched")


def test_a_set_that_is_not_there(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="not found on the Hub"):
        fetch("me/nothing", "bank", None, tmp_path / "fetched")


@pytest.mark.parametrize(
    "settings",
    ["[]", "{", '{"seed_set": {"verifier": "os:system"}, "categories": {"a": ["b"]}}'],
)
def test_a_hostile_configuration_is_ignored(
    settings: str, finished: SimpleNamespace, publish: Publish, made: Published, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text(settings)
    publish({**made.files, "config.json": tmp_path / "config.json"})
    block = yaml.safe_load(
        section(finished.config, fetch(REPO, "bank", TAG, tmp_path / "f"), "bank")
    )
    assert set(block) == {"bank", "arms"} and "verifier" not in block["bank"]


def test_the_verifier_and_categories_of_the_run_come_along(
    finished: SimpleNamespace, publish: Publish, made: Published, tmp_path: Path
) -> None:
    said = {"seed_set": {"verifier": "choice"}, "categories": {"Mechanics": "forces", "Heat": ""}}
    (tmp_path / "config.json").write_text(json.dumps(said))
    publish({**made.files, "config.json": tmp_path / "config.json"})
    text = section(finished.config, fetch(REPO, "seed-set", TAG, tmp_path / "f"), "seed-set")
    config = load("nano", yaml.safe_load(text))
    assert config.seed_set.verifier == "choice"
    assert list(config.categories) == ["Mechanics", "Heat"]


@pytest.mark.parametrize("accuracies", [[0.5, 2.0], [float("nan")], [-1.0]])
def test_histories_that_are_none(accuracies: list[float], tmp_path: Path) -> None:
    rows = [{"problem_id": "a", "accuracies": [0.0]}, {"problem_id": "b", "accuracies": accuracies}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "failures.parquet")
    with pytest.raises(SwsError, match="the problem b has the accuracies"):
        failures.run(load("nano"), tmp_path / "failures.parquet", None)


def test_dvc_imports_a_published_set_and_pins_its_tag(made: Published, tmp_path: Path) -> None:
    """A set on the Hub is a Git repository; so is this one."""
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    shutil.copytree(made.files["README.md"].parent, theirs)
    mine.mkdir()
    identity = ("-c", "user.name=Me", "-c", "user.email=me@example.org")
    for folder, *command in (
        (theirs, "git", "init", "-q"),
        (theirs, "git", "add", "-A"),
        (theirs, "git", *identity, "commit", "-q", "-m", "Round 1"),
        (theirs, "git", "tag", TAG),
        (mine, "git", "init", "-q"),
        (mine, "dvc", "init", "-q"),
        (mine, "dvc", "import", "-q", str(theirs), "data/augmented", "--rev", TAG, "-o", "bank"),
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    pinned = yaml.safe_load((mine / "bank.dvc").read_text())
    assert pinned["deps"][0]["repo"]["rev"] == TAG
    (file,) = (mine / "bank").glob("*.parquet")
    source = made.files["data/augmented/train-00000-of-00001.parquet"]
    assert pq.read_table(file).equals(pq.read_table(source))
    problems = ProblemSet.model_validate({"source": str(mine / "bank")})
    assert {row.text for row in Source(problems, "bank")} == {
        row["problem"] for row in pq.read_table(source).to_pylist()
    }
