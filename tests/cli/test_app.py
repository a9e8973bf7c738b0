"""The command line: help, errors without a traceback, and a log with the output of libraries."""

import inspect
import json
from pathlib import Path

import pytest
import yaml
from typer.main import get_command
from typer.testing import CliRunner

from sws.cli import app

runner = CliRunner()
TOOLS = ["verify", "vote", "dedup", "decontaminate", "run-tests", "verify-metrics"]
STAGES = [
    *("benchmarks", "seed", "student", "train", "failures", "extract", "concepts", "blueprints"),
    *("generate", "screen", "judge", "verdicts", "label", "difficulty", "augment", "evaluate"),
    *("summary", "bank", "select", "control", "attempts", "verifications", "trajectories"),
    "report",
    *("fine-tune", "reinforce", "examine", "compare"),
]


@pytest.mark.parametrize(
    "verb", [*STAGES, "config", "show", "seeds", "sql", "status", "export", *TOOLS]
)
def test_every_command_has_help_and_takes_a_preset(verb: str) -> None:
    shown = runner.invoke(app, [verb, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert "--preset" in shown.output and "--set" in shown.output


@pytest.mark.parametrize("verb", [*STAGES, *TOOLS, "init", "sweep", "plan", "look"])
def test_a_paragraph_of_help_ends_a_line_only_where_the_terminal_does(verb: str) -> None:
    shown = runner.invoke(app, [verb, "--help"], env={"COLUMNS": "2000"}).output
    prose = shown.partition("Usage:")[2].partition("╭")[0].splitlines()[1:]
    paragraphs = inspect.cleandoc(get_command(app).commands[verb].help).split("\n\n")
    assert len([line for line in prose if line.strip()]) == len(paragraphs)


def test_config_prints_the_values_in_force_as_yaml_and_json() -> None:
    arguments = ["config", "--preset", "nano", "--set", "labels.samples=11"]
    as_yaml = yaml.safe_load(runner.invoke(app, arguments).output)
    as_json = json.loads(runner.invoke(app, [*arguments, "--json"]).output)
    assert as_yaml["labels"]["samples"] == as_json["labels"]["samples"] == 11


def test_config_can_be_read_back_as_a_preset(tmp_path: Path) -> None:
    values = runner.invoke(app, ["config", "--preset", "nano"]).output
    again = tmp_path / "mine.yaml"
    again.write_text("".join(line for line in values.splitlines(True) if "preset:" not in line))
    read = runner.invoke(app, ["config", "--preset", str(again)])
    assert read.exit_code == 0, read.output


def test_config_prints_one_key_or_section() -> None:
    def shown(key: str) -> object:
        return yaml.safe_load(runner.invoke(app, ["config", key, "--preset", "micro"]).output)

    assert shown("labels.samples") == 8
    assert shown("labels") == {"samples": 8, "min_share": 0.5, "exceed": False}
    assert shown("benchmarks.name") == "textbook"


def test_config_explains_a_key_with_what_set_it() -> None:
    arguments = ["config", "labels.samples", "--explain", "--preset", "nano"]
    assert runner.invoke(app, arguments).output.splitlines() == [
        "labels.samples = 5",
        "Solutions that the labeler samples per problem.",
        "integer, at least 1; default 8; set by presets/nano.yaml",
    ]
    override = [*arguments, "--set", "labels.samples=3", "--json"]
    [as_json] = json.loads(runner.invoke(app, override).output)
    assert (as_json["value"], as_json["set_by"]) == (3, "the command line")


def test_config_explains_a_section_as_a_tree() -> None:
    lines = runner.invoke(app, ["config", "--explain", "--preset", "nano", "arms"]).output
    assert '\u251c\u2500\u2500 names = ["extended", "sws"]' in lines
    assert "\u2502   \u251c\u2500\u2500 steps = 4" in lines


def test_config_writes_a_reference_and_a_schema(tmp_path: Path) -> None:
    for option, words in (("--reference", "# Configuration"), ("--schema", '"$schema"')):
        out = tmp_path / "out"
        assert runner.invoke(app, ["config", option, "--save", str(out)]).exit_code == 0
        assert words in out.read_text()


def test_a_mistake_exits_with_1_and_without_a_traceback() -> None:
    result = runner.invoke(app, ["config", "--set", "labels.sample=3"])
    assert result.exit_code == 1
    assert "did you mean samples?" in result.stderr


def test_an_error_is_on_the_terminal_and_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "label.log"
    arguments = ["label", "nowhere.json", "--out", str(tmp_path / "x.json"), "--log", str(log)]
    result = runner.invoke(app, arguments)
    assert result.exit_code == 1
    assert "nowhere.json: not found" in result.stderr
    assert "nowhere.json: not found" in log.read_text()


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = runner.invoke(app, ["config", "--log", str(tmp_path / "file" / "config.log")])
    assert result.exit_code == 1
    assert "config.log: the log cannot be written" in result.stderr
