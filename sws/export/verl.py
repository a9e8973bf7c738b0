"""verl's RL Parquet, by its documentation ("Prepare Data for Post-Training") and examples.

Five columns: `data_source` chooses verl's reward function, `prompt` holds chat messages,
`ability` the kind of task, `reward_model.ground_truth` the answer, and `extra_info` what travels
along, of which verl uses `index`.
"""

from typing import Any

import pyarrow as pa

from sws.export.base import MESSAGES, Format, Item, Prompt
from sws.verify.alternatives import has_alternatives

#: The name under which verl compares the last \\boxed answer; a name it does not know is an error
#: of verl's unless a reward function is configured.
BOXED_MATH = "lighteval/MATH"
#: So that verl stops at answers with alternatives unless this package's reward is configured.
ANY_OF = "sws/any_of"


def row(item: Item, prompt: Prompt) -> dict[str, Any]:
    """A row with an index that is unique in the file."""
    usual = ANY_OF if has_alternatives(item.answer) else BOXED_MATH
    return {
        "data_source": prompt.data_source or usual,
        "prompt": prompt.messages(item),
        "ability": "math",
        "reward_model": {"style": "rule", "ground_truth": item.answer},
        "extra_info": {
            "split": "train",
            "index": item.number,
            "problem_id": item.problem_id,
            "category": item.category,
            "source": item.source,
        },
    }


FORMAT = Format(
    name="verl",
    trainer="verl",
    suffixes=(".parquet",),
    schema=pa.schema(
        [
            ("data_source", pa.string()),
            ("prompt", MESSAGES),
            ("ability", pa.string()),
            (
                "reward_model",
                pa.struct([("style", pa.string()), ("ground_truth", pa.string())]),
            ),
            (
                "extra_info",
                pa.struct(
                    [
                        ("split", pa.string()),
                        ("index", pa.int64()),
                        ("problem_id", pa.string()),
                        ("category", pa.string()),
                        ("source", pa.string()),
                    ]
                ),
            ),
        ]
    ),
    row=row,
    usage="""data.train_files={file}
# verl's own reward for \\boxed answers, or this package's, which the data_source sws/any_of needs
# (of older releases: without `reward.`):
reward.custom_reward_function.path={rewards} reward.custom_reward_function.name=compute_score""",
)
