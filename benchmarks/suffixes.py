"""Which `prompt_suffix` lets a student solve problems now and then, before a run is planned on it.

    python -m benchmarks.suffixes STUDENT [--suffix TEXT ...] [--temperature 0.4] [--samples 2]

A folder with a student, on level 1 of the textbook's units (a problem of each), of its primer's
(four of each), and on sums, differences and products of one digit. Prints a line for each suffix:
accuracy, the share of answers that could not be read, tokens, and the units that were solved at
all.
"""

import argparse
import random
from collections import defaultdict
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from sws.categories import PRIMER
from sws.prompts.solve import student_messages
from sws.rl.sample import sample
from sws.rl.trainer import load_tokenizer
from sws.textbook.sampling import pages
from sws.verifiers import open_verifier

SUFFIXES = (
    'Complete the sentence: "The answer is".',
    'Say "The answer is" and the number.',
    "Write only: The answer is N.",
    "Answer with just the number.",
    "Put the number in \\boxed{}.",
)
Asked = list[tuple[str, str, str]]  # name of the family, problem, answer


def units() -> Asked:
    """A problem of level 1 of each unit."""
    return [(p.unit, p.text, p.answer) for p in pages(1, 4, [1], units_per_category=4)]


def primer() -> Asked:
    """Four problems of level 1 of each unit of the primer."""
    return [(p.unit, p.text, p.answer) for p in pages(5, 8, [1], PRIMER)]


def drills(count: int = 8) -> Asked:
    """Sums, products and differences of one digit, as many of each."""
    rng, found = random.Random(0), []
    for _ in range(count):
        a, b = rng.randint(1, 9), rng.randint(1, 9)
        found.append(("sum", f"What is {a}+{b}?", str(a + b)))
        found.append(("product", f"What is {a}*{b}?", str(a * b)))
        found.append(("difference", f"What is {a + b}-{b}?", str(a)))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("student", type=Path)
    parser.add_argument("--suffix", nargs="+", default=SUFFIXES)
    parser.add_argument("--temperature", type=float, default=0.4)
    parser.add_argument("--samples", type=int, default=2)
    parser.add_argument("--max-tokens", type=int, default=16)
    options = parser.parse_args()
    torch.manual_seed(1)
    tokenizer = load_tokenizer(options.student)
    model = AutoModelForCausalLM.from_pretrained(options.student, dtype="auto").eval()
    limits = (options.samples, options.max_tokens, options.temperature, 1.0)
    with open_verifier("math") as verifier:
        for suffix in options.suffix:
            for name, asked in (("drills", drills()), ("primer", primer()), ("units", units())):
                prompts = [
                    tokenizer.apply_chat_template(
                        student_messages(problem, suffix),
                        add_generation_prompt=True,
                        return_dict=False,
                    )
                    for _, problem, _ in asked
                ]
                written = sample(model, prompts, *limits, [tokenizer.eos_token_id])
                texts = tokenizer.batch_decode(written, skip_special_tokens=True)
                repeated = [one for one in asked for _ in range(options.samples)]
                pairs = ((one[2], text) for one, text in zip(repeated, texts, strict=True))
                outcomes = [found.outcome for found in verifier.verify_many(pairs)]
                solved: defaultdict[str, int] = defaultdict(int)
                for (family, *_), outcome in zip(repeated, outcomes, strict=True):
                    solved[family] += outcome == "correct"
                print(
                    f"{suffix!r}, {name}: {sum(solved.values())} of {len(texts)} right, "
                    f"{outcomes.count('unparsed')} unread, "
                    f"{sum(map(len, written)) / len(written):.1f} tokens; "
                    f"{ {family: n for family, n in solved.items() if n} }",
                    flush=True,
                )


if __name__ == "__main__":
    main()
