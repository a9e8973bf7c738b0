"""What a completion states, by the way in which it is stated."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.verify import answer_in, bare_answer, extract_answer

TAGS = [
    ("<answer>17</answer>", "17"),
    ("<answer>\n17\n</answer>", "17"),
    ("<Answer> 17 </Answer>", "17"),
    ("<answer>The answer is 17.</answer>", "17"),
    ("<think>a</think>\n<answer>17", "17"),
    ("<think>\n\n</think>\n\n\\boxed{17}", "17"),
    ("<think></think>17", "17"),
    ("<think>\n\n</think>\n\nThe answer is 17.", "17"),
    ("<reasoning>x \\boxed{3}</reasoning><answer>17</answer>", "17"),
    ("<solution>3p=51, so \\boxed{17}</solution>", "17"),
    ("<solution>17</solution>", "17"),
    ("We get <answer>17 apples</answer>", "17 apples"),
    ("<answer>\\(17\\)</answer>", "17"),
    ("<answer></answer> The answer is 17.", "17"),
    ("I will put it in <answer> </answer> tags. <answer>17</answer>", "17"),
    ("thinking \\boxed{9} about it</think>The answer is 17.", "17"),
    ("thinking \\boxed{9} about it</think>\n\n\\boxed{17}", "17"),
    ("<think>I think \\boxed{9}", None),
    ("<think>The answer is 9.", None),
    ("<think>The answer is 9.</think>", None),
    ("<think>a</think><think>\\boxed{9}", None),
    ("<think>a</think>\\boxed{17}<think>\\boxed{9}", "17"),
    (
        "<|channel|>analysis<|message|>maybe \\boxed{9}<|end|><|start|>assistant"
        "<|channel|>final<|message|>The answer is 17.<|return|>",
        "17",
    ),
    ("analysisMaybe 9. The answer is 9.assistantfinalThe answer is 17.", "17"),
    ("[THINK]\\boxed{9}[/THINK]\\boxed{17}", "17"),
    ("<thinking>the answer is 9</thinking>\n<answer>C</answer>", "C"),
    ("<think>\n\\boxed{9}\n</think>\n\n**Answer:** 17", "17"),
    ("<think>17? The answer is 17. Hmm wait", None),
    ("<final>17</final>", "17"),
    ("<answer>A</answer><answer>B</answer>", "B"),
    ("<answer>$17$</answer>", "17"),
    ("<answer>**17**</answer>", "17"),
    ("<answer>{17}</answer>", "{17}"),
    ("<answer>x=17</answer>", "x=17"),
    ("<answer>17</answer><|im_end|>", "17"),
    (
        "<think>First 9</think> <answer> Therefore, the final answer is \\boxed{17} </answer>",
        "17",
    ),
    ("<|begin_of_solution|>The answer is 17<|end_of_solution|>", "17"),
]
BOXES = [
    ("\\boxed{17}\n\n\\boxed{17}", "17"),
    ("So \\boxed{17}. Therefore the answer is $\\boxed{17}$.", "17"),
    ("\\boxed{17}, \\boxed{ 17 }", "17"),
    ("$\\boxed{\\boxed{17}}$", "17"),
    ("\\boxed 17", "17"),
    ("\\boxed{17}.", "17"),
    ("**\\boxed{17}**", "17"),
    ("\\[\\boxed{\\text{(C)}}\\]", "\\text{(C)}"),
    ("\\boxed{3}\\sqrt{2}", "3\\sqrt{2}"),
    ("$\\boxed{5}^2$", "5^2"),
    ("-\\boxed{17}", "-17"),
    ("The answer is $-\\boxed{17}$", "-17"),
    ("$x = -\\boxed{\\frac12}$", "-\\frac12"),
    ("5-\\boxed{17}", "17"),
    ("$\\boxed{17}$ - done", "17"),
    ("\\boxed{}", None),
    ("\\boxed{...} should hold it. \\boxed{17}", "17"),
    ("Put your answer in \\boxed{}. So the answer is 17.", "17"),
    ("\\boxed{\\text{your answer}}: The answer is 17", "17"),
    ("\\boxed{answer}. The answer is 17.", "17"),
    ("\\boxed{17}\nPlease put the answer in \\boxed{}.", "17"),
    ("\\boxed{2x}", "2x"),
    ("$\\boxed{3}, \\boxed{4}$ and $\\boxed{5}$", "3, 4, 5"),
    ("$a=\\boxed{3}$ and $b=\\boxed{4}$", "a = 3, b = 4"),
    ("$x=\\boxed{3}$ or $x=\\boxed{4}$", "3, 4"),
    ("$(\\boxed{3},\\boxed{4})$", "3, 4"),
    ("\\boxed{12} is the first. \\boxed{17} is the sum.", "17"),
    ("boxed{17}", "17"),
    ("\\fbox{17}", "17"),
    ("$$\\boxed{17}$$<|im_end|>", "17"),
    ("\\boxed{17", None),
    ("\\boxed{The final answer is 17}", "17"),
    ("\\boxed{\\text{Answer: } 17}", "17"),
    ("\\boxed{17\\text{ cm}}", "17\\text{ cm}"),
    ("so \\boxed{17}\\text{ cm}", "17"),
    ("\\boxed{17}^{\\circ}", "17^{\\circ}"),
    ("\\boxed{0.5}\\%", "0.5\\%"),
]
ANSWER_IS = [
    ("The answer is 17 since it is prime.", "17"),
    ("The answer is 17, because 3*17=51.", "17"),
    ("The answer is therefore 17.", "17"),
    ("The answer is approximately 17.", "17"),
    ("Thus 17 is the answer.", "17"),
    ("So, $17$ is the final answer.", "17"),
    ("The answer is - 17", "- 17"),
    ("The answer is: - 17", "- 17"),
    ("Answer: -17", "-17"),
    ("Answer - 17", "17"),
    ("The answer: 17.", "17"),
    ("The answer is 17.0", "17.0"),
    ("The answer is 1,234,567.", "1,234,567"),
    ("The final answer is\n\n17", "17"),
    ("The final answer is:\n$$17$$", "17"),
    ("### Final Answer\n17", "17"),
    ("## Answer\n\n**17**", "17"),
    ("**Answer**: 17", "17"),
    ("**Final Answer: 17**", "17"),
    ("Final answer: \\(17\\)", "17"),
    ("final answer is $\\frac{1}{2}$", "\\frac{1}{2}"),
    ("The answer is \\( \\frac{3}{4} \\).", "\\frac{3}{4}"),
    ("The answer is (2, 3)", "(2, 3)"),
    ("The answer is 3x+2", "3x+2"),
    ("The answer is x = 3.", "x = 3"),
    ("The answers are 3, 4 and 5.", "3, 4 and 5"),
    ("The answer is 2/3 of the total.", "2/3 of the total"),
    ("The answer is $5.", "$5"),
    ("The answer is $5 and not $6.", "$5"),
    ("The answer is $17 per hour.", "$17 per hour"),
    ("The answer is 17 (seventeen).", "17"),
    ("The answer is 17 (approximately).", "17"),
    ("The answer is 17 and that's final.", "17"),
    ("The answer is 17 as required", "17"),
    ("The answer is 17 km/h.", "17 km/h"),
    ("The answer is 17 square meters.", "17 square meters"),
    ("The answer is yes.", "yes"),
    ("The answer is no solution.", "no solution"),
    ('The answer is "17".', "17"),
    ("The answer is '17'", "17"),
    ("The answer is **17**", "17"),
    ("The answer is *17*", "17"),
    ("The answer is __17__.", "17"),
    ("The answer is 17\nBecause so.", "17"),
    ("The answer is 17.\nThe check: 3*17 + 5 = 56.", "17"),
    ("The correct answer is: 17", "17"),
    ("The answer to this question is 17.", "17"),
    ("the answer of the problem is 17 dollars", "17 dollars"),
    ("Answer is 17", "17"),
    ("Answer=17", "17"),
    ("ANSWER : 17", "17"),
    ("My final answer is 17", "17"),
    ("So the final result is 17.", "17"),
    ("The required answer is 17.", "17"),
    ("Hence the answer is (c) 17.", "(c) 17"),
    ("the answer is 17%", "17%"),
    ("The answer is 0.5 or 1/2.", "0.5 or 1/2"),
    ("The answer is \\$17.50.", "\\$17.50"),
    ("The answer is €17", "€17"),
    ("I hope the answer is 17.", "17"),
    ("The answer will be 17", "17"),
    ("The answer has to be 17", "17"),
    ("Answer: 17. Explanation: 3*17 = 51", "17"),
    ("Answer: 17 Explanation: 3 times 17", "17 Explanation: 3 times 17"),
    ("The answer is 17; the other root is 4.", "17"),
    ("The answer is 17 – the other root is 4.", "17"),
    ("The answer is 17 whereas 4 is extraneous.", "17"),
    ("The answer is 17, with 4 left over.", "17"),
    ("The answer is the number 17.", "17"),
    ("The answer is thus given by $17$.", "17"),
    ("The answer is 17 but 18 is close", "17"),
    ("The answer is option C.", "C"),
    ("The answer is (C).", "(C)"),
    ("The answer is C because it is prime.", "C"),
    ("The answer is 3:4.", "3:4"),
    ("The answer is 1/2.", "1/2"),
    ("The answer is 10:30.", "10:30"),
    ("The answer is $x^2$ where x is 3.", "x^2"),
    ("The value of p is 17, so the answer is 17.", "17"),
    ("Thus, the number of apples is 17.", "17"),
    ("So the price is 17 dollars.", "17 dollars"),
    ("Therefore, John has 17 apples.", "17"),
    ("In total, she paid $17.", "$17"),
    ("Finally, p = 51/3 = 17", "17"),
]
TRAPS = [
    ("The answer is 17 or 18.", "17 or 18"),
    ("The answer is 17, or maybe 18.", "17, or maybe 18"),
    ("The answer is either 17 or 18", "17 or 18"),
    ("The answer is not 17.", None),
    ("The answer isn't 17.", None),
    ("I first thought the answer is 17, but it is 12.", None),
    ("If the answer is 17, then x is 3.", None),
    ("The answer is 17? No.", None),
    ("The answer is 17. No, that is wrong.", None),
    ("The answer might be 17.", None),
    ("The answer could be 17", None),
    ("Is the answer 17?", None),
    ("The answer is 17. Or 18.", None),
    ("I guess the answer is 17.", None),
    ("The answer is between 17 and 18", "between 17 and 18"),
    ("The answer is at least 17", "at least 17"),
    ("The answer is more than 17", "more than 17"),
    ("The answer is 17 or more", "17 or more"),
    ("The answer is 17 million", "17 million"),
    ("The answer is $17$ million", "17 million"),
    ("The answer is $17$%.", "17 %"),
    ("The answer is less than 17.", "less than 17"),
    ("I don't know the answer. 17?", None),
    ("The answer depends on whether x is 17.", None),
]
HASHES = [
    ("x\n#### 17", "17"),
    ("x\n#### $17", "$17"),
    ("#### Step 3: Solve\nSo it is 17\n#### 17", "17"),
    ("x\n#### \\boxed{17}", "17"),
    ("x\n#### The answer is 17", "The answer is 17"),
    ("#### Final Answer\n\n17", "17"),
    ("x\n#### -17.5", "-17.5"),
    ("x\n#### 1,000", "1,000"),
]
CHOICE = [
    ("The correct answer is (B) 17.", "(B) 17"),
    ("The correct option is B", "B"),
    ("Option B is correct.", "B"),
    ("(B) is the correct answer.", "(B)"),
    ("So the answer is B) 17", "B) 17"),
    ("Answer: B, D", "B, D"),
    ("The answers are B and D.", "B and D"),
    ("I choose option (B).", "(B)"),
    ("Correct choice: B", "B"),
    ("**B**", "B"),
    ("B", "B"),
    ("(B)", "(B)"),
    ("B. 17", "B. 17"),
    ("The answer is **B. 17 apples**.", "B. 17 apples"),
    ("Therefore, B is correct.", "B"),
    ("Answer: **(B)**", "(B)"),
    ("The answer is choice B: 17", "B: 17"),
]
LANGUAGES = [
    ("答案是17", "17"),
    ("答案为：17", "17"),
    ("故答案为：17。", "17"),
    ("故选：C", "C"),
    ("故选C。", "C"),
    ("所以选B", "B"),
    ("正确答案是：B", "B"),
    ("因此，答案是 $\\frac{1}{2}$。", "\\frac{1}{2}"),
    ("最终答案：**17**", "17"),
    ("答：一共有17个。", "17"),
    ("本题的答案是17元", "17元"),
    ("Ответ: 17", "17"),
    ("Ответ: 17.", "17"),
    ("Ответ — 17", "17"),
    ("ответ равен 17", "17"),
    ("Réponse : 17", "17"),
    ("La réponse est 17.", "17"),
    ("La réponse finale est : 17", "17"),
    ("La respuesta final es: 17", "17"),
    ("Respuesta: 17", "17"),
    ("Antwort: 17", "17"),
    ("Die Lösung ist 17", "17"),
    ("Risposta: 17", "17"),
    ("Resposta: 17", "17"),
    ("정답은 17입니다.", "17"),
    ("정답: 17", "17"),
    ("답은 17이다", "17"),
    ("答えは 17", "17"),
    ("答え：17", "17"),
    ("الإجابة هي 17", "17"),
    ("उत्तर: 17", "17"),
    ("คำตอบคือ 17", "17"),
    ("Đáp án là 17", "17"),
    ("Cevap: 17", "17"),
    ("Jawabannya adalah 17", "17"),
    ("Odpowiedź: 17", "17"),
    ("Het antwoord is 17", "17"),
    ("Svaret är 17", "17"),
]
DIRT = [
    ("The answer is 17<|im_end|>", "17"),
    ("The answer is 17<|eot_id|>", "17"),
    ("The answer is 17<｜end▁of▁sentence｜>", "17"),
    ("The answer is 17[EOS]", "17"),
    ("The answer is 17</s></s>", "17"),
    ("The answer is <b>17</b>.", "17"),
    ("The answer is <strong>17</strong>", "17"),
    ("The answer is&nbsp;17", "17"),
    ("The answer is 17<br>", "17"),
    ("<p>The answer is 17</p>", "17"),
    ("\u200bThe answer is 17\u200b", "17"),
    ("\ufeffThe answer is 17", "17"),
    ("The answer is 17\r\n", "17"),
    ("The answer is `17`", "17"),
    ("```\nThe answer is 17\n```", "17"),
    ("The answer is ```17```", "17"),
    ('{"answer": "17"}', "17"),
    ("{'answer': 17}", "17"),
    ('```json\n{\n  "reasoning": "x {y}",\n  "answer": 17\n}\n```', "17"),
    ('{"final_answer": "\\\\frac{1}{2}"}', "\\frac{1}{2}"),
    ('{"answer": [1, 2]}', "1, 2"),
    ('Result: {"answer": 17}', "17"),
    ("The answer is “17”.", "17"),
    ("<|im_start|>assistant\nThe answer is 17<|im_end|>", "17"),
    ("The answer is 17.\n\nQuestion: what is 2?\nAnswer: 2", "17"),
    ("The answer is 17.<|endoftext|>Human: and now? The answer is 18.", "17"),
    ("The answer is 17.\n\nHuman: next", "17"),
    ("\\(17\\)", "17"),
    ("$17$", "17"),
    ("17.", "17."),
    ("17", "17"),
    ("  17  ", "17"),
    ("\x08oxed{17}", "17"),
    ("\\boxed{\x0crac{1}{2}}", "\\frac{1}{2}"),
    ("\\boxed{17\text{ cm}}", "17\\text{ cm}"),
    ("The answer is\t17", "17"),
    ("The answer is \\boxed{17}<|endoftext|>and \\boxed{18}", "17"),
    ("\\boxed{17}&nbsp;", "17"),
    ("x<sup>2</sup>", "x^{2}"),
    ("The answer is x<sup>2</sup>+1", "x^{2}+1"),
]


TABLES = {
    "tags": TAGS,
    "boxes": BOXES,
    "announcements": ANSWER_IS,
    "traps": TRAPS,
    "hashes": HASHES,
    "choices": CHOICE,
    "languages": LANGUAGES,
    "dirt": DIRT,
}


@pytest.mark.parametrize("kind", TABLES)
def test_what_a_text_states(kind: str) -> None:
    found = {text: answer_in(text) for text, _ in TABLES[kind]}
    assert found == dict(TABLES[kind])


@pytest.mark.parametrize(
    ("completion", "answer"),
    [
        (r"First \boxed{1}, no: \boxed{2}.", "2"),
        (r"so \boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\boxed {8}", "8"),
        (r"the set \boxed{\{1, 2\}}", r"\{1, 2\}"),
        (r"\boxed{x = \boxed{3}}", "x = 3"),
        (r"escaped twice \\boxed{840}.", "840"),
        (r"an open { brace and \boxed{5}", "5"),
        (r"$\boxed{1}$ and $\boxed{2}$ and $\boxed{3}$.", "1, 2, 3"),
        (r"\boxed{1} papers and \boxed{2} bins", "2"),
        ("a chain of reasoning\n#### 1,234", "1,234"),
        ("The answer is 3.5. Check: it is.", "3.5"),
        ("**Answer:** $x = 2$", "x = 2"),
        ("The answer is:\n\\[ 9 \\]", "9"),
        ("Therefore, the probability of a win is 2/3.", "2/3"),
        ("She has 5.\nIt takes 51 / 3 = <<51/3=17>>17 days.", "17 days"),
        ("So there are 17 apples left.", "17"),
        ("She sells 9 eggs at $2, so 9 * 2 = $<<9*2=18>>18 per day\nA: 18", "18"),
        ("<think>hm</think>\n\nParis", "Paris"),
    ],
)
def test_stated_answers(completion: str, answer: str) -> None:
    assert extract_answer(completion) == answer


@pytest.mark.parametrize(
    "completion",
    [
        "",
        "I do not know.",
        r"\boxed{}",
        r"\boxed{12",
        r"first \boxed{1}, and then it was cut off: \boxed{\frac{3}{",
        "the answer is",
        "Then 3p + 5 = 56, so we subtract",
        "The other root is 4",
    ],
)
def test_no_answer(completion: str) -> None:
    assert extract_answer(completion) is None


@pytest.mark.parametrize(
    ("completion", "read"),
    [
        (r"<think>So \boxed{17}. Let me check", "17"),
        ("<think>The answer is 17.</think>", "17"),
        (r"<think>So \boxed{17}.</think> The answer is 12.", "12"),
        ("<think>We need to add", None),
    ],
)
def test_a_truncated_thought_is_read_on_request(completion: str, read: str | None) -> None:
    assert extract_answer(completion, read_thoughts=True) == read
    assert extract_answer(completion) == (read if "12" in completion else None)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("12", "12"),
        (" $x+1$ ", "x+1"),
        ("It is $2$ or $3$", "2, 3"),
        ("we found that there are 12 of them", "12"),
        ("x = 3", "x = 3"),
        ("3, 4", "3, 4"),
        ("", None),
        ("word " * 100, None),
        ("we found that it is not 12 of them", None),
        ("Is it 12?", None),
    ],
)
def test_bare_answers(text: str, answer: str | None) -> None:
    assert bare_answer(text) == answer


@given(st.text(st.sampled_from("\\{}$[]() boxedanswi:#=,.1\n<>/|*`")) | st.text())
def test_total(text: str) -> None:
    for read in (extract_answer, bare_answer, answer_in):
        answer = read(text)
        assert answer is None or answer.strip()


@given(st.text(), st.integers(0, 10**6))
def test_last_box_wins_whatever_stands_before(text: str, number: int) -> None:
    answer = extract_answer(f"{text} . \\boxed{{{number}}}")
    assert answer is not None and answer.endswith(str(number))


FLOODS = [
    *(
        r"\boxed{",
        r"\boxed{}",
        r"\boxed{1},",
        "{",
        "\\",
        "$",
        "so ",
        "answer ",
        "#### ",
        "\\boxed ",
    ),
    *(
        "<answer>",
        "</answer>",
        "<think>",
        "</think>",
        "<",
        "<|",
        "<|a",
        "&lt;",
        "&",
        "```",
        "**",
        "{'",
    ),
    *(
        '"',
        "answer is ",
        "answer: ",
        "The answer is 1. ",
        "is the answer ",
        "答案",
        "答案是1",
        "选A",
        "1 ",
    ),
    *(
        "= 1 ",
        "1 = ",
        "so 1 ",
        "\n",
        "\n\n#### 1",
        "A: ",
        "(a)",
        "not ",
        "1;",
        "Question: ",
        "\t",
        "<b>",
    ),
]


@pytest.mark.parametrize("unit", FLOODS)
def test_linear_on_floods(unit: str) -> None:
    flood = unit * (200_000 // len(unit))
    started = time.process_time()
    for text in (flood, f"The answer is {flood}", f"{flood} the answer is 17."):
        extract_answer(text, read_thoughts=True)
        answer_in(text)
    bare_answer(flood)
    assert time.process_time() - started < 5


CASES = Path(os.environ.get("SWS_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
CASES = CASES.parent / "cases" / "answers.jsonl"


@pytest.mark.skipif(not CASES.exists(), reason=f"needs {CASES} (set SWS_SHARED_DATA)")
def test_cases_of_whole_completions() -> None:
    """Every completion that states its gold word for word is read so."""
    rows = list(map(json.loads, CASES.open(encoding="utf-8")))
    stated = [row for row in rows if row["kind"].startswith("completion")]
    wrong = [row for row in stated if not row["is_equal"] and answer_in(row["pred"]) == row["gold"]]
    nothing = [row for row in stated if row["is_equal"] and answer_in(row["pred"]) is None]
    assert (wrong, nothing) == ([], [])


def test_cases_are_an_answer_and_no_sentence() -> None:
    cases = r"\begin{cases}2x+1&\text{if }x\ge0\\-x&\text{if }x<0\end{cases}"
    assert answer_in(cases) == cases
