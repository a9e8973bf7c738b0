"""The training set as prompts in tokens."""

from collections.abc import Iterable, Mapping
from typing import Any

from transformers import PreTrainedTokenizerBase

from sws.engines.thoughts import THINK, begins
from sws.errors import SwsError
from sws.prompts.solve import student_messages
from sws.rl.group import Question

_OPENING = 8  # tokens at the end of a prompt in which its template may open a thought


def prepare_questions(
    problems: Iterable[Mapping[str, Any]],
    tokenizer: PreTrainedTokenizerBase,
    prompt_suffix: str,
    max_prompt_tokens: int,
) -> dict[str, Question]:
    """Problems by id, with prompts as token ids. Raises SwsError for an unusable problem.

    A problem's own `prompt_suffix` and `domain` count, where it has them.
    """
    questions: dict[str, Question] = {}
    for problem in problems:
        key = problem["problem_id"]
        if key in questions:
            raise SwsError(
                f"The problem {key} is in the training set twice",
                expected="every id once",
                fix="remove the duplicate, or derive ids from the text",
            )
        prompt = tokenizer.apply_chat_template(
            student_messages(problem["problem"], problem.get("prompt_suffix", prompt_suffix)),
            add_generation_prompt=True,
            return_dict=False,
        )
        if len(prompt) > max_prompt_tokens:
            raise SwsError(
                f"The prompt of problem {key} has {len(prompt)} tokens",
                expected=f"at most max_prompt_tokens = {max_prompt_tokens}",
                fix="raise max_prompt_tokens or remove the problem",
            )
        ending = tokenizer.decode(prompt[-_OPENING:])
        opening = THINK if begins(ending) else ""
        domain = problem.get("domain") or ""
        questions[key] = Question(list(prompt), problem["answer"], opening, domain)
    if not questions:
        raise SwsError("no problems to train on", fix="check the stage that made the set")
    return questions
