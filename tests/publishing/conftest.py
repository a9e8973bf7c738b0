"""A finished round, and a Hub to publish it to."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sws.concepts import database as concepts
from sws.config.publishing import Publishing
from sws.config.schema import Config
from sws.publishing.folder import Name, Published, write_set
from sws.publishing.upload import Outcome, Target, upload
from sws.schemas import FailureRow, schema_of
from sws.store import read_rows, write_table
from tests.hub import Hub

REPO, TOKEN, TAG = "me/weak", "hf_writes", "round1"
Publish = Callable[..., Outcome]


@pytest.fixture(scope="session")
def finished(
    small_run: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory
) -> SimpleNamespace:
    """The data folder of a finished run, as the graph lays it out, and its configuration."""
    data = tmp_path_factory.mktemp("finished") / "data"
    shutil.copytree(small_run.folder, data / "round1")
    for name in ("seed.json", "seed.parquet", "summary.json"):
        (data / "round1" / name).rename(data / name)
    _with_histories(data / "round1/failures.json")
    concepts.run(small_run.config, data / "round1/extracted.json", data / "round1/concepts.json")
    return SimpleNamespace(config=configured(small_run.config), data=data)


def _with_histories(manifest: Path) -> None:
    """Give the failure set accuracies by epoch, since this run did not train."""
    rows = list(read_rows(manifest))
    for row in rows:
        row["accuracies"] = [0.0, 0.0] if row["failed"] else [0.25, 1.0]
        row |= {"best": max(row["accuracies"]), "epochs": 2, "slope": row["accuracies"][1] * 0.75}
    write_table(manifest, schema_of(FailureRow), rows)


def configured(config: Config, **publishing: object) -> Config:
    """The configuration with a section `publishing`."""
    section = Publishing.model_validate({"repo": REPO, **publishing})
    return config.model_copy(update={"publishing": section})


def written(
    finished: SimpleNamespace, folder: Path, tag: str = TAG, rows: int | None = None
) -> Published:
    """The published set in a folder."""
    name = Name(REPO, tag, "https://hub.example")
    return write_set(finished.config, finished.data, 1, name, folder, rows)


@pytest.fixture(scope="session")
def made(finished: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The published set, written once."""
    return written(finished, tmp_path_factory.mktemp("set"))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A Hub to which this process may write as `me`; waits between retries are skipped."""
    from huggingface_hub import constants

    with Hub(tmp_path / "hub") as server:
        server.store.tokens |= {TOKEN: ("me", True), "hf_reads": ("me", False)}
        monkeypatch.setattr(constants, "ENDPOINT", server.address)
        template = constants.HUGGINGFACE_CO_URL_TEMPLATE
        path = template[template.index("/{repo_id}") :]
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.address + path)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        monkeypatch.setattr("huggingface_hub.utils._http.time", SimpleNamespace(**QUICK))
        yield server


#: The client's clock, without its waits.
QUICK = {**{name: getattr(time, name) for name in dir(time)}, "sleep": lambda _: None}


@pytest.fixture
def publish(hub: Hub, made: Published) -> Publish:
    """Upload the set, or other files in its place."""

    def run(files: dict[str, Path] | None = None, tag: str = TAG, private: bool = True) -> Outcome:
        target = Target("dataset", REPO, private, tag, "Round 1")
        return upload(target, files or made.files)

    return run
