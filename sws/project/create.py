"""`sws init`: a project of the user's own, in a folder that has none yet."""

import json
import tempfile
from contextlib import chdir
from hashlib import sha256
from pathlib import Path

import sws
from sws.config import load
from sws.errors import SwsError
from sws.project.files import files_of_a_project
from sws.store.files import write_text
from sws.workflow.dvcfile import dvcfile
from sws.workflow.graph import jobs

#: What `sws upgrade` knows a project by: the version that wrote it, and a hash of every file.
RECORD = ".sws.json"


def create(folder: Path, preset: str, section: str = "") -> list[str]:
    """Write a project; returns the paths of its files, relative to the folder.

    `section` is a part of params.yaml. Raises SwsError where the preset or the section is wrong and
    where a file is there already, and leaves the folder as it was. A README is kept.
    """
    texts = files_of_a_project(preset, section)
    known = record(texts)
    if (folder / "README.md").exists():
        del texts["README.md"]
    there = [name for name in ("dvc.yaml", *texts) if (folder / name).exists()]
    if there:
        raise SwsError(
            f"{folder}: holds {', '.join(there[:4])} already",
            expected="a folder without these files",
            fix="choose another folder; `sws upgrade` moves a project to this version",
        )
    texts |= {"dvc.yaml": _derived(texts), RECORD: known}
    for name, text in texts.items():
        write_text(folder / name, text)
    return sorted(texts)


def _derived(texts: dict[str, str]) -> str:
    """The dvc.yaml of a project with these files, made in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="sws-init-") as draft:
        for name in ("Snakefile", "params.yaml"):
            write_text(Path(draft, name), texts[name])
        write_text(Path(draft, "requirements.txt"), "")
        with chdir(draft):
            preset = load().preset
            return dvcfile(jobs(), preset)


def record(texts: dict[str, str]) -> str:
    """The version and what it wrote, as JSON; the user's experiment is not among it."""
    hashes = {name: digest(text) for name, text in texts.items() if name != "params.yaml"}
    known = {"version": sws.__version__, "files": hashes}
    return json.dumps(known, indent=1, sort_keys=True) + "\n"


def digest(text: str) -> str:
    """The SHA-256 of a text."""
    return sha256(text.encode("utf-8")).hexdigest()
