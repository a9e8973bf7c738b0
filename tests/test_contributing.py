"""The recipes of CONTRIBUTING.md work: its snippets are run as they stand there."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from sws import schemas
from sws.config import filtering, load
from sws.config.filtering import Verdicts
from sws.config.layers import PRESETS
from sws.engines import Request, Sampling
from sws.filtering import verdicts
from sws.store import count_where, read_rows
from sws.textbook import LEVELS, write_problem
from sws.textbook.units import geometry

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def snippets(heading: str, language: str) -> list[str]:
    """The code of a section, block by block, without the indentation of a list."""
    section = re.split(rf"^### {heading}.*$", TEXT, flags=re.MULTILINE)[1]
    section = re.split(r"^##+ ", section, flags=re.MULTILINE)[0]
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", section, re.MULTILINE | re.DOTALL)
    return [re.sub(f"^{indent}", "", code, flags=re.MULTILINE) for indent, code in blocks]


def run(code: str, inside: Any = None) -> dict[str, Any]:
    """The names that a snippet defines, where it is pasted into a module."""
    names = dict(vars(inside)) if inside else {}
    exec(compile(code, "CONTRIBUTING.md", "exec"), names)
    return names


def floors() -> dict[str, int]:
    """Each package and module of `sws/` with its row in the house map, from above."""
    table = TEXT.split("| | packages and modules |")[1].split("\n\n")[0]
    rows = [re.sub(r"\(.*?\)", "", row.split("|")[2]) for row in table.splitlines()[2:]]
    return {name: place for place, row in enumerate(rows) for name in re.findall(r"`(\w+)`", row)}


def imports() -> Iterator[tuple[str, str, str]]:
    """Every import within `sws/`: the file, its package, and the package it imports."""
    for path in sorted((ROOT / "sws").rglob("*.py")):
        file = path.relative_to(ROOT)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("sws."):
                yield str(file), Path(file.parts[1]).stem, node.module.split(".")[1]


def test_the_house_map_lists_every_package_once() -> None:
    names = {path.stem for path in (ROOT / "sws").iterdir() if not path.name.startswith("__")}
    assert set(floors()) == names


def test_no_import_points_up() -> None:
    row = floors()
    upward = [
        f"{file}: {own} imports {other}"
        for file, own, other in imports()
        if own in row and row[own] > row[other]
    ]
    assert not upward


def test_every_recipe_fits_on_a_page() -> None:
    recipes = re.split(r"^### ", TEXT.split("## How to add")[1], flags=re.MULTILINE)[1:]
    recipes[-1] = recipes[-1].split("\n## ")[0]
    assert [recipe.split()[1] for recipe in recipes] == [
        *("judge,", "preset,", "engine", "stage", "unit"),
    ]
    for recipe in recipes:
        assert len(recipe.splitlines()) <= 90, recipe.splitlines()[0]


def test_a_judge_takes_from_the_first_what_it_leaves_out() -> None:
    (code,) = snippets("A judge", "yaml")
    judges = load("qwen2.5-7b", yaml.safe_load(code)).roles.judges
    first = next(iter(judges.values()))
    assert judges["qwen"].engine == "openai"
    assert judges["qwen"].max_tokens == first.max_tokens


def test_a_keep_rule() -> None:
    (code,) = snippets("A judge", "python")
    rule: Callable[..., str] = run(code, verdicts)["unanimous"]
    assert rule(["perfect", "perfect"], Verdicts()) == ""
    assert rule(["perfect", "acceptable"], Verdicts())
    assert rule(["unparsed"], Verdicts())


def test_a_preset(tmp_path: Path) -> None:
    (code,) = snippets("A preset", "yaml")
    preset = tmp_path / "qwen3-4b.yaml"
    preset.write_text(code, encoding="utf-8")
    made, base = load(str(preset)), load("qwen2.5-7b")
    assert made.student.source == "Qwen/Qwen3-4B"
    assert made.blueprints == base.blueprints and made.arms == base.arms
    assert not (PRESETS / "qwen3-4b.yaml").exists()


def test_an_engine() -> None:
    (code,) = snippets("An engine", "python")
    engine = run(code)["EchoEngine"]()
    short = Request("labeler", ({"role": "user", "content": "one two"},), Sampling(n=2), seed=1)
    long = Request("labeler", short.messages, Sampling(max_tokens=1), seed=1)
    first, second = engine.answer([short, long])
    assert (first.request_id, first.texts) == (short.id, ("one two", "one two"))
    assert (second.texts, second.finish_reasons) == (("one",), ("length",))
    engine.close()


def test_a_stage(
    small_run: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section, row, module, verb = snippets("A stage", "python")
    settings = run(section, filtering)["Brevity"](max_characters=1)
    monkeypatch.setattr(schemas, "BrevityRow", run(row, schemas)["BrevityRow"], raising=False)
    stage = run(module)["run"]
    stage(SimpleNamespace(brevity=settings), small_run.labels[0], tmp_path / "brevity.json")
    rows = list(read_rows(tmp_path / "brevity.json"))
    assert len(rows) == count_where(small_run.labels[0])
    assert {len(row["answer"]) == 1 for row in rows if row["kept"]} == {True}
    assert all(row["evidence"]["characters"] > "1" for row in rows if not row["kept"])
    assert "from sws.filtering.brevity import run" in verb


@pytest.mark.parametrize("level", LEVELS)
def test_a_unit_of_the_textbook(level: int) -> None:
    code, by_hand = snippets("A unit", "python")
    unit = run(code, geometry)["TiledStrips"]("Geometry")
    page = write_problem(unit, level, Random(level))
    assert (page.unit, page.level, page.category) == (unit.name, level, "Geometry")
    ((text, answer),) = eval(f"{{{by_hand}}}").items()
    assert any((params := template.read(text)) for template in unit.templates)
    assert unit.solve(**params).answer == str(answer)
