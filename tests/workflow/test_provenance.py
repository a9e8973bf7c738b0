"""Provenance that travels with the artifacts."""

import json
from pathlib import Path

import pytest

from sws.store import sha256_of
from sws.workflow.provenance import restore


def restored(folder: Path, provenance: str, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The records in force after a start with this provenance of the milestone `seed`."""
    monkeypatch.chdir(folder)
    (folder / "data/provenance").mkdir(parents=True)
    (folder / "data/provenance/seed.json").write_text(provenance)
    restore()
    return list(folder.glob(".snakemake/metadata/*"))


@pytest.mark.parametrize(
    "content",
    ["", "{", "{}", "3", "[1]", '[{"rule": "seed"}]', '[{"outputs": {"gone": null}}]'],
)
def test_a_damaged_provenance_file_brings_nothing_back_and_stops_nothing(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not restored(tmp_path, content, monkeypatch)


@pytest.mark.parametrize(("params", "records"), [(["1"], 1), (3, 0)])
def test_a_record_comes_back_where_the_file_is_as_it_was(
    params: object, records: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one whose fields are of another type than Snakemake writes."""
    (tmp_path / "seed").write_text("text")
    outputs = {"seed": f"sha256:{sha256_of(tmp_path / 'seed')}"}
    record = {"rule": "seed", "params": params, "record_format_version": 6}
    content = json.dumps([{"outputs": outputs, **record}])
    assert len(restored(tmp_path, content, monkeypatch)) == records
