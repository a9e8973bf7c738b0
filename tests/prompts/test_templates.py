"""Prompts as files: ours are what cached answers were given to; a user's are checked first."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sws.cli import app
from sws.config import load
from sws.errors import SwsError
from sws.identity import content_id
from sws.prompts import categorize, extract, generate, judge
from sws.prompts.solve import labeler_messages
from sws.prompts.templates import CONTRACTS, check_template

PROBLEM = "What is {{ 1 + 1 }} & <2>?\n"
CONCEPTS = ["parity", "Vieta's formulas"]


#: Of the texts of our prompts: other ones would ask again what the cache has answered.
DIGESTS = {
    "categorizer": "3eb50019822054d2",
    "extractor": "0bb3b4a1ab9a34f2",
    "generator": "f0c336ab9cf14bd6",
    "judge": "a3d641f7baf91941",
    "labeler": "f831b56d33d8ec54",
}


def own(folder: Path, text: str) -> str:
    (folder / "own.jinja").write_text(text)
    return str(folder / "own.jinja")


def test_our_prompts_have_not_changed() -> None:
    asked = {
        "categorizer": categorize.messages(PROBLEM),
        "extractor": extract.messages(PROBLEM, "Algebra", 3),
        "generator": generate.messages("Algebra", CONCEPTS, "AIME"),
        "judge": judge.messages(PROBLEM, "Algebra", CONCEPTS, "AIME"),
        "labeler": labeler_messages(PROBLEM),
    }
    texts = {role: content_id(messages[0]["content"]) for role, messages in asked.items()}
    assert texts == DIGESTS


def test_a_template_of_the_users_own(tmp_path: Path) -> None:
    path = own(tmp_path, "Physics. Solve {{ problem }} and box it: \\boxed{}.")
    config = load("nano", {"prompts": {"labeler": path}})
    [message] = labeler_messages(PROBLEM, config.prompts.labeler)
    assert message["content"] == f"Physics. Solve {PROBLEM} and box it: \\boxed{{}}."
    before = config.prompts.digest("labeler")
    assert config.prompts.digest("generator") == ""
    own(tmp_path, "Solve this: {{ problem }} \\boxed{}")
    assert config.prompts.digest("labeler") != before


def test_the_users_categories_with_their_sentences_are_offered() -> None:
    [message] = categorize.messages(PROBLEM, {"Mechanics": "forces", "Optics": ""})
    assert "- Mechanics: forces\n- Optics\n- Other (" in message["content"]
    assert categorize.parse("Category: mechanics", ["Mechanics", "Optics"]) == "Mechanics"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Solve it: \\boxed{}", r"does not use \{\{ problem \}\}"),
        ("{{ problem }} \\boxed{} {{ hint }}", r"uses \{\{ hint \}\}"),
        ("Solve {{ problem }}.", r"does not ask for the answer format \\boxed"),
        ("Solve {{ problem", "not a template"),
        ("{{ problem.__class__.__mro__ }} \\boxed{}", "not a template"),
    ],
)
def test_a_template_that_would_not_work_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SwsError, match=message):
        check_template("labeler", own(tmp_path, text))


@pytest.mark.parametrize("role", CONTRACTS)
def test_a_template_that_is_not_there(role: str) -> None:
    path = "absent.jinja"
    with pytest.raises(SwsError, match=rf"prompts\.{role}: absent\.jinja"):
        check_template(role, path)
    arguments = ["config", "--preset", "nano", "--set", f"prompts.{role}={path}"]
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 1 and f"prompts.{role}: absent.jinja" in shown.stderr
