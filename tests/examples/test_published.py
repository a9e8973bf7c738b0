"""examples/published/: the published set of the embedded default loads, and stays small."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset
from huggingface_hub import DatasetCard

from sws.publishing.fetch import NEEDS
from tests.hub.yaml_rules import faults_of_card
from tests.publishing.test_tables import NAMES

EXAMPLE = Path(__file__).parents[2] / "examples/published"
FILES = {name: sorted((EXAMPLE / "data" / name).glob("*.parquet")) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_configuration_loads(name: str, tmp_path: Path) -> None:
    rows = load_dataset(str(EXAMPLE), name, split="train", cache_dir=str(tmp_path)).to_list()
    assert rows == [row for file in FILES[name] for row in pq.read_table(file).to_pylist()]
    assert rows


def test_the_card_is_valid() -> None:
    text = (EXAMPLE / "README.md").read_text()
    assert faults_of_card({"content": text}) == []
    assert DatasetCard(text).data.to_dict()["license"] == "apache-2.0"
    assert "This is an excerpt" in text


def test_it_has_what_a_run_needs_to_start_from_it() -> None:
    for configurations in NEEDS.values():
        for name, columns in configurations.items():
            assert columns <= set(pq.read_schema(FILES[name][0]).names)
    assert json.loads((EXAMPLE / "published.json").read_text())["round"] == 1


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) < 200_000
