"""Artifacts appear whole or not at all."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sws.errors import SwsError
from sws.schemas import schema_of
from sws.store import (
    Decision,
    TableWriter,
    count,
    kept,
    parquet_of,
    read_manifest,
    read_rows,
    rejected,
    write_json,
    write_table,
)

SCHEMA = pa.schema({"id": pa.string(), "value": pa.int64()})


def numbered(n: int) -> Iterator[dict[str, Any]]:
    return ({"id": f"r{i}", "value": i} for i in range(n))


def test_rows_come_back_in_order(tmp_path: Path) -> None:
    manifest = tmp_path / "deep" / "00.json"
    assert write_table(manifest, SCHEMA, numbered(40_000)) == 40_000
    assert [row["value"] for row in read_rows(manifest)] == list(range(40_000))
    assert count([manifest, manifest]) == 80_000


def test_same_rows_same_bytes(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        write_table(tmp_path / name, SCHEMA, numbered(20_000))
    assert (
        parquet_of(tmp_path / "a.json").read_bytes() == parquet_of(tmp_path / "b.json").read_bytes()
    )
    assert read_manifest(tmp_path / "a.json") == read_manifest(tmp_path / "b.json")


def test_a_stage_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), TableWriter(tmp_path / "t.json", SCHEMA) as writer:
        writer.add_all(numbered(20_000))
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_row_that_does_not_fit_names_its_columns(tmp_path: Path) -> None:
    with (
        pytest.raises(SwsError, match="'id', 'valeu'"),
        TableWriter(tmp_path / "t.json", SCHEMA) as writer,
    ):
        writer.add({"id": "a", "valeu": 1})
    assert list(tmp_path.iterdir()) == []


def test_decisions_are_kept_and_read_back(tmp_path: Path) -> None:
    schema = pa.schema([*SCHEMA, *schema_of(Decision)])
    rows = [
        {"id": "a", "value": 1, **kept()},
        {"id": "b", "value": 2, **rejected("too long", {"characters": 9000})},
    ]
    write_table(tmp_path / "t.json", schema, rows)
    assert [row["id"] for row in read_rows(tmp_path / "t.json", ["id"], only="kept")] == ["a"]
    assert list(read_rows(tmp_path / "t.json"))[1]["evidence"] == {"characters": "9000"}


def test_a_missing_artifact_names_itself(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match=r"gone\.json: not found"):
        list(read_rows(tmp_path / "gone.json"))


def test_a_truncated_table_is_found_before_it_is_used(tmp_path: Path) -> None:
    manifest = tmp_path / "t.json"
    write_table(manifest, SCHEMA, numbered(5_000))
    table = parquet_of(manifest)
    table.write_bytes(table.read_bytes()[:-100])
    with pytest.raises(SwsError, match=r"t\.parquet: the Parquet file is corrupt"):
        list(read_rows(manifest))


def test_a_table_of_another_stage_is_refused_with_the_columns_it_lacks(tmp_path: Path) -> None:
    write_table(tmp_path / "t.json", SCHEMA, numbered(10))
    with pytest.raises(SwsError, match=r"t\.parquet: no column problem(?s:.)*id, value"):
        next(read_rows(tmp_path / "t.json", ["id", "problem"]))
    with pytest.raises(SwsError, match="no column kept"):
        next(read_rows(tmp_path / "t.json", only="kept"))


def test_a_table_damaged_inside_is_named_where_it_is_read(tmp_path: Path) -> None:
    """Its end, which says how many rows there are, is whole."""
    write_table(tmp_path / "t.json", SCHEMA, numbered(10_000))
    table = parquet_of(tmp_path / "t.json")
    content = bytearray(table.read_bytes())
    content[4:400] = bytes(396)
    table.write_bytes(content)
    with pytest.raises(SwsError, match=r"t\.parquet: the Parquet file is corrupt"):
        list(read_rows(tmp_path / "t.json"))


def test_a_table_given_for_its_manifest_is_not_to_be_deleted(tmp_path: Path) -> None:
    write_table(tmp_path / "t.json", SCHEMA, numbered(10))
    with pytest.raises(SwsError, match=r"to do:\s+give .*t\.json"):
        next(read_rows(tmp_path / "t.parquet"))
    with pytest.raises(SwsError, match="a folder"):
        next(read_rows(tmp_path))


def test_a_table_that_is_not_its_manifests_is_refused(tmp_path: Path) -> None:
    write_table(tmp_path / "a.json", SCHEMA, numbered(3))
    write_table(tmp_path / "b.json", SCHEMA, numbered(4))
    parquet_of(tmp_path / "b.json").replace(parquet_of(tmp_path / "a.json"))
    with pytest.raises(SwsError, match="4 rows"):
        list(read_rows(tmp_path / "a.json"))


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text("{")
    with pytest.raises(SwsError, match=r"t\.json: not a manifest"):
        count([tmp_path / "t.json"])


FULL_DISK = """
import random, resource, signal, sys
from sws.errors import SwsError
from tests.store.test_tables import SCHEMA
from sws.store import write_table
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    rows = ({"id": random.random().hex(), "value": i} for i in range(10**6))
    write_table(sys.argv[1], SCHEMA, rows)
except SwsError as error:
    print(error)
    sys.exit(1)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_disk_is_a_clear_error_and_leaves_no_half_written_table(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        write_json(small / "finished.json", {"rows": 0})
        run = subprocess.run(
            [sys.executable, "-c", FULL_DISK, str(small / "t.json")], capture_output=True, text=True
        )
        assert run.returncode == 1
        assert "the disk is full" in run.stdout
        assert [path.name for path in small.iterdir()] == ["finished.json"]
    finally:
        subprocess.run(["umount", str(small)], check=True)
