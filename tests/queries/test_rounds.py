"""A round as views: which round, which files, and what is there while a run is not finished."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from sws.errors import SwsError
from sws.queries import find_round, open_round
from sws.queries.rounds import CONCEPTS, SOURCES, descriptions
from sws.store import count


def folders(project: Path, *names: str) -> Path:
    for name in names:
        (project / "data" / name).mkdir(parents=True)
    return project


def test_the_last_round_unless_another_is_named(tmp_path: Path) -> None:
    project = folders(tmp_path, "round2", "round10", "round10-random")
    assert find_round(project).name == "round10"
    assert find_round(project, "2").name == find_round(project, "round2").name == "round2"
    assert find_round(project, "round10-random").name == "round10-random"
    assert find_round(project, str(tmp_path / "data/round2")) == tmp_path / "data/round2"
    with pytest.raises(SwsError, match=r"round 3.*\n.*round10, round10-random, round2"):
        find_round(project, "round 3")


def test_a_folder_without_a_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="no round yet"):
        find_round(tmp_path)


def test_every_table_is_a_view_with_all_its_rows(small_project: SimpleNamespace) -> None:
    with open_round(small_project.round) as connection:
        for name, source in SOURCES.items():
            manifests = sorted(small_project.round.glob(source.pattern))
            (rows,) = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
            assert rows == count(manifests) > 0, name
        for name in CONCEPTS:
            assert connection.execute(f"SELECT count(*) FROM {name}").fetchone() > (0,)
        (arms,) = connection.execute(
            "SELECT list(DISTINCT arm ORDER BY arm) FROM evaluations"
        ).fetchone()
    assert arms == ["base", "extended", "initial", "sws"]


def test_before_any_stage_every_view_is_there_and_empty(tmp_path: Path) -> None:
    with open_round(tmp_path) as connection:
        for name in descriptions():
            assert connection.execute(f"SELECT * FROM {name}").fetchall() == [], name


def test_a_table_without_its_manifest_is_not_read(
    small_project: SimpleNamespace, tmp_path: Path
) -> None:
    copy = shutil.copytree(small_project.folder, tmp_path / "copy") / "data/round1"
    (copy / "labels/01.json").unlink()  # the shard is being written
    (copy / "augmented.json").unlink()
    with open_round(copy) as connection:
        (labels,) = connection.execute("SELECT count(*) FROM labels").fetchone()
        stages = connection.execute("SELECT DISTINCT stage FROM synthetic").fetchall()
    assert labels == count([small_project.round / "labels/00.json"])
    assert ("waiting",) in stages and ("augmented",) not in stages


def test_shards_of_an_earlier_larger_run_are_not_read(
    small_project: SimpleNamespace, tmp_path: Path
) -> None:
    copy = shutil.copytree(small_project.folder, tmp_path / "copy") / "data/round1"
    for suffix in (".json", ".parquet"):
        shutil.copy(copy / f"labels/01{suffix}", copy / f"labels/02{suffix}")
    with open_round(copy) as connection:
        (labels,) = connection.execute("SELECT count(*) FROM labels").fetchone()
    assert labels == count(sorted(small_project.round.glob("labels/*.json")))


def test_a_damaged_table_is_an_error_that_names_the_round(tmp_path: Path) -> None:
    (tmp_path / "failures.json").write_text('{"rows": 1}')
    (tmp_path / "failures.parquet").write_text("no table")
    with pytest.raises(SwsError, match="'failures'"), open_round(tmp_path):
        pass
