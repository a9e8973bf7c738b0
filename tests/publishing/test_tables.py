"""The configurations of a published set: their rows, their types, their files."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import mlcroissant
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import load_dataset

from sws.errors import SwsError
from sws.evaluation.round import Round
from sws.publishing import files, tables
from sws.publishing.files import write_files
from sws.publishing.folder import Published
from sws.publishing.tables import Table, tables_of
from sws.schemas import TrajectoryRow, schema_of
from sws.staged.levels import schema as levels_schema
from sws.store import kept, parquet_of, read_rows, write_table
from sws.verify.vote import wilson
from tests.publishing.conftest import written

NAMES = [
    *("augmented", "seed", "failures", "concepts", "candidates"),
    *("screened", "judged", "labelled", "difficulty"),
]


def all_tables(finished: SimpleNamespace) -> dict[str, Table]:
    found = Round.in_folder(finished.config, finished.data / "round1")
    return {table.name: table for table in tables_of(finished.config, finished.data, found)}


def rows_of(made: Published, name: str) -> list[dict[str, object]]:
    files = [file for path, file in made.files.items() if path.startswith(f"data/{name}/")]
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def test_every_stage_is_a_configuration_and_the_augmented_set_comes_first(
    finished: SimpleNamespace,
) -> None:
    assert list(all_tables(finished)) == NAMES


@pytest.mark.parametrize("name", ["augmented", "candidates"])
def test_rows_are_those_of_the_run(name: str, finished: SimpleNamespace, made: Published) -> None:
    assert rows_of(made, name) == list(read_rows(all_tables(finished)[name].manifests))


def test_the_students_accuracy_has_its_interval(finished: SimpleNamespace, made: Published) -> None:
    rows = rows_of(made, "difficulty")
    run = list(read_rows(all_tables(finished)["difficulty"].manifests))
    assert [row["problem_id"] for row in rows] == [row["problem_id"] for row in run]
    for row in rows:
        ends = wilson(round(row["accuracy"] * row["n_samples"]), row["n_samples"])
        assert (row["low"], row["high"]) == pytest.approx(ends)


def test_maps_are_json_text(finished: SimpleNamespace, made: Published) -> None:
    ours, theirs = (
        rows_of(made, "judged"),
        list(read_rows(all_tables(finished)["judged"].manifests)),
    )
    for key in ("verdicts", "evidence"):
        assert [json.loads(str(row[key])) for row in ours] == [row[key] for row in theirs]
    for table in all_tables(finished).values():
        assert not any(pa.types.is_map(field.type) for field in table.schema)


def test_a_failed_problem_has_its_text_and_answer(
    finished: SimpleNamespace, made: Published
) -> None:
    texts = {row["problem_id"]: row for row in read_rows(finished.data / "seed.json")}
    rows = rows_of(made, "failures")
    assert rows and all(row["problem"] == texts[row["problem_id"]]["problem"] for row in rows)


def test_a_concept_has_its_problems_and_companions(made: Published) -> None:
    concepts = {str(row["concept_id"]): row for row in rows_of(made, "concepts")}
    for row in concepts.values():
        assert len(row["problems"]) == row["frequency"]  # type: ignore[arg-type]
        for other in row["cooccurs"]:  # type: ignore[attr-defined]
            shared = set(row["problems"]) & set(concepts[other["concept_id"]]["problems"])  # type: ignore[call-overload]
            assert len(shared) == other["count"]


def test_all_files_of_a_configuration_have_one_schema_and_the_same_bytes_each_time(
    finished: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FILE_ROWS", 40)
    for module in (files, tables):
        monkeypatch.setattr(module, "GROUP_ROWS", 20)
    table = all_tables(finished)["screened"]
    first, second = (write_files(table, tmp_path / name) for name in ("a", "b"))
    assert len(first) > 2
    assert [file.path for file in first][:1] == [
        f"data/screened/train-00000-of-{len(first):05d}.parquet"
    ]
    schemas = {pq.read_schema(file.local) for file in first}
    assert len(schemas) == 1 and schemas.pop().equals(table.schema)
    assert [f.local.read_bytes() for f in first] == [f.local.read_bytes() for f in second]
    assert sum(file.rows for file in first) == table.rows


def test_rows_of_many_shards_and_of_a_sample_are_whole_row_groups(
    finished: SimpleNamespace, tmp_path: Path
) -> None:
    """A reader pays for each row group, however few rows it has."""
    table = all_tables(finished)["candidates"]
    sources = [pq.read_metadata(parquet_of(manifest)) for manifest in table.manifests]
    assert sum(source.num_row_groups for source in sources) > 1
    for limit, rows in ((None, table.rows), (6, 6)):
        (file,) = write_files(table, tmp_path / str(limit), limit)
        metadata = pq.read_metadata(file.local)
        assert (metadata.num_rows, metadata.num_row_groups) == (rows, 1)


def test_row_groups_are_full_whatever_the_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "GROUP_ROWS", 5)
    numbers = pa.RecordBatch.from_pydict({"n": range(23)})
    batches = [numbers.slice(*place) for place in ((0, 1), (1, 0), (1, 9), (10, 12), (22, 1))]
    found = [batch["n"].to_pylist() for batch in files.in_groups(batches)]
    assert [len(batch) for batch in found] == [5, 5, 5, 5, 3]
    assert [number for batch in found for number in batch] == list(range(23))
    assert list(files.in_groups([])) == []


def test_a_table_without_rows_is_a_file_with_its_columns(
    finished: SimpleNamespace, tmp_path: Path
) -> None:
    table = all_tables(finished)["augmented"]
    (file,) = write_files(table, tmp_path, limit=0)
    assert (file.rows, pq.read_schema(file.local).names) == (0, table.schema.names)


def test_a_second_method_publishes_its_table_too(finished: SimpleNamespace, tmp_path: Path) -> None:
    """S²R's trajectories, where the run's configuration makes them; the card has them as well."""
    data = tmp_path / "data"
    shutil.copytree(finished.data, data)
    seed = next(row for row in read_rows(data / "seed.json") if row["kept"])
    trajectory = {
        **{name: seed[name] for name in ("problem_id", "problem", "answer", "category")},
        "accuracy": 0.5, "rounds_wanted": 2, "rounds": 2, "samples": [3, 1],
        "completion": "5. Wait, let me recheck my solution. ...", **kept(),
    }  # fmt: skip
    write_table(data / "self_verify/trajectories.json", schema_of(TrajectoryRow), [trajectory])
    section = finished.config.self_verify.model_copy(update={"enabled": True})
    config = finished.config.model_copy(update={"self_verify": section})
    made = written(SimpleNamespace(config=config, data=data), tmp_path / "set")
    assert [table.name for table, _ in made.written] == [*NAMES, "trajectories"]
    assert rows_of(made, "trajectories") == [{**trajectory, "evidence": "{}"}]
    loaded = load_dataset(str(tmp_path / "set"), "trajectories", split="train",
                          cache_dir=str(tmp_path / "cache"))  # fmt: skip
    assert loaded[0]["samples"] == [3, 1]
    card = made.files["README.md"].read_text()
    assert "| `trajectories` | 1 |" in card and "| verifier | " in card
    sets = mlcroissant.Dataset(jsonld=made.files["croissant.json"],
                               mapping={"repo": tmp_path / "set"}).metadata.record_sets  # fmt: skip
    assert "trajectories" in {one.name for one in sets}


def test_levels_are_published_with_the_pass_rates_of_their_scorers(
    finished: SimpleNamespace, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(finished.data, data)
    level = {
        **{"problem_id": "a", "problem": "Write f.", "answer": "code: []", "category": None},
        **{"source": "s", "domain": "code", "matched": ["level3"], "levels": ["level3"], **kept()},
        **{"pass_rate_p1": 0.25, "n_p1": 8, "pass_rate_p32": None, "n_p32": None},
    }
    write_table(data / "staged/levels.json", levels_schema(["p1", "p32"]), [level])
    section = finished.config.staged.model_copy(update={"enabled": True})
    config = finished.config.model_copy(update={"staged": section})
    made = written(SimpleNamespace(config=config, data=data), tmp_path / "set")
    assert rows_of(made, "levels") == [{**level, "evidence": "{}"}]
    assert "| `levels` | 1 |" in made.files["README.md"].read_text()
    sets = mlcroissant.Dataset(jsonld=made.files["croissant.json"],
                               mapping={"repo": tmp_path / "set"}).metadata.record_sets  # fmt: skip
    assert "levels" in {one.name for one in sets}


def test_an_excerpt_is_spread_over_the_table(finished: SimpleNamespace, tmp_path: Path) -> None:
    table = all_tables(finished)["augmented"]
    (file,) = write_files(table, tmp_path, limit=6)
    rows = pq.read_table(file.local).to_pylist()
    assert len(rows) == 6
    assert {row["source"] for row in rows} == {"seed", "synthetic"}


def test_a_table_that_was_changed_is_not_published(
    finished: SimpleNamespace, tmp_path: Path
) -> None:
    table = all_tables(finished)["labelled"]
    copy = tmp_path / "00.json"
    copy.write_text(table.manifests[0].read_text())
    whole = pq.read_table(table.manifests[0].with_suffix(".parquet"))
    pq.write_table(whole, copy.with_suffix(".parquet"))
    with pytest.raises(SwsError, match="not what its manifest says"):
        write_files(Table("labelled", "", table.row, (copy,)), tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.parquet"))
