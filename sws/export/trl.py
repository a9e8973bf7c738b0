"""TRL's GRPO: conversational prompts; further columns are passed to the reward functions."""

from typing import Any

import pyarrow as pa

from sws.export.base import MESSAGES, Format, Item, Prompt


def row(item: Item, prompt: Prompt) -> dict[str, Any]:
    """`prompt` as messages and `solution`, the name that TRL's own rewards expect."""
    return {
        "prompt": prompt.messages(item),
        "solution": item.answer,
        "problem_id": item.problem_id,
        "category": item.category,
        "source": item.source,
    }


FORMAT = Format(
    name="trl",
    trainer="TRL's GRPOTrainer",
    suffixes=(".jsonl", ".parquet"),
    schema=pa.schema(
        [
            ("prompt", MESSAGES),
            ("solution", pa.string()),
            ("problem_id", pa.string()),
            ("category", pa.string()),
            ("source", pa.string()),
        ]
    ),
    row=row,
    usage="""from sws.export.rewards import trl_reward
data = load_dataset({kind!r}, data_files={file!r}, split="train")
GRPOTrainer(model, reward_funcs=trl_reward, train_dataset=data, args=...)""",
)
