"""The YAML of a card: what the Hub searches by, and what `load_dataset` reads."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import yaml

from sws.publishing.facts import Facts, hub_sources
from sws.publishing.files import File
from sws.publishing.tables import Table

_TAGS = ("synthetic", "sws", "weakness-driven-synthesis", "reinforcement-learning", "rlvr")
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"),
          (10**7, "1M<n<10M"), (10**8, "10M<n<100M"), (10**9, "100M<n<1B"))  # fmt: skip

#: The configurations of a set, each with its files.
Written = Sequence[tuple[Table, Sequence[File]]]


def metadata(facts: Facts, written: Written, repo: str) -> dict[str, Any]:
    """The YAML of the card: what the Hub searches by, and what `load_dataset` reads."""
    settings = facts.config.publishing
    found: dict[str, Any] = {"pretty_name": title(facts, repo)}
    found |= {"license": settings.license} if settings.license else {}
    sources = hub_sources(facts.config.seed_set)
    own = bool(facts.config.seed_set.book)
    return found | {
        "language": list(settings.language),
        "tags": [*_TAGS, *settings.tags],
        "task_categories": ["text-generation"],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated", *([] if own else ["found"])],
        "source_datasets": sources or ["original" if own else "other"],
        "size_categories": [size_category(rows_of(written[0][1]))],
        "configs": [
            {
                "config_name": table.name,
                **({"default": True} if place == 0 else {}),
                "data_files": [{"split": "train", "path": f"data/{table.name}/train-*.parquet"}],
            }
            for place, (table, _) in enumerate(written)
        ],
        "dataset_info": [_info(table, files) for table, files in written],
    }


def front_matter(values: Mapping[str, Any]) -> str:
    """Metadata as the head of a card."""
    return f"---\n{yaml.safe_dump(dict(values), sort_keys=False, allow_unicode=True)}---\n\n"


def title(facts: Facts, repo: str) -> str:
    """The title of the card."""
    return facts.config.publishing.title or repo.rpartition("/")[2]


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows."""
    return next((name for most, name in _SIZES if rows < most), "n>1T")


def rows_of(files: Sequence[File]) -> int:
    """How many rows the files of a configuration have."""
    return sum(file.rows for file in files)


def _info(table: Table, files: Sequence[File]) -> dict[str, Any]:
    """Features and counts, by which `datasets` checks what it loads."""
    size = sum(file.bytes for file in files)
    split = {"name": "train", "num_bytes": size, "num_examples": rows_of(files)}
    return {
        "config_name": table.name,
        "features": [_feature(field) for field in table.schema],
        "splits": [split],
        "download_size": size,
        "dataset_size": size,
    }


def _feature(field: pa.Field) -> dict[str, Any]:
    return {"name": field.name, **_typed(field.type)}


def _typed(kind: pa.DataType) -> dict[str, Any]:
    """A type in the YAML of `datasets`."""
    if pa.types.is_struct(kind):
        return {"struct": [_feature(field) for field in kind]}
    if pa.types.is_list(kind):
        item = kind.value_type
        return {"list": [_feature(field) for field in item] if pa.types.is_struct(item)
                else str(item)}  # fmt: skip
    names = {"double": "float64"}
    return {"dtype": names.get(str(kind), str(kind))}
