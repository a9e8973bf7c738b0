"""open-instruct's RLVR data: `messages`, `ground_truth`, and `dataset`: the verifier's name."""

from typing import Any

import pyarrow as pa

from sws.export.base import MESSAGES, Format, Item, Prompt

#: The name of open-instruct's verifier of mathematics.
MATH = "math"


def row(item: Item, prompt: Prompt) -> dict[str, Any]:
    """The columns of allenai's RLVR sets, and the problem's id."""
    return {
        "messages": prompt.messages(item),
        "ground_truth": item.answer,
        "dataset": prompt.data_source or MATH,
        "problem_id": item.problem_id,
        "category": item.category,
    }


FORMAT = Format(
    name="open-instruct",
    trainer="open-instruct",
    suffixes=(".jsonl", ".parquet"),
    schema=pa.schema(
        [
            ("messages", MESSAGES),
            ("ground_truth", pa.string()),
            ("dataset", pa.string()),
            ("problem_id", pa.string()),
            ("category", pa.string()),
        ]
    ),
    row=row,
    alternatives=False,
    usage="--dataset_mixer_list {file} 1.0 --dataset_mixer_list_splits train",
)
