"""Options that name sharded tables."""

from pathlib import Path

import pytest

from sws.cli.stages.arguments import shards
from sws.config import load
from sws.errors import SwsError

CONFIG = load("nano")  # two shards


def test_a_folder_has_as_many_shards_as_the_configuration_says(tmp_path: Path) -> None:
    """What a run with more shards left there is not read."""
    (tmp_path / "02.json").touch()
    assert shards(CONFIG, [str(tmp_path)]) == [tmp_path / "00.json", tmp_path / "01.json"]


def test_manifests_by_name_come_in_their_order() -> None:
    assert shards(CONFIG, ["my data/b.json", "a.json"]) == [Path("my data/b.json"), Path("a.json")]


def test_a_file_lists_manifests_whose_paths_may_contain_blanks(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("my data/b.json\n\na.json\n")
    listed = shards(CONFIG, [f"@{tmp_path / 'list'}"])
    assert listed == [Path("my data/b.json"), Path("a.json")]


def test_a_missing_list_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="list of manifests cannot be read"):
        shards(CONFIG, [f"@{tmp_path / 'none'}"])
