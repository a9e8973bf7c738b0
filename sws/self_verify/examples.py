"""Trajectories as token ids with the labels of Eq. 1."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from transformers import PreTrainedTokenizerBase

from sws.errors import SwsError
from sws.prompts.solve import student_messages
from sws.self_verify.actions import actions_of, learned
from sws.self_verify.segments import SegmentParser

log = logging.getLogger(__name__)
IGNORED = -100  # the label of a token that is not learned
Example = dict[str, list[int]]


def examples(
    trajectories: Iterable[Mapping[str, Any]],
    tokenizer: PreTrainedTokenizerBase,
    parser: SegmentParser,
    prompt_suffix: str,
    max_tokens: int,
) -> list[Example]:
    """`input_ids` and `labels` of each trajectory that has at most `max_tokens` tokens.

    Raises SwsError when none fits; logs how many do not.
    """
    found: list[Example] = []
    too_long = 0
    for row in trajectories:
        prompt = tokenizer.apply_chat_template(
            student_messages(row["problem"], prompt_suffix),
            add_generation_prompt=True,
            return_dict=False,
        )
        written = tokenizer(row["completion"], add_special_tokens=False)["input_ids"]
        ids = [*written, tokenizer.eos_token_id]
        if len(ids) > max_tokens:
            too_long += 1
            continue
        mask = learned(actions_of(ids, tokenizer, parser), len(ids))
        labels = [token if keep else IGNORED for token, keep in zip(ids, mask, strict=True)]
        found.append({"input_ids": [*prompt, *ids], "labels": [IGNORED] * len(prompt) + labels})
    if too_long:
        log.warning("%d trajectories have more than %d tokens: left out", too_long, max_tokens)
    if not found:
        raise SwsError(
            f"no trajectory to learn from; {too_long} have more than {max_tokens} tokens",
            expected="trajectories that fit self_verify.max_tokens",
            fix="raise self_verify.max_tokens, or shorten self_verify.phrases",
        )
    return found
