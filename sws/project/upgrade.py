"""`sws upgrade`: a project's files as the installed version writes them, and what will rerun."""

import json
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sws
from sws.config import load
from sws.errors import SwsError
from sws.project.create import RECORD, digest, record
from sws.project.files import files_of_a_project
from sws.store.files import write_text
from sws.workflow.dvcfile import dvcfile
from sws.workflow.graph import jobs


@dataclass(frozen=True)
class Upgrade:
    """From which version, the files written, and those left alone because the user changed them."""

    before: str
    written: list[str]
    kept: list[str]


def upgrade() -> Upgrade:
    """Move the project in the working directory to the installed version.

    A file that the user changed stays; the new one is written beside it, as NAME.new. Of
    requirements.txt only the line of SwS changes, and dvc.yaml is derived anew. Raises SwsError
    outside a project, and where params.yaml does not fit this version: then nothing is written.
    """
    known, preset = _record(), load().preset
    texts = files_of_a_project("")
    del texts["params.yaml"]
    written, kept = [], []
    for name, text in sorted(texts.items()):
        now = _text_of(Path(name))
        if name == "requirements.txt" and now:
            text = "".join(
                text if line.startswith("sws") else line for line in now.splitlines(True)
            )
        if now == text:
            continue
        if now is None or digest(now) == known["files"].get(name) or name == "requirements.txt":
            write_text(name, text)
            written.append(name)
        elif known["files"].get(name) != digest(text):  # changed by the user and by the version
            write_text(f"{name}.new", text)
            kept.append(name)
    graph = dvcfile(jobs(), preset)
    if _text_of(Path("dvc.yaml")) != graph:
        write_text("dvc.yaml", graph)
        written.append("dvc.yaml")
    write_text(RECORD, record(texts))
    return Upgrade(known["version"], written, kept)


def what_will_rerun() -> str:
    """The jobs that Snakemake would run now, as its table, and why; one line when none.

    Raises SwsError with Snakemake's last lines where the dry run fails.
    """
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    shown = done.stdout + done.stderr
    if done.returncode:
        raise SwsError(
            "the workflow cannot be read:\n" + "\n".join(shown.strip().splitlines()[-12:]),
            fix="correct the Snakefile; Snakefile.new holds this version's, if yours was kept",
        )
    if "Nothing to be done" in shown:
        return "nothing: every result is as this version would make it"
    blocks = [r"^Job stats:\n((?:\S.*\n)+)", r"^Reasons:\n((?: .*\n)+)"]
    found = [re.findall(block, done.stdout, re.MULTILINE)[-1:] for block in blocks]
    return "".join(text for texts in found for text in texts).rstrip()


def _record() -> dict[str, Any]:
    with suppress(OSError, ValueError, TypeError):
        known = json.loads(Path(RECORD).read_text(encoding="utf-8"))
        if isinstance(known["version"], str) and isinstance(known["files"], dict):
            return dict(known)
    raise SwsError(
        f"{RECORD}: not found, or damaged",
        expected=f"a project that `sws init` made (this is sws {sws.__version__})",
        fix="run this in the project's folder; `sws init DIR` makes a new one",
    )


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None
