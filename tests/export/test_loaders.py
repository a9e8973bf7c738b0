"""Each format through the loader of its trainer, where that is installed.

verl and OpenRLHF are on PyPI but want other versions of what is installed here, and open-instruct
is a checkout; so the loaders run in an interpreter of their own, named by SWS_TRAINERS:

    python -m venv trainers && trainers/bin/pip install verl openrlhf
    SWS_TRAINERS=trainers/bin/python pytest tests/export/test_loaders.py
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from transformers import AutoTokenizer

from sws.export import FORMATS, Prompt, export
from sws.store import read_rows
from tests.export.loaders import NOT_INSTALLED

SCRIPT = Path(__file__).with_name("loaders.py")
PROMPT = Prompt(suffix="Put the answer in a box.", system="Be brief.")
Loaded = dict[str, Any]


@pytest.fixture
def load(small_run: SimpleNamespace, student: Path, tmp_path: Path) -> Any:
    """What the trainer's loader makes of the exported augmented set."""

    def run(name: str) -> Loaded:
        style = FORMATS[name]
        out = tmp_path / f"train{style.suffixes[0]}"
        usage = export(style, str(small_run.augmented), out, PROMPT).usage
        settings = re.findall(r"(?:^|\s)(--[\w.]+|[\w.]+)(?==|\s|$)", _without_comments(usage))
        settings = [one for one in settings if one.startswith("--") or f"{one}=" in usage]
        command = [os.environ.get("SWS_TRAINERS", sys.executable), str(SCRIPT)]
        command += [name.replace("-", "_"), str(out), str(student), *settings]
        environment = {**os.environ, "HF_DATASETS_CACHE": str(tmp_path), "HOME": str(tmp_path)}
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        if done.returncode == NOT_INSTALLED:
            pytest.skip(f"{done.stdout.strip()} in {command[0]}; SWS_TRAINERS names another")
        assert done.returncode == 0, done.stderr
        found: Loaded = json.loads(done.stdout.splitlines()[-1])
        assert found["settings"] and all(found["settings"].values()), found["settings"]
        return found

    return run


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def chats(small_run: SimpleNamespace) -> list[tuple[list[dict[str, str]], dict[str, Any]]]:
    return [
        (
            [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": f"{row['problem']} Put the answer in a box."},
            ],
            row,
        )
        for row in read_rows(small_run.augmented)
    ]


def test_verl(load: Any, small_run: SimpleNamespace) -> None:
    wanted = chats(small_run)
    rows = load("verl")["rows"]
    assert [(row["prompt"], row["answer"], row["index"]) for row in rows] == [
        (chat, own["answer"], number) for number, (chat, own) in enumerate(wanted)
    ]
    assert {row["score"] for row in rows} == {1.0}, "verl knows the name of the reward"


def test_openrlhf(load: Any, small_run: SimpleNamespace, student: Path) -> None:
    rows = load("openrlhf")["rows"]
    template = AutoTokenizer.from_pretrained(student).apply_chat_template
    assert [(row["prompt"], row["answer"], row["source"]) for row in rows] == [
        (template(chat, tokenize=False, add_generation_prompt=True), own["answer"], own["source"])
        for chat, own in chats(small_run)
    ]


def test_open_instruct(load: Any, small_run: SimpleNamespace, student: Path) -> None:
    rows = load("open-instruct")["rows"]
    tokenizer = AutoTokenizer.from_pretrained(student)
    assert [(row["prompt"], row["answer"], row["source"]) for row in rows] == [
        (
            tokenizer.decode(tokenizer.apply_chat_template(
                chat, add_generation_prompt=True, return_dict=False
            )),
            [own["answer"]],
            ["math"],
        )
        for chat, own in chats(small_run)
    ]  # fmt: skip
