"""Fine-tuning and RL, online and offline, as a program for `accelerate launch`: STUDENT FOLDER.

Completions follow from the problem and their place in the group, so that they do not depend on the
number of processes; everything else is real.
"""

import os
import sys
import zlib
from pathlib import Path
from typing import Any

from sws.self_verify import sft, train
from sws.self_verify.policy import ActionRollouts
from tests.self_verify.sums import OFFLINE, config

#: Right or wrong solutions, checked rightly or wrongly, or not at all.
WRITTEN = (
    "{right}\n\nCheck:\n\nRight",
    "1\n\nCheck:\n\nWrong\n\nAgain:\n\n{right}\n\nCheck:\n\nRight",
    "{right}\n\nCheck:\n\nWrong\n\nAgain:\n\n1\n\nCheck:\n\nRight",
    "1",
    "1\n\nCheck:\n\nRight",
)


def complete(
    self: ActionRollouts, prompts: list[list[int]], trainer: Any
) -> tuple[list[list[int]], None]:
    """A group of completions for each prompt."""
    tokenizer = trainer.processing_class
    completions = []
    for prompt in prompts:
        first, second = tokenizer.decode(prompt).partition("=")[0].split("+")
        for place in range(self.config.group_size):
            text = WRITTEN[zlib.crc32(str([*prompt, place]).encode()) % len(WRITTEN)]
            ids = tokenizer(text.format(right=int(first) + int(second)))["input_ids"]
            completions.append([*ids, tokenizer.eos_token_id])
    return completions, None


def main() -> None:
    student, folder = map(Path, sys.argv[1:])
    os.chdir(folder)
    ActionRollouts._complete = complete  # type: ignore[method-assign]
    settings = config(offline=OFFLINE)
    taught = Path("sft/student/student.json")
    sft.run(settings, student, Path("trajectories.json"), taught)
    train.run(settings, "process", taught, Path("seed.json"), Path("process/rollouts.json"))
    train.run(settings, "offline", taught, Path("offline.json"), Path("offline/rollouts.json"))


if __name__ == "__main__":
    main()
