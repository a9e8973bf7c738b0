"""The recipes of CONTRIBUTING.md work: its snippets are run as they stand there."""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from sws.config import load
from sws.config.load import PRESETS
from sws.config.schema import Verdicts
from sws.engines import Request, Sampling
from sws.filtering import verdicts
from sws.textbook import LEVELS, write_problem
from sws.textbook.units import geometry

TEXT = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")


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


@pytest.mark.parametrize("level", LEVELS)
def test_a_unit_of_the_textbook(level: int) -> None:
    code, by_hand = snippets("A unit", "python")
    unit = run(code, geometry)["TiledStrips"]("Geometry")
    page = write_problem(unit, level, Random(level))
    assert (page.unit, page.level, page.category) == (unit.name, level, "Geometry")
    ((text, answer),) = eval(f"{{{by_hand}}}").items()
    assert any((params := template.read(text)) for template in unit.templates)
    assert unit.solve(**params).answer == str(answer)
