"""Verbs of the graph: extraction, and the tables of concepts."""

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import Artifact, Out, RoleStudent, SeedSet, folder_of


@verb("Concepts")
def extract(
    config: Config, failures: Artifact, seed_set: SeedSet, out: Out, student: RoleStudent = ""
) -> None:
    """Ask the extractor which concepts each failed problem tests."""
    from sws.concepts.extract import run

    run(config, failures, seed_set, folder_of(student), out)


@verb("Concepts")
def concepts(config: Config, extracted: Artifact, out: Out) -> None:
    """Merge, embed and count concepts into a DuckDB file that can be queried."""
    from sws.concepts.database import run

    run(config, extracted, out)
