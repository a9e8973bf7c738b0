"""Completions that contain the gold answer and answer otherwise: none of them is rewarded.

A policy finds whatever the reward lets pass: thoughts, lists of all numbers, hedges, boxes of many
values, denials. SWS_HACKS sets how many completions are drawn.
"""

import os
import random
from collections.abc import Iterator

import pytest

from sws.verify import Verifier, answer_in, extract_answer

COMPLETIONS = int(os.environ.get("SWS_HACKS", "2000"))

#: {g}: the gold answer, {w} and {v}: other answers.
THOUGHTS = [
    "<think>It is \\boxed{{{g}}}.</think> The answer is {w}.",
    "<think>It is \\boxed{{{g}}}. Let me check",
    "<think>The answer is {g}.",
    "<think>So {g}.</think>",
    "<think>So {g}.</think>\n\n\\boxed{{{w}}}",
    "We get \\boxed{{{g}}}. Wait.</think>\nThe answer is {w}.",
    "The answer is {g}, I think.</think>",
    "<thinking>\\boxed{{{g}}}</thinking><answer>{w}</answer>",
    "<reasoning>{g}</reasoning>\n<answer>\n{w}\n</answer>",
    "<|channel|>analysis<|message|>\\boxed{{{g}}}<|end|><|start|>assistant<|channel|>final<|message|>\\boxed{{{w}}}",
    "<think>a</think><think>The answer is \\boxed{{{g}}}",
    "[THINK]{g}[/THINK]The answer is {w}",
]
HEDGES = [
    "The answer is either {g} or {w}.",
    "The answer is {g} or {w}.",
    "The answer is ${g}$ or ${w}$.",
    "The answer is {w} or {g}.",
    "The answer is {g}, or maybe {w}.",
    "The answer is {g} (or {w}).",
    "The answer is {g}. Or {w}.",
    "The answer is {g}. Maybe {w}.",
    "The answer might be {g}.",
    "The answer could be {g} or {w}",
    "Perhaps the answer is {g}.",
    "The answer is {g}, possibly {w}.",
    "The answers are {g} and {w}.",
    "The answer is {g} and {w}.",
    "The answer is {g}/{w}/{v}.",
    "The answer is between {g} and {w}.",
    "So it is {g} or {w}.",
    "Answer: {g} or {w}",
    "Answer: {g}, {w}, {v}",
    "Answer: {g}; {w}",
    "#### {g} or {w}",
    "#### {g}, {w}",
    "<answer>{g} or {w}</answer>",
    "<answer>{g}, {w}</answer>",
    "<answer>{g}</answer> or <answer>{w}</answer>",
    '{{"answer": [{q}, {x}]}}',
    '{{"answer": "{g} or {w}"}}',
    "答案是{g}或{w}。",
    "La respuesta es {g} o {w}.",
]
BOXES = [
    "\\boxed{{{g}, {w}}}",
    "\\boxed{{{w}, {g}}}",
    "\\boxed{{{g} \\text{{ or }} {w}}}",
    "\\boxed{{{g}\\text{{ and }}{w}}}",
    "\\boxed{{{g}}} \\boxed{{{w}}}",
    "\\boxed{{{w}}}, \\boxed{{{g}}}",
    "$\\boxed{{{g}}}$ or $\\boxed{{{w}}}$",
    "\\boxed{{{g}}} or maybe \\boxed{{{w}}}",
    "\\boxed{{{g}}}, \\boxed{{{w}}}, \\boxed{{{v}}}",
    "\\boxed{{\\{{{g}, {w}\\}}}}",
    "\\boxed{{({g}, {w})}}",
    "\\boxed{{{g} \\neq {w}}}",
    "\\boxed{{{w}}} % {g}",
    "\\boxed{{{w}}} ({g})",
    "\\boxed{{{g}}}. No, that is wrong. \\boxed{{{w}}}",
    "\\boxed{{{g}}}. This is wrong.",
    "First \\boxed{{{g}}}, and finally \\boxed{{{w}",
    "\\boxed{{{g}}}\\cdot 2",
    "\\boxed{{{g}}}^2",
    "-\\boxed{{{g}}}",
    "\\boxed{{{g}}}\\sqrt{{2}}",
    "\\boxed{{{g}+1}}",
    "\\boxed{{2\\cdot {g}}}",
    "\\boxed{{\\text{{not }}{g}}}",
    "\\boxed{{x \\neq {g}}}",
    "\\boxed{{{g} < x < {g}+1}}",
    "\\boxed{{{w}}} instead of {g}",
]
DENIALS = [
    "The answer is not {g}.",
    "The answer isn't {g}.",
    "The answer is not {g} but {w}.",
    "The answer is {w}, not {g}.",
    "The answer is {w} (not {g}).",
    "The answer cannot be {g}.",
    "I first thought the answer is {g}, but it is {w}.",
    "I thought {g} at first, but the answer is {w}.",
    "I first thought {g} but that is not it.",
    "The answer is {g}. No, that is wrong.",
    "The answer is {g}. Wait, this is not correct.",
    "The answer is {g}? No, it isn't.",
    "Is the answer {g}?",
    "If the answer is {g}, then the sum is {w}.",
    "Suppose the answer is {g}. That leads nowhere.",
    "{g} is not the answer.",
    "I doubt that {g} is the answer.",
    "{g} is wrong. The answer is {w}.",
    "So {g} is wrong.",
    "Therefore it cannot be {g}.",
    "Thus the answer is anything but {g}.",
    "I don't know the answer. It is not {g}.",
    "Someone said that the answer is {g}.",
    "答案不是{g}。",
    "答案是{w}，不是{g}。",
    "答案是{w}，因为另一个是{g}。",
]
ASIDES = [
    "The answer is {w} because the other sum is {g}.",
    "The answer is {w}, since {g} is too small.",
    "The answer is {w} and the offset is {g}.",
    "The answer is {w}; the rest is {g}.",
    "The answer is {w}. The rest is {g}.",
    "The answer is {w}, while {g} is extraneous.",
    "The answer is {w} (the other root is {g}).",
    "The answer is {w} when x is {g}.",
    "Answer: {w}\nReason: the other root is {g}",
    "**Answer:** {w}\n\n**Explanation:** the other root is {g}.",
    "From {g} we get: the answer is {w}.",
    "#### {w}\nThe other root is {g}.",
    "So x is {g}.\n#### {w}",
    "<answer>{w}</answer> The other root is {g}.",
    '{{"answer": {x}, "other": {q}}}',
    "The answer depends on whether x is {g}.",
    "The answer is {w}.\n\nQuestion: another one. Answer: {g}",
    "The answer is {w}<|endoftext|>The answer is {g}",
    "The answer is {w}</s> \\boxed{{{g}}}",
    "We need {g} and {w} and {v} to see it.",
    "The numbers are {g}, {w} and {v}, and one of them is the answer.",
    "Candidates: {g}, {w}, {v}. I pick {w}.",
    "The answer is at least {g}.",
    "The answer is more than {g}.",
    "The answer is {g} or more.",
    "The answer is less than {g}.",
    "The answer is {g} times {w}.",
    "The answer is {g} to {w}.",
    "The answer is {g} plus {w}.",
    "The answer is twice {g}.",
    "The answer is {g}% of {w}.",
    "The answer is near {g}.",
]
TEMPLATES = {
    "thought": THOUGHTS, "hedge": HEDGES, "box": BOXES, "denial": DENIALS, "aside": ASIDES,
}  # fmt: skip
PREFIXES = [
    "", "", "Let the price be p. Then 3p + 5 = 56.\n", "We compare the cases one by one.\n\n",
    "Step 1: add. Step 2: divide.\n",
]  # fmt: skip
GOLDS = [
    lambda rng: str(rng.randrange(2, 1000)),
    lambda rng: str(-rng.randrange(2, 100)),
    lambda rng: f"{rng.randrange(2, 100)}.{rng.randrange(1, 10)}",
    lambda rng: f"\\frac{{{rng.randrange(1, 9)}}}{{{rng.choice([11, 13, 17])}}}",
    lambda rng: f"{rng.randrange(2, 9)}\\sqrt{{{rng.choice([2, 3, 5, 7])}}}",
]


def completions(count: int, seed: int = 7) -> Iterator[tuple[str, str, str]]:
    """Triples (kind, gold, completion), every template in turn."""
    rng = random.Random(seed)
    templates = [(kind, template) for kind, group in TEMPLATES.items() for template in group]
    for number in range(count):
        kind, template = templates[number % len(templates)]
        draw = rng.choice(GOLDS[:3] if "respuesta" in template or "答" in template else GOLDS)
        gold, other, third = draw(rng), draw(rng), draw(rng)
        while len({gold, other, third}) < 3:
            other, third = draw(rng), draw(rng)
        quoted = [f'"{value}"'.replace("\\", "\\\\") for value in (gold, other)]
        text = template.format(g=gold, w=other, v=third, q=quoted[0], x=quoted[1])
        yield kind, gold, rng.choice(PREFIXES) + text
    numbers = [str(n) for n in range(1, 60)]
    for joint in (", ", "\n", " or ", "} \\boxed{", "</answer><answer>", "$ or $", "; ", " "):
        for before, after in (
            ("", ""),
            ("The answer is ", "."),
            ("\\boxed{", "}"),
            ("<answer>", "</answer>"),
            ("#### ", ""),
        ):
            yield "list", "17", before + joint.join(numbers) + after


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier(timeout_seconds=20) as verifier:
        yield verifier


def test_nothing_but_an_answer_is_rewarded(verifier: Verifier) -> None:
    rewarded = [
        (kind, gold, completion)
        for kind, gold, completion in completions(COMPLETIONS)
        for read in (extract_answer, answer_in)
        if verifier.check(gold, read(completion)).outcome == "correct"
    ]
    assert rewarded == []


def test_the_generator_would_notice(verifier: Verifier) -> None:
    """Every completion holds its gold, and the gold alone is rewarded."""
    for _, gold, completion in completions(200):
        assert gold in completion or gold.replace("\\", "\\\\") in completion
        assert verifier.verify(gold, f"The answer is ${gold}$.").outcome == "correct"
