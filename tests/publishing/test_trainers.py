"""The augmented set in trainers' formats, as further configurations of a published set."""

from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import mlcroissant
import pyarrow.parquet as pq
import pytest
from datasets import Features, load_dataset
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCard

from sws.config.publishing import Publishing
from sws.export import FORMATS
from sws.publishing.folder import Name, Published, write_set
from tests.publishing.conftest import REPO, TAG, configured


@pytest.fixture(scope="module")
def made(finished: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Published:
    config = configured(finished.config, formats=list(FORMATS))
    name = Name(REPO, TAG, "https://hub.example")
    return write_set(config, finished.data, 1, name, tmp_path_factory.mktemp("set"))


def test_the_key_knows_every_format() -> None:
    allowed = get_args(Publishing.model_fields["formats"].annotation)[0]
    assert set(get_args(allowed)) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_loads_by_the_card_with_a_row_for_each_problem(
    made: Published, name: str, tmp_path: Path
) -> None:
    file = made.files[f"data/{name}/train-00000-of-00001.parquet"]
    infos = DatasetInfosDict.from_dataset_card_data(
        DatasetCard(made.files["README.md"].read_text()).data
    )
    assert infos[name].features == Features.from_arrow_schema(pq.read_schema(file))
    folder = made.files["README.md"].parent
    rows = load_dataset(str(folder), name, split="train", cache_dir=str(tmp_path)).to_list()
    source = made.files["data/augmented/train-00000-of-00001.parquet"]
    problems = pq.read_table(source).to_pylist()
    ids = [(row.get("extra_info") or row)["problem_id"] for row in rows]
    assert ids == [problem["problem_id"] for problem in problems]
    chat = next(value for value in rows[0].values() if isinstance(value, list))
    assert chat[-1]["role"] == "user"
    assert problems[0]["problem"] in chat[-1]["content"]


def test_croissant_has_them(made: Published) -> None:
    path = made.files["croissant.json"]
    metadata = mlcroissant.Dataset(jsonld=path, mapping={"repo": path.parent}).metadata
    assert {*FORMATS} < {record.id for record in metadata.record_sets}
    (verl,) = (record for record in metadata.record_sets if record.id == "verl")
    (reward,) = (field for field in verl.fields if field.id == "verl/reward_model")
    assert {field.id for field in reward.sub_fields} == {
        "verl/reward_model/style",
        "verl/reward_model/ground_truth",
    }
