"""Provenance that travels with the artifacts."""

from pathlib import Path

import pytest

from sws.workflow.provenance import restore


@pytest.mark.parametrize("content", ["", "{", "{}", "3", "[1]", '[{"rule": "seed"}]'])
def test_a_damaged_provenance_file_brings_nothing_back_and_stops_nothing(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/provenance").mkdir(parents=True)
    (tmp_path / "data/provenance/seed.json").write_text(content)
    restore()
    assert not list(tmp_path.glob(".snakemake/metadata/*"))
