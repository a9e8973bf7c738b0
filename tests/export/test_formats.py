"""Each format against the schema that its trainer documents, and read back by `datasets`.

The schemas are those of the projects' public sources: verl, docs/preparation/prepare_data.rst and
examples/data_preprocess/gsm8k.py; OpenRLHF, openrlhf/datasets/prompts_dataset.py; open-instruct,
open_instruct/dataset_transformation.py and ground_truth_utils.py; TRL, its docs on dataset formats.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from datasets import Dataset, load_dataset

from sws.errors import SwsError
from sws.export import FORMATS, Prompt, export
from sws.export.formats import format_named
from sws.store import read_rows

PROMPT = Prompt(suffix="Put the answer in a box.", system="Be brief.")


@pytest.fixture(scope="module")
def rows(small_run: SimpleNamespace) -> list[dict]:
    return list(read_rows(small_run.augmented))


@pytest.fixture
def loaded(small_run: SimpleNamespace, tmp_path: Path) -> Any:
    """Exports the augmented set and loads the file as trainers do."""

    def load(name: str) -> Dataset:
        style = FORMATS[name]
        out = tmp_path / f"train{style.suffixes[0]}"
        made = export(style, str(small_run.augmented), out, PROMPT)
        assert made.written == made.rows > 60 and not made.dropped
        kind = "parquet" if out.suffix == ".parquet" else "json"
        return load_dataset(kind, data_files=str(out), split="train", cache_dir=str(tmp_path))

    return load


def chat(row: dict) -> list[dict]:
    return [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": f"{row['problem']} Put the answer in a box."},
    ]


def test_trl(rows: list[dict], loaded: Any) -> None:
    data = loaded("trl")
    assert len(data) == len(rows)
    for row, own in zip(data, rows, strict=True):
        assert row == {
            "prompt": chat(own),
            "solution": own["answer"],
            "problem_id": own["problem_id"],
            "category": own["category"],
            "source": own["source"],
        }


def test_verl(rows: list[dict], loaded: Any) -> None:
    data = loaded("verl")
    assert len(data) == len(rows)
    assert [row["extra_info"]["index"] for row in data] == list(range(len(rows)))
    for row, own in zip(data, rows, strict=True):
        assert set(row) == {"data_source", "prompt", "ability", "reward_model", "extra_info"}
        assert (row["data_source"], row["ability"]) == ("lighteval/MATH", "math")
        assert row["prompt"] == chat(own)
        assert row["reward_model"] == {"style": "rule", "ground_truth": own["answer"]}
        assert row["extra_info"]["problem_id"] == own["problem_id"]


def test_openrlhf(rows: list[dict], loaded: Any) -> None:
    for row, own in zip(loaded("openrlhf"), rows, strict=True):
        assert row["input"] == chat(own) and row["label"] == own["answer"]
        assert row["datasource"] == own["source"]


def test_open_instruct(rows: list[dict], loaded: Any) -> None:
    for row, own in zip(loaded("open-instruct"), rows, strict=True):
        assert row["messages"] == chat(own) and row["ground_truth"] == own["answer"]
        assert row["dataset"] == "math"


@pytest.mark.parametrize("style", FORMATS.values(), ids=FORMATS)
def test_both_kinds_of_file_hold_the_same_rows(
    style: Any, small_run: SimpleNamespace, tmp_path: Path
) -> None:
    tables = []
    for suffix in style.suffixes:
        export(style, str(small_run.augmented), tmp_path / f"train{suffix}", PROMPT)
        kind = "parquet" if suffix == ".parquet" else "json"
        files = str(tmp_path / f"train{suffix}")
        tables.append(list(load_dataset(kind, data_files=files, split="train", cache_dir=tmp_path)))
    assert all(table == tables[0] for table in tables)
    if ".parquet" in style.suffixes:
        assert pq.read_schema(tmp_path / "train.parquet").equals(style.schema)


def test_an_unknown_format_lists_those_there_are() -> None:
    with pytest.raises(SwsError, match=r"'verll'(.|\n)*verl \(verl\)"):
        format_named("verll")
