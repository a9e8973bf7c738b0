"""The pool: all problems that scorers grade, mathematics and code, in shards."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.schemas import GradedRow, schema_of
from sws.store import TableWriter, read_manifest, read_rows
from sws.verifiers.mixed import domain_of, named

_COLUMNS = ["problem_id", "problem", "answer", "category", "source"]
Row = dict[str, Any]


def run(config: Config, problems: Path, code: Path | None, outs: Sequence[Path]) -> None:
    """Write the problems of a set and of the code set, each answer with its verifier's name.

    A problem that is in both is taken once. Shards get the rows in turn.
    """
    seen: set[str] = set()
    with ExitStack() as stack:
        writers = [stack.enter_context(TableWriter(out, schema_of(GradedRow))) for out in outs]
        number = 0
        for row in _rows(config, problems, code):
            if row["problem_id"] not in seen:
                seen.add(row["problem_id"])
                writers[number % len(writers)].add(row)
                number += 1


def with_suffix(config: Config, row: Row) -> Row:
    """The row with the text to append to its problem, by its domain."""
    return {**row, "prompt_suffix": suffix_for(config, row["domain"])}


def suffix_for(config: Config, domain: str) -> str:
    """The text to append to a problem of a domain."""
    return config.staged.code_suffix if domain == "code" else config.student.prompt_suffix


def _rows(config: Config, problems: Path, code: Path | None) -> Iterator[GradedRow]:
    verifiers = {problems: config.seed_set.verifier} | ({code: "code"} if code else {})
    for table, verifier in verifiers.items():
        only = "kept" if "kept" in read_manifest(table)["schema"] else None
        for row in read_rows(table, _COLUMNS, only=only):
            answer = named(verifier, row["answer"])
            yield {
                "problem_id": row["problem_id"],
                "problem": row["problem"],
                "answer": answer,
                "category": row["category"],
                "source": row["source"],
                "domain": domain_of(answer),
            }
