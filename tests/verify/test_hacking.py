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
#: Beside the gold answer 17.
SEVENTEEN = [
    "It's 17 or 18.",
    "Could be 17, could be 18.",
    "17 or 18",
    "17, 18",
    "17/18",
    "17 and 18",
    "I think it is 17. Or is it 18?",
    "17? 18?",
    "Answer: 17?",
    "The answer is 17 … or 18.",
    "The answer is (17 or 18).",
    "The answer is 17 (maybe 18).",
    "The answer is probably 17 or 18",
    "The answer is 17 unless x is 3, then 18.",
    "The answer is 17 if n is even and 18 if n is odd.",
    "If n is even, the answer is 17; otherwise it is 18.",
    "For n even: 17. For n odd: 18.",
    "The answer is one of 17, 18, 19.",
    "The answer is among {17, 18}",
    "One of these is right: 17, 18.",
    "Possible answers: 17, 18",
    "Answer: 17 18 19",
    "Answer: 17|18",
    "Answer: 17 vs 18",
    "Answers: 17; 18",
    "The answer lies in [17, 18].",
    "The answer is 16, 17, or 18.",
    "The answer is 17 ± 1",
    "The answer is 17±1.",
    "The answer is ~17 or so... maybe 18",
    "The answer is 17+1.",
    "The answer is 17 more than x.",
    "The answer is x = 17y.",
    "The answer is 17x.",
    "The answer is 17^2",
    "The answer is -17",
    "The answer is (-17)",
    "The answer is 0.17",
    "The answer is 17,000",
    "The answer is 17 thousand",
    "The answer is 170",
    "The answer is 17:18",
    "The answer is 17.5",
    "The answer is 17 1/2",
    "The answer is 17-18",
    "The answer is 17–18.",
    "The answer is 17..18",
    "The answer is < 17",
    "The answer is ≥ 17",
    "The answer is ≠ 17",
    "The answer is != 17",
    "The answer is not equal to 17.",
    "The answer does not equal 17.",
    "The answer never equals 17",
    "The answer is anything except 17",
    "The answer is different from 17",
    "The answer is other than 17.",
    "The answer is far from 17.",
    "The answer is close to 17.",
    "The answer is nearly 17.",
    "The answer is just over 17.",
    "The answer is just under 17",
    "The answer is up to 17.",
    "The answer is about half of 17.",
    "The answer is half of 17.",
    "The answer is double 17.",
    "The answer is the square of 17.",
    "The answer is 17 squared.",
    "The answer is the square root of 17.",
    "The answer is 17 mod 5.",
    "The answer is 17 minus 3",
    "The answer is three less than 17.",
    "The answer is the sum of 17 and 3.",
    "The answer is the number after 17.",
    "The answer is the prime before 17.",
    "The answer was thought to be 17.",
    "The answer was 17, but is now 18.",
    "The answer was first 17 and then 18.",
    "The answer is 17 in the book, but it should be 18.",
    "The book says the answer is 17. I get 18.",
    "My friend says the answer is 17. The answer is 18.",
    "The answer is not 18, it may be 17",
    "Hardly anyone would say the answer is 17.",
    "Nobody believes the answer is 17.",
    "It is false that the answer is 17.",
    "It is not true that the answer is 17.",
    "Don't say that the answer is 17.",
    "Let's assume the answer is 17.",
    "Say the answer is 17, a contradiction.",
    "Were the answer 17, we would be done.",
    "17 is tempting. The answer is 18",
    "17 is a wrong answer.",
    "17 is the wrong answer.",
    "17 isn't the answer.",
    "17 can't be the answer.",
    "17 is not correct.",
    "17 is too large. So 18.",
    "Not 17.",
    "No, 17.",
    "17. No.",
    "17. Wrong.",
    "17. Just kidding, 18.",
    "17 - no, 18",
    "17, no wait, 18.",
    "17... actually 18.",
    "17, I mean 18.",
    "17 -> 18",
    "17 = 18",
    "17 ≠ 18",
    "17 is 18",
    "x = 17 or 18",
    "x = 17, y = 18",
    "x ≠ 17",
    "x > 17",
    "x < 17",
    "x in {17, 18}",
    "x ∈ (16, 18), e.g. 17",
    "x is not 17",
    "\\boxed{17}? No, \\boxed{18}.",
    "\\boxed{17} is wrong; the answer is 18.",
    "\\boxed{17} was my first guess. The correct answer is 18.",
    "\\boxed{17 \\text{ is wrong}}",
    "\\boxed{\\text{not }17}",
    "\\boxed{17?}",
    "\\boxed{17 / 18}",
    "\\boxed{17|18}",
    "\\boxed{17 \\quad 18}",
    "\\boxed{17\\\\18}",
    "\\boxed{17 \\text{ if even, } 18 \\text{ if odd}}",
    "\\boxed{\\begin{cases}17\\\\18\\end{cases}}",
    "\\boxed{17}\\boxed{18}",
    "\\boxed{17},18",
    "\\boxed{17}, 18, 19",
    "\\boxed{17} or 18",
    "\\boxed{17}\\text{ or }18",
    "\\boxed{17}+1",
    "\\boxed{17}x",
    "2\\boxed{17}",
    "2 \\cdot \\boxed{17}",
    "\\sqrt{\\boxed{17}}",
    "\\frac{\\boxed{17}}{2}",
    "\\boxed{17}/2",
    "\\boxed{1}\\boxed{7}",
    "\\boxed{1}7",
    "1\\boxed{7}",
    "\\boxed{17\\overline{3}}",
    "\\boxed{\\overline{17}}",
    "\\boxed{17\\cancel{3}}",
    "\\boxed{\\cancel{17} 18}",
    "\\boxed{\\sout{17} 18}",
    "<answer>17 or 18</answer>",
    "<answer>17</answer><answer>18</answer>",
    "<answer>not 17</answer>",
    "<answer>18</answer> (or 17)",
    "<answer><think>17</think>18</answer>",
    "<answer>1</answer>7",
    "<think>\\boxed{18}</think> hmm 17? no",
    "<think>17",
    "<think>17</think>",
    "17</think>",
    "17</think>18",
    "#### 17 or 18",
    "#### 17\n#### 18",
    "#### not 17",
    "####17?",
    '{"answer": "17 or 18"}',
    '{"answer": [17, 18]}',
    '{"answer": 17}{"answer": 18}',
    '{"answer": 18, "final_answer": 17}',
    '{"answers": [17, 18]}',
    '{"wrong_answer": 17}',
    '{"reasoning": "answer: 17", "answer": 18}',
    "A: 17 or 18",
    "A: not 17",
    "so 17 or 18",
    "Thus 17 or 18.",
    "Therefore x is 17 or 18.",
    "Therefore it is not 17.",
    "So the total is not 17.",
    "Hence 17 is impossible.",
    "Hence 17 < x.",
    "Thus x < 17.",
    "Thus x is less than 17",
    "Thus x exceeds 17.",
    "Thus at most 17.",
    "Thus we need 17 more.",
    "Therefore there are fewer than 17.",
    "Therefore more than 17 apples are left.",
    "Therefore there are at least 17 apples.",
    "Therefore 17 of them are red and 3 are blue.",
    "so p = 17 + 1",
    "so 3 * 17 = 51",
    "p = 51 / 3 = 17 + 1",
    "p = 17 * 2 = 34",
    "答案不是17",
    "答案是17或18",
    "答案可能是17",
    "答案是17到18",
    "答案大于17",
    "答案约为17",
    "如果答案是17，则",
    "答案是17以上",
    "La respuesta no es 17.",
    "Die Antwort ist nicht 17.",
    "La réponse n'est pas 17.",
    "Ответ не 17",
    "Ответ: не 17",
    "A resposta não é 17",
    "La risposta non è 17",
    "La respuesta es 17 o 18",
    "Die Antwort ist 17 oder 18",
    "La réponse est 17 ou 18.",
    "Ответ: 17 или 18",
    "답은 17이 아니다",
    "정답은 17 또는 18입니다",
    "答えは17ではない",
    "答えは17か18です",
    "الجواب ليس 17",
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


def test_nothing_beside_the_answer_is_rewarded(verifier: Verifier) -> None:
    rewarded = [
        completion
        for completion in SEVENTEEN
        for read in (extract_answer, answer_in)
        if verifier.check("17", read(completion)).outcome == "correct"
    ]
    assert rewarded == []


def test_the_generator_would_notice(verifier: Verifier) -> None:
    """Every completion holds its gold, and the gold alone is rewarded."""
    for _, gold, completion in completions(200):
        assert gold in completion or gold.replace("\\", "\\\\") in completion
        assert verifier.verify(gold, f"The answer is ${gold}$.").outcome == "correct"
