"""Physics with units through the whole graph: own categories, prompts and verifier by name.

The teachers are a scripted server on loopback that knows this small world; the student is real,
trained from scratch, as are RL and evaluation.
"""

import json
import re
from pathlib import Path

import duckdb
import pytest

from tests.engines.server import Call, Reply, ok, serving
from tests.workflow.conftest import copy_of_the_project, run_in

#: By category: a question with two numbers, and the unit of its answer.
WORLD = {
    "Mechanics": ("A force of {} N pulls a cart of {} kg. What is its acceleration?", "m/s^2"),
    "Electricity": ("A current of {} A flows through {} ohm. What is the voltage?", "V"),
    "Heat": ("{} J warm a block of {} g by one kelvin. What is its specific heat?", "J/(g*K)"),
}
CONCEPTS = {
    "Mechanics": ["Newton's second law", "inertia", "resultant force"],
    "Electricity": ["Ohm's law", "resistance", "potential difference"],
    "Heat": ["specific heat capacity", "thermal energy", "temperature scales"],
}
VERIFIER = '''
"""Values with units, right within one percent."""

import re

from pint import UnitRegistry

UNITS = UnitRegistry()


def close(gold: str, completion: str) -> bool | None:
    boxes = re.findall(r"\\\\boxed\\{([^{}]*)\\}", completion)
    text = boxes[-1] if boxes else completion
    if not re.fullmatch(r"[-\\d. ]+[\\w/^*()]+", text.strip()):
        return None
    wanted, got = UNITS(gold), UNITS(text)
    return wanted.check(got.dimensionality) and abs(got / wanted - 1).to("").magnitude <= 0.01
'''
PROMPTS = {
    "categorizer": "Physics desk, sorting. Which field?\n"
    "{% for name, meaning in categories.items() %}- {{ name }}: {{ meaning }}\n{% endfor %}"
    "- {{ other }}\n{{ problem }}\nCategory: NAME",
    "extractor": "Physics desk, laws. {{ category }}: name {{ count }} laws behind\n{{ problem }}\n"
    "```json\n[]\n```",
    "generator": "Physics desk, writing. {{ category }}, level {{ level }}: "
    "{{ concepts | join('; ') }}\n```text\nthe problem\n```",
    "judge": "Physics desk, review. {{ concepts | join('; ') }}, level {{ level }}\n{{ problem }}\n"
    "{{ lines | join('\n') }}\nVerdict: perfect, acceptable or bad",
    "labeler": "Physics desk, solving. Give a value with its unit in \\boxed{}.\n{{ problem }}",
}


def answer(question: str) -> tuple[float, str]:
    """The value and the unit of a question of this world."""
    first, second = (float(number) for number in re.findall(r"\d+(?:\.\d+)?", question))
    unit = next(unit for pattern, unit in WORLD.values() if pattern.split("{}")[-1] in question)
    return (first * second if unit == "V" else first / second), unit


def teacher(call: Call) -> Reply:
    """Every role, known by the first line of its own prompt."""
    asked, seed = call.prompt, int(call.body.get("seed") or 0)
    field = next((name for name, (text, _) in WORLD.items() if text.split("{}")[-1] in asked), "")
    if asked.startswith("Physics desk, sorting"):
        return ok(call, f"It rests on one law.\nCategory: {field}")
    if asked.startswith("Physics desk, laws"):
        return ok(call, f"```json\n{json.dumps(CONCEPTS[field])}\n```")
    if asked.startswith("Physics desk, writing"):
        field = next(name for name in WORLD if f"writing. {name}," in asked)
        first, second = 20 + seed % 9_000, 2 + seed // 9_000 % 40
        return ok(call, f"Two facts.\n```text\n{WORLD[field][0].format(first, second)}\n```")
    if asked.startswith("Physics desk, review"):
        names = re.findall(r"^([A-Z][\w ]+): RATING", asked, re.MULTILINE)
        return ok(call, "\n".join([*(f"{name}: Perfect - yes" for name in names),
                                   "Verdict: perfect"]))  # fmt: skip
    assert asked.startswith("Physics desk, solving")
    value, unit = answer(asked.split("\n", 1)[1])
    value, unit = (1000 * value, f"m{unit}") if unit == "V" and seed % 2 else (value, unit)
    return ok(call, f"By the law: \\boxed{{{value:.6g} {unit}}}")


def questions(start: int, topics: dict[str, str]) -> list[dict[str, str]]:
    rows = []
    for number in range(start, start + 4):
        for field, topic in topics.items():
            text = WORLD[field][0].format(10 * number + 3, number + 2)
            value, unit = answer(text)
            rows.append({"question": text, "result": f"{value:.6g} {unit}", "topic": topic})
    return rows


def write(folder: Path, url: str) -> None:
    """The user's own files, and a preset that names them."""
    topics = {"Mechanics": "Physics -> Dynamics", "Electricity": "Circuits", "Heat": "Unsorted"}
    for name, start in (("physics.jsonl", 1), ("heldout.jsonl", 6)):
        rows = questions(start, topics)
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "physics.py").write_text(VERIFIER)
    (folder / "desk").mkdir()
    for role, text in PROMPTS.items():
        (folder / "desk" / f"{role}.jinja").write_text(text)
    role = {"engine": "openai", "model": "desk", "url": url}
    shared = {
        "columns": {"problem": "question", "answer": "result", "category": "topic"},
        "map_categories": {"Dynamics": "Mechanics", "Circuits": "Electricity"},
        "verifier": "physics:close",
    }
    preset = {
        "extends": "nano",
        "categories": {"Mechanics": "forces and motion", "Electricity": "charges", "Heat": ""},
        "seed_set": {"source": "physics.jsonl", **shared},
        "benchmarks": [{"name": "physics", "source": "heldout.jsonl", **shared}],
        "prompts": {name: f"desk/{name}.jinja" for name in PROMPTS},
        "roles": {
            **dict.fromkeys(("categorizer", "extractor", "generator", "labeler"), role),
            "judges": {"strict": role, "kind": None},
        },
        "blueprints": {"total": 24},
        # No group of a student that solves nothing is between the bounds.
        "arms": {"training": {"accuracy_low": 0.0, "accuracy_high": 1.0}},
    }
    (folder / "physics.yaml").write_text(json.dumps(preset))  # JSON is YAML
    (folder / "params.yaml").write_text("preset: physics.yaml\n")


@pytest.mark.whole
def test_physics_through_the_whole_graph(tmp_path: Path) -> None:
    folder = copy_of_the_project(tmp_path)
    with serving(teacher) as server:
        write(folder, server.url)
        run = run_in(folder)
        run("sws", "config")
        run("snakemake", "--cores", "2")

    def rows(table: str, columns: str, rest: str = "") -> list[tuple]:
        sql = f"select {columns} from '{folder}/data/{table}.parquet' {rest}"
        return duckdb.execute(sql).fetchall()

    seeds = dict(rows("seed", "problem, category", "where kept"))
    assert set(seeds.values()) == set(WORLD) and len(seeds) == 12
    assert all(call.prompt.startswith("Physics desk") for call in server.calls)
    asked = [call.prompt for call in server.calls if ", sorting" in call.prompt]
    assert len(asked) == 4 and all("warm a block" in prompt for prompt in asked)
    categories = {category for (category,) in rows("round1/blueprints/*", "distinct category")}
    assert categories <= set(WORLD) and categories
    labels = rows("round1/labels/*", "problem, answer, vote_share, kept")
    assert labels and all(kept and share == 1 for *_, share, kept in labels)
    synthetic = rows("round1/augmented", "problem, answer", "where source = 'synthetic'")
    assert synthetic
    for problem, gold in synthetic:
        value, unit = answer(problem)
        number, said = gold.split(" ", 1)
        scale = 1000 if said == f"m{unit}" else 1
        assert float(number) == pytest.approx(scale * value, rel=1e-4)
    summary = json.loads((folder / "data/summary.json").read_text())
    assert set(summary["arms"]) == {"base", "initial", "extended", "sws"}
    for parts in summary["arms"].values():
        assert set(parts["categories"]) == {*WORLD, "Unsorted"}
    assert set(summary["weak_categories"]["failure_ratios"]) == set(WORLD)
