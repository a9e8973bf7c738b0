"""Splits by the names of files: of a folder's files those of one split; of named files, a check."""

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from sws.errors import SwsError
from sws.sources.file import FORMATS, File, at, named_file, or_change

DEFAULT = "train"
_SPLIT = re.compile(r"(train|training|test|testing|validation|valid|val|dev|eval)(?:[-_.\d].*)?")
_SAME = {"training": "train", "testing": "test", "valid": "validation", "val": "validation"}


def split_of(name: str) -> str | None:
    """The split that a file's or folder's name says: only where the name starts with it."""
    if found := _SPLIT.fullmatch(name.split(".")[0].lower()):
        return _SAME.get(found[1], found[1])
    return None


def of_split(
    folder: str, names: Sequence[str], split: str, key: str, filesystem: Any = None
) -> list[File]:
    """Of a folder's files those of a split. Raises SwsError where it has none."""
    if not names:
        raise SwsError(
            f"{at(key)}{folder}: a folder without data files",
            expected=f"files that end in {FORMATS}",
            fix=or_change(key, "check the path"),
        )
    splits: dict[str | None, list[str]] = {}
    for name in names:
        inside = name.removeprefix(folder).strip("/").split("/")
        said = next(filter(None, map(split_of, reversed(inside))), None)
        splits.setdefault(said, []).append(name)
    chosen = splits.get(_SAME.get(split, split))
    if chosen is None and set(splits) == {None} and split == DEFAULT:
        chosen = list(names)
    if chosen is None:
        there = [name or "files without one" for name in splits]
        if set(splits) == {None}:
            there = ["train, since no file's name starts with a split"]
        raise no_split(folder, split, there, key)
    files = [named_file(name, key, filesystem) for name in chosen]
    if len({file.kind for file in files}) > 1:
        suffixes = sorted({PurePath(name).suffix for name in chosen})
        raise SwsError(
            f"{at(key)}{folder}: files in different formats ({', '.join(suffixes)})",
            expected="one format, since the same rows may be there twice",
            fix=f"name those to read, such as {folder}/*{suffixes[0]}",
        )
    return files


def check_split(files: Sequence[File], source: str, split: str, key: str) -> list[File]:
    """Of files named one by one or by a pattern those of a split, which any file is by default.

    Raises SwsError for another split that no name says: it would be ignored.
    """
    wanted = _SAME.get(split, split)
    if wanted == DEFAULT:
        return list(files)
    chosen = [file for file in files if wanted in _said(PurePath(file.path))]
    if not chosen:
        raise SwsError(
            f"{at(key)}{source} has no split {split}: no name of a file says so",
            expected=f"split {DEFAULT}, which a named file is, or a name such as {split}.jsonl",
            fix=(f"leave out {key}.split in params.yaml, or " if key else "")
            + f"name the file of {split} by itself",
        )
    return chosen


def _said(path: PurePath) -> tuple[str | None, str]:
    """The splits that a file's name says, and its folder's, if that is a split and nothing else."""
    return split_of(path.name), _SAME.get(path.parent.name, path.parent.name)


def no_split(folder: str, split: str, there: Sequence[str], key: str) -> SwsError:
    """The error for a split that is not there."""
    return SwsError(
        f"{at(key)}{folder} has no split {split}",
        expected=", ".join(there) if len(there) == 1 else f"one of those there: {', '.join(there)}",
        fix=(f"set {key}.split in params.yaml, or " if key else "") + "name the files themselves",
    )
