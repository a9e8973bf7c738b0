"""The dataset card: YAML that the Hub and `datasets` read, then the run in plain words."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sws import __version__
from sws.evaluation.show import reasons_in_words
from sws.planning.cost import spared_in_words, unrecorded_in_words
from sws.publishing.facts import NOT_STATED, Facts, fingerprint, named_source
from sws.publishing.metadata import Written, front_matter, metadata, rows_of, title
from sws.terminal import printable

#: Of the default configuration.
COLUMNS = {
    "problem_id": "a hash of the normalised text",
    "problem": "the text",
    "answer": "the gold answer of a seed problem, or the one that the labeler's samples voted for",
    "category": "the subject",
    "source": "`synthetic`, or `seed`",
    "blueprint_id": "of a synthetic problem: the request that it was written from",
    "concepts": "of a synthetic problem: the concepts that it combines",
    "level": "of a synthetic problem: the difficulty that was asked for",
    "vote_share": "of a synthetic problem: the share of the samples that gave its answer",
    "accuracy": "of a synthetic problem: the share of the student's samples that were right",
}
_ENTITIES = (
    *(("&", "&amp;"), ("<", "&lt;"), ("|", "&#124;"), ("`", "&#96;")),
    *(("[", "&#91;"), ("!", "&#33;")),
)
_LONGEST = 300  # characters of a text in the example


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
        columns=COLUMNS,
        example=example(written),
        tables=[
            {"name": table.name, "about": table.about, "rows": rows_of(files)}
            for table, files in written
        ],
        benchmarks={one.name: named_source(one) for one in facts.config.benchmarks},
        cost=cost_in_words(facts.cost),
        license=settings.license or NOT_STATED,
        reasons=reasons_in_words,
        fingerprint=fingerprint,
    )
    return front_matter(metadata(facts, written, repo)) + text + "\n"


def example(written: Written) -> str:
    """A synthetic problem of the default configuration as JSON that no text can end; '' if none."""
    for file in written[0][1]:
        with pq.ParquetFile(file.local) as parquet:
            for batch in parquet.iter_batches(1024):
                for row in batch.filter(pc.equal(batch["source"], "synthetic"))[:1].to_pylist():
                    shown = json.dumps({name: _cut(one) for name, one in row.items()}, indent=2)
                    return shown.replace("`", "\\u0060").replace("<", "\\u003c")
    return ""


def _cut(value: object) -> object:
    long = isinstance(value, str) and len(value) > _LONGEST
    return f"{str(value)[:_LONGEST]} ..." if long else value


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


def cost_in_words(cost: Mapping[str, Any]) -> str:
    """What the run took, as its ledger has it."""
    spent = cost["total"]["actual"]
    if not spent["hours"]:
        return "Not recorded on the machine that published this set."
    unit = "hours of jobs" if cost["device"] == "cpu" else "GPU-hours"
    hours = spent["hours"]
    time = f"{hours:,.1f} {unit}" if hours >= 1 else f"{hours * 60:,.1f} minutes of jobs"
    taken = (
        f"{time} in all ({cost['device']}), repeated and lost work included; "
        f"{spent['completions']:,.0f} answers of models with {spent['completion_tokens']:,.0f} "
        "tokens, not counting those taken from the cache."
    )
    return " ".join(filter(None, (taken, spared_in_words(cost), unrecorded_in_words(cost))))


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
    """A text of data in Markdown, or in a cell of a table: as text, on one line."""
    shown = printable(" ".join(str(text).split())) or "-"
    for sign, entity in _ENTITIES:
        shown = shown.replace(sign, entity)
    return shown
