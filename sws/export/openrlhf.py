"""OpenRLHF's prompt data, by its `PromptDataset`: `input`, `label` and `datasource`."""

from typing import Any

import pyarrow as pa

from sws.export.base import MESSAGES, Format, Item, Prompt


def row(item: Item, prompt: Prompt) -> dict[str, Any]:
    """`input` as messages, which `--data.apply_chat_template` turns into a prompt."""
    return {
        "input": prompt.messages(item),
        "label": item.answer,
        "datasource": prompt.data_source or item.source,
        "problem_id": item.problem_id,
        "category": item.category,
    }


FORMAT = Format(
    name="openrlhf",
    trainer="OpenRLHF",
    suffixes=(".jsonl", ".parquet"),
    schema=pa.schema(
        [
            ("input", MESSAGES),
            ("label", pa.string()),
            ("datasource", pa.string()),
            ("problem_id", pa.string()),
            ("category", pa.string()),
        ]
    ),
    row=row,
    usage="""--data.prompt_dataset {file} --data.input_key input --data.label_key label
--data.apply_chat_template --reward.remote_url {rewards}""",
)
