"""The augmented set once more, in the formats that trainers read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from more_itertools import chunked

from sws.config.schema import Config
from sws.evaluation.round import Round
from sws.export import FORMATS, Format, Prompt
from sws.export.read import Reader
from sws.publishing.tables import GROUP_ROWS, Table
from sws.schemas import AugmentedRow


@dataclass(frozen=True)
class TrainerTable(Table):
    """A configuration whose rows are those of a trainer's format."""

    format: Format
    prompt: Prompt

    @property
    def schema(self) -> pa.Schema:
        """The format's own."""
        return self.format.schema

    def batches(self, folder: Path) -> Iterator[pa.RecordBatch]:  # noqa: ARG002
        """The problems of the augmented set, as `sws export` writes them."""
        items = Reader(str(self.manifests[0]))
        for group in chunked((self.format.row(item, self.prompt) for item in items), GROUP_ROWS):
            yield pa.RecordBatch.from_pylist([dict(row) for row in group], schema=self.schema)


def trainer_tables(config: Config, found: Round) -> list[Table]:
    """A configuration for each of `publishing.formats`, with the student's prompt."""
    prompt = Prompt(suffix=config.student.prompt_suffix)
    return [
        TrainerTable(
            name,
            f"The augmented set in the format of {FORMATS[name].trainer}.",
            AugmentedRow,
            (found.augmented,),
            FORMATS[name],
            prompt,
        )
        for name in config.publishing.formats
    ]
