"""From what a user names to files: a file, a glob, a folder, a saved data set, a remote path."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sws.errors import SwsError

KINDS = {
    ".parquet": "parquet", ".pq": "parquet", ".arrow": "arrow", ".jsonl": "lines",
    ".ndjson": "lines", ".json": "json", ".csv": "delimited", ".tsv": "delimited",
}  # fmt: skip
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd", ".bz2": "bz2"}
FORMATS = ", ".join(KINDS) + f"; also with {', '.join(COMPRESSIONS)}"
_METADATA = {"dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"}
_SPLIT = re.compile(r"(train|training|test|testing|validation|valid|val|dev|eval)(?:[-_.\d].*)?")
_SAME = {"training": "train", "testing": "test", "valid": "validation", "val": "validation"}
_REMOTE = re.compile(r"^[a-z][a-z0-9+]*://")
_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class File:
    """One file of a source: where it is, its kind of format, and how it is compressed."""

    path: str
    kind: str
    compression: str | None = None
    filesystem: Any = None  # fsspec's, of a remote file

    def open(self) -> BinaryIO:
        """Open the file's bytes as they are stored. Raises SwsError where it cannot."""
        try:
            if self.filesystem is not None:
                opened: BinaryIO = self.filesystem.open(self.path, "rb")
                return opened
            return Path(self.path).open("rb")
        except OSError as error:
            raise SwsError(
                f"{self.path}: cannot be read ({error.strerror or error})",
                expected="a file that this user may read",
                fix="check the path and its permissions",
            ) from None


def is_local(source: str) -> bool:
    """Whether a source can only be a path, so that no Hub is asked for it."""
    path = Path(source).expanduser()
    return bool(
        path.exists()
        or _REMOTE.match(source)
        or _GLOB.search(source)
        or source.startswith(("~", "/", "./", "../"))
        or kind_of(source)
    )


def kind_of(name: str) -> tuple[str, str | None] | None:
    """The format and the compression that a file's name says, or None."""
    path = Path(name.lower())
    compression = COMPRESSIONS.get(path.suffix)
    kind = KINDS.get(path.with_suffix("").suffix if compression else path.suffix)
    return (kind, compression) if kind else None


def find_files(source: str, split: str = "train", key: str = "source") -> list[File]:
    """The files of a source, in order. `key` is its place in the configuration, for messages.

    Of a folder whose files or subfolders are named by splits (`train-00000-of-00002.parquet`,
    `test/`) those of `split`. Raises SwsError where nothing is found.
    """
    if _REMOTE.match(source):
        return _remote(source, split, key)
    path = Path(source).expanduser()
    if path.is_dir():
        return _folder(path, split, key)
    if path.is_file():
        return [_file(str(path), key)]
    if _GLOB.search(source):
        base = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else str(path)
        found = sorted(str(match) for match in base.glob(pattern) if match.is_file())
        if found:
            return [_file(name, key) for name in found]
    if path.exists():  # a pipe or a device
        return [File(str(path), "lines")]
    raise SwsError(
        f"{_at(key)}{source}: no such file",
        expected="a path from the folder the command runs in, or an absolute one",
        fix=_fix(key, "check the path"),
    )


def _file(name: str, key: str, filesystem: Any = None) -> File:
    if found := kind_of(name):
        return File(name, *found, filesystem)
    raise SwsError(
        f"{_at(key)}{name} is not a kind of file that can be read",
        expected=f"a name that ends in {FORMATS}",
        fix=_fix(key, "rename or convert the file"),
    )


def _folder(path: Path, split: str, key: str) -> list[File]:
    if (path / "dataset_dict.json").is_file():
        splits = json.loads((path / "dataset_dict.json").read_text(encoding="utf-8"))["splits"]
        if split not in splits:
            raise _no_split(str(path), split, splits, key)
        return _saved(path / split)
    if (path / "state.json").is_file() and (path / "dataset_info.json").is_file():
        return _saved(path)
    found = [
        str(file)
        for file in sorted(path.rglob("*"))
        if file.is_file()
        and kind_of(file.name)
        and file.name not in _METADATA
        and not any(part.startswith((".", "_")) for part in file.relative_to(path).parts)
    ]
    return _of_split(str(path), found, split, key)


def _saved(folder: Path) -> list[File]:
    """What `save_to_disk` of the `datasets` library wrote."""
    state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    return [File(str(folder / part["filename"]), "arrow") for part in state["_data_files"]]


def split_of(name: str) -> str | None:
    """The split that a file's or folder's name says: only where the name starts with it."""
    if found := _SPLIT.fullmatch(name.split(".")[0].lower()):
        return _SAME.get(found[1], found[1])
    return None


def _of_split(
    folder: str, names: Sequence[str], split: str, key: str, filesystem: Any = None
) -> list[File]:
    if not names:
        raise SwsError(
            f"{_at(key)}{folder}: a folder without data files",
            expected=f"files that end in {FORMATS}",
            fix=_fix(key, "check the path"),
        )
    splits: dict[str | None, list[str]] = {}
    for name in names:
        inside = name.removeprefix(folder).strip("/").split("/")
        said = next(filter(None, map(split_of, reversed(inside))), None)
        splits.setdefault(said, []).append(name)
    chosen = splits.get(_SAME.get(split, split))
    if chosen is None and set(splits) == {None} and split == "train":
        chosen = list(names)
    if chosen is None:
        there = [name or "files without one" for name in splits]
        if set(splits) == {None}:
            there = ["train, since no file's name starts with a split"]
        raise _no_split(folder, split, there, key)
    files = [_file(name, key, filesystem) for name in chosen]
    if len(kinds := sorted({file.kind for file in files})) > 1:
        raise SwsError(
            f"{_at(key)}{folder}: files of several formats ({', '.join(kinds)})",
            expected="one format, since the same rows may be there twice",
            fix=f"name those to read, such as {folder}/*.parquet",
        )
    return files


def _no_split(folder: str, split: str, there: Sequence[str], key: str) -> SwsError:
    return SwsError(
        f"{_at(key)}{folder} has no split {split}",
        expected=", ".join(there) if len(there) == 1 else f"one of those there: {', '.join(there)}",
        fix=(f"set {key}.split in params.yaml, or " if key else "") + "name the files themselves",
    )


def _remote(source: str, split: str, key: str) -> list[File]:
    """Files behind a URL that fsspec knows (`hf://`, `s3://`, ...)."""
    import fsspec  # type: ignore[import-untyped]

    try:
        filesystem, path = fsspec.core.url_to_fs(source)
        if _GLOB.search(path):
            names = sorted(filesystem.glob(path))
        elif filesystem.isdir(path):
            there = [name for name in sorted(filesystem.find(path)) if kind_of(name)]
            names = [name for name in there if not name.rsplit("/", 1)[-1].startswith((".", "_"))]
            return _of_split(path, names, split, key, filesystem)
        else:
            names = [path] if filesystem.exists(path) else []
    except SwsError:
        raise
    except Exception as error:  # each file system raises its own
        raise SwsError(
            f"{_at(key)}{source} cannot be reached: {_first_line(error)}",
            expected="a URL such as s3://bucket/problems.parquet or "
            "hf://datasets/owner/name/train.parquet",
            fix="check the address and the credentials in the environment",
        ) from error
    if not names:
        raise SwsError(f"{_at(key)}{source}: no such file", fix=_fix(key, "check the path"))
    return [_file(name, key, filesystem) for name in names]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _at(key: str) -> str:
    return f"{key}: " if key else ""


def _fix(key: str, what: str) -> str:
    return f"{what}, or change {key}.source in params.yaml" if key else what
