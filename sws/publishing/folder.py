"""A published set as a folder: Parquet files, card, Croissant metadata, configuration, prompts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sws import __version__
from sws.config.schema import Config
from sws.evaluation.round import Round
from sws.publishing.card import card
from sws.publishing.croissant import croissant
from sws.publishing.facts import Facts, gather, public
from sws.publishing.files import write_files
from sws.publishing.metadata import Written
from sws.publishing.tables import tables_of
from sws.publishing.trainers import trainer_tables
from sws.store import write_text

#: The file that marks a repository as one that `sws publish` made.
MARK = "published.json"


@dataclass(frozen=True)
class Published:
    """A set as it lies in a folder: its files by their paths in the repository."""

    facts: Facts
    written: Written
    files: Mapping[str, Path]


@dataclass(frozen=True)
class Name:
    """Where a set is published: the repository, the tag, and the Hub's address."""

    repo: str
    tag: str
    address: str


def write_set(
    config: Config, data: Path, number: int, name: Name, folder: Path, rows: int | None = None
) -> Published:
    """Write round `number` of the run in `data` as a published set; `rows`: an excerpt.

    The same run gives the same bytes, except for what it cost. Raises SwsError where a table is
    missing or is not what its manifest says.
    """
    found = Round.in_folder(config, data / f"round{number}")
    facts = gather(config, data, found, number)
    tables = [*tables_of(config, data, found), *trainer_tables(config, found)]
    written = [(table, write_files(table, folder, rows)) for table in tables]
    texts = {
        "README.md": card(facts, written, name.repo, name.tag, rows),
        "croissant.json": _json(croissant(facts, written, name.repo, name.tag, name.address)),
        "config.json": _json(public(config)),
        MARK: _json(_mark(config, number, written)),
        **{f"prompts/{role}.jinja": text for role, text in facts.prompts.items()},
    }
    for path, text in texts.items():
        write_text(folder / path, text)
    data_files = {file.path: file.local for _, files in written for file in files}
    return Published(facts, written, {**data_files, **{path: folder / path for path in texts}})


def _mark(config: Config, number: int, written: Written) -> dict[str, Any]:
    tables = {
        table.name: {"rows": sum(file.rows for file in files), "files": len(files)}
        for table, files in written
    }
    return {"made_by": f"sws {__version__}", "preset": public(config)["preset"], "round": number,
            "tables": tables}  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
