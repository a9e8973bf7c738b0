"""The dataset card: YAML that the Hub and `datasets` read, then the run in plain words."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sws import __version__
from sws.evaluation.show import reasons_in_words
from sws.planning.cost import spared_in_words
from sws.publishing.facts import NOT_STATED, Facts, fingerprint, hub_sources, named_source
from sws.publishing.files import File
from sws.publishing.tables import Table

_TAGS = ("synthetic", "sws", "weakness-driven-synthesis", "reinforcement-learning", "rlvr")
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"),
          (10**7, "1M<n<10M"), (10**8, "10M<n<100M"), (10**9, "100M<n<1B"))  # fmt: skip

Written = Sequence[tuple[Table, Sequence[File]]]


def card(facts: Facts, written: Written, repo: str, tag: str, sample: int | None = None) -> str:
    """README.md of a published round; `sample`: rows of each table in an excerpt."""
    settings = facts.config.publishing
    text: str = template("card.md.jinja").render(
        facts=facts,
        repo=repo,
        tag=tag,
        sample=sample,
        version=__version__,
        title=title(facts, repo),
        abstract=abstract(facts),
        tables=[
            {"name": table.name, "about": table.about, "rows": _rows(files)}
            for table, files in written
        ],
        benchmarks={one.name: named_source(one) for one in facts.config.benchmarks},
        cost=cost_in_words(facts.cost),
        license=settings.license or NOT_STATED,
        reasons=reasons_in_words,
        fingerprint=fingerprint,
    )
    return front_matter(metadata(facts, written, repo)) + text + "\n"


def metadata(facts: Facts, written: Written, repo: str) -> dict[str, Any]:
    """The YAML of the card: what the Hub searches by, and what `load_dataset` reads."""
    settings = facts.config.publishing
    found: dict[str, Any] = {"pretty_name": title(facts, repo)}
    found |= {"license": settings.license} if settings.license else {}
    sources = hub_sources(facts.config.seed_set)
    own = facts.config.seed_set.source == "textbook"
    return found | {
        "language": list(settings.language),
        "tags": [*_TAGS, *settings.tags],
        "task_categories": ["text-generation"],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated", *([] if own else ["found"])],
        "source_datasets": sources or ["original" if own else "other"],
        "size_categories": [size_category(_rows(written[0][1]))],
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


def abstract(facts: Facts) -> str:
    """What the set is, in plain words."""
    new = facts.stages[-1].kept
    return (
        f"Problems with checkable answers to train a language model on by reinforcement learning: "
        f"{facts.seed.kept:,} seed problems and {new:,} new ones. The new ones were written by a "
        "model about what one student persistently failed to learn, and then judged, answered by "
        "majority vote, checked against benchmarks, and filtered by how often the student solves "
        "them. Every intermediate table is published too, with the decision on each row and its "
        "reason."
    )


def title(facts: Facts, repo: str) -> str:
    """The title of the card."""
    return facts.config.publishing.title or repo.rpartition("/")[2]


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows."""
    return next((name for most, name in _SIZES if rows < most), "n>1T")


def cost_in_words(cost: dict[str, Any]) -> str:
    """What the run took, as its ledger has it."""
    spent = cost["total"]["actual"]
    if not spent["hours"]:
        return "Not recorded on the machine that published this set."
    unit = "hours of jobs" if cost["device"] == "cpu" else "GPU-hours"
    hours = spent["hours"]
    time = f"{hours:,.1f} {unit}" if hours >= 1 else f"{hours * 60:,.1f} minutes of jobs"
    spared = spared_in_words(cost)
    return (
        f"{time} in all ({cost['device']}), repeated and lost work included; "
        f"{spent['completions']:,.0f} answers of models with {spent['completion_tokens']:,.0f} "
        f"tokens, not counting those taken from the cache.{' ' * bool(spared)}{spared}"
    )


@cache
def template(name: str) -> Any:
    """A template of this package."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # Markdown; what users write goes through `cell`
    )
    environment.filters["cell"] = cell
    return environment.get_template(name)


def cell(text: object) -> str:
    """A text inside a cell of a Markdown table."""
    shown = " ".join(str(text).split()) or "-"
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), ("|", "&#124;"), ("`", "&#96;")):
        shown = shown.replace(sign, entity)
    return shown


def _rows(files: Sequence[File]) -> int:
    return sum(file.rows for file in files)


def _info(table: Table, files: Sequence[File]) -> dict[str, Any]:
    """Features and counts, by which `datasets` checks what it loads."""
    size = sum(file.bytes for file in files)
    split = {"name": "train", "num_bytes": size, "num_examples": _rows(files)}
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
