"""`sws look`: shapes are recognised, and the proposed section runs as it is."""

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from sws.categories import Categories
from sws.cli import app
from sws.config import load
from sws.config.problems import SeedSet
from sws.seed import benchmarks, seed
from sws.seed.look import look, section
from sws.store import read_rows

SUMS = [(f"What is {n} + {n * n}, exactly?", str(n + n * n)) for n in range(3, 9)]


def verl(question: str, answer: str) -> dict[str, Any]:
    content = f"Solve this problem step by step.\n\n{question}\n\nEnd with a line Answer: $X."
    return {
        "prompt": [{"role": "user", "content": content}],
        "reward_model": {"ground_truth": answer, "style": "rule"},
    }


SHAPES: dict[str, Any] = {
    "verl": verl,
    # Skywork's answer is a list of one as JSON text.
    "Skywork-OR1": lambda q, a: verl(q, json.dumps([a])),
    "SYNTHETIC-1": lambda q, a: {
        "prompt": q, "verification_info": str({"ground_truth": a}), "task_type": "verifiable_math",
    },
    "SYNTHETIC-2": lambda q, a: {"prompt": q, "verification_info": json.dumps({"ground_truth": a})},
    "ORZ": lambda q, a: {"0": {"from": "human", "value": q}, "1": {"ground_truth": {"value": a}}},
    "NuminaMath": lambda q, a: {
        "problem": q, "answer": a, "problem_type": "Algebra", "question_type": "math-word-problem",
        "problem_is_valid": "Yes",
    },
    "OpenR1-Math": lambda q, a: {
        "problem": q, "answer": a, "problem_type": "Algebra", "question_type": "math-word-problem",
        "solution": "It is so.", "generations": ["It is so."],
    },
    "Big-Math": lambda q, a: {"problem": q, "answer": a, "llama8b_solve_rate": 1, "domain": "x"},
    "OlympiadBench": lambda q, a: {"question": q, "final_answer": [a], "subfield": "Algebra"},
    "MATH (hendrycks": lambda q, a: {"problem": q, "solution": f"\\boxed{{{a}}}", "type": "x"},
    "GSM8K": lambda q, a: {"question": q, "answer": f"It is so.\n#### {a}"},
    "AIME 2024": lambda q, a: {"problem": q, "solution": f"\\boxed{{{a}}}", "url": "x"},
    "open-instruct": lambda q, a: {"messages": [{"role": "user", "content": q}], "ground_truth": a},
    "common names": lambda q, a: {"query": q, "target": a},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_proposed_section_of_a_shape_keeps_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [SHAPES[shape](*row) for row in SUMS]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "rows.parquet")
    seen = look("rows.parquet")
    assert shape in (seen.shape or "") and seen.reasons == {"": len(SUMS)}
    assert seen.block
    config = load("nano", yaml.safe_load(section(seen.block)))
    benchmarks.run(config, Path("benchmarks.json"))
    seed.run(config, Path("benchmarks.json"), None, Path("seed.json"))
    kept = list(read_rows("seed.json", only="kept"))
    assert [(row["problem"], row["answer"]) for row in kept] == SUMS


COOKBOOK = (Path(__file__).parents[2] / "docs" / "your-own.md").read_text(encoding="utf-8")
KNOWN = re.findall(r"^\| ([^|]+?)( \*)? \| (`[^|]+) \| ([\d, ]*)\|$", COOKBOOK, re.MULTILINE)


def test_no_row_of_the_cookbook_is_overlooked() -> None:
    assert len(KNOWN) == len(re.findall(r"^\|.*`columns: ", COOKBOOK, re.MULTILINE)) > 20


@pytest.mark.parametrize(("name", "star", "cell", "loaders"), KNOWN, ids=[row[0] for row in KNOWN])
def test_a_section_of_the_cookbook_is_valid_and_its_star_names_a_loader(
    name: str, star: str, cell: str, loaders: str
) -> None:
    code = [text for text in re.findall(r"`([^`]+)`", cell) if re.match(r"\w+: ", text)]
    section = {key: value for text in code for key, value in yaml.safe_load(text).items()}
    assert SeedSet.model_validate({"source": "a.jsonl", **section}).columns.problem
    numbers = [number.strip() for number in loaders.split(",") if number.strip()]
    assert bool(star) == bool(numbers), f"{name}: a star says that a loader was read"
    assert all(re.search(rf"^{number}\. [\w-]+/[\w-]+ `", COOKBOOK, re.M) for number in numbers)


def test_the_other_tasks_of_synthetic_1_and_the_proofs_of_openr1_are_left_out(
    tmp_path: Path,
) -> None:
    for shape, column, other, condition in (
        ("SYNTHETIC-1", "task_type", "verifiable_code", "task_type = verifiable_math"),
        ("OpenR1-Math", "question_type", "proof", "question_type != proof"),
    ):
        rows = [SHAPES[shape](*row) for row in SUMS]
        rows[-1][column] = other
        (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
        seen = look(str(tmp_path / "a.jsonl"))
        assert seen.reasons == {"": len(SUMS) - 1, f"where {condition} is not met": 1}
        assert seen.rows == len(SUMS)


def test_what_would_be_left_out_is_counted_with_its_reason(tmp_path: Path) -> None:
    rows = [{"problem": q, "answer": a, "type": "Sums"} for q, a in SUMS]
    rows[0]["answer"], rows[1]["answer"] = "proof", "\\frac{1}{"
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    seen = look(str(tmp_path / "a.jsonl"), known=Categories())
    assert seen.reasons == {"": 4, "no answer: proof": 1, "answer does not check": 1}
    assert seen.unknown == {"Sums": 6}
    assert seen.columns["answer"][1][:1] == ["proof"]


def test_the_verb_prints_the_section_and_json(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"question": q, "answer": a}) for q, a in SUMS))
    shown = CliRunner().invoke(app, ["look", str(path)])
    assert shown.exit_code == 0 and "GSM8K" in shown.stdout
    assert "problem: question" in shown.stdout
    assert "6 of 6 rows" in shown.stdout
    as_json = CliRunner().invoke(app, ["look", str(path), "--json"])
    assert json.loads(as_json.stdout)["block"]["columns"]["problem"] == "question"
    missing = CliRunner().invoke(app, ["look", str(tmp_path / "none.jsonl")])
    assert missing.exit_code == 1 and "no such file" in missing.stderr


def test_a_file_of_programs_is_pointed_to_their_tests(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"code": "def f(): ...", "test_list": ["assert f()"]}')
    seen = look(str(tmp_path / "a.jsonl"))
    assert seen.block is None and "run-tests" in next(iter(seen.notes))


def test_config_checks_that_sources_and_columns_are_there(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"question": "1 + 1?", "answer": "2"}')
    common = ["config", "--preset", "nano", "--set"]
    found = CliRunner().invoke(app, [*common, f"seed_set.source={tmp_path}/a.jsonl"])
    assert found.exit_code == 1 and "no column 'problem'" in found.stderr
    gone = CliRunner().invoke(app, [*common, f"benchmarks=[{{source: {tmp_path}/none.csv}}]"])
    assert gone.exit_code == 1 and "benchmarks.0" in gone.stderr and "no such file" in gone.stderr
    assert CliRunner().invoke(app, ["config", "--preset", "nano"]).exit_code == 0
