"""From what a user names to files: a file, a glob, a folder, a saved data set, a remote path."""

import json
import re
from pathlib import Path

from sws.errors import SwsError
from sws.sources.file import File, at, kind_of, named_file, or_change
from sws.sources.named_splits import DEFAULT, check_split, no_split, of_split

_METADATA = {"dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"}
_REMOTE = re.compile(r"^[a-z][a-z0-9+]*://")
_GLOB = re.compile(r"[*?\[]")


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


def find_files(source: str, split: str = "train", key: str = "source") -> list[File]:
    """The files of a source, in order. `key` is its place in the configuration, for messages.

    Of a folder whose files or subfolders are named by splits (`train-00000-of-00002.parquet`,
    `test/`) those of `split`; a file that is named itself is `train` unless its name says another.
    Raises SwsError where nothing is found.
    """
    if _REMOTE.match(source):
        return _remote(source, split, key)
    path = Path(source).expanduser()
    if path.is_dir():
        return _folder(path, split, key)
    if path.is_file():
        return check_split([named_file(str(path), key)], source, split, key)
    if _GLOB.search(source):
        base = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else str(path)
        found = sorted(str(match) for match in base.glob(pattern) if match.is_file())
        if found:
            files = [named_file(name, key) for name in found]
            return check_split(files, source, split, key)
    if path.exists():  # a pipe or a device
        return check_split([File(str(path), "lines")], source, split, key)
    raise SwsError(
        f"{at(key)}{source}: no {'file matches' if _GLOB.search(source) else 'such file'}",
        expected="a path from the folder the command runs in, or an absolute one",
        fix=or_change(key, "check the path"),
    )


def _folder(path: Path, split: str, key: str) -> list[File]:
    if (path / "dataset_dict.json").is_file():
        splits = json.loads((path / "dataset_dict.json").read_text(encoding="utf-8"))["splits"]
        if split not in splits:
            raise no_split(str(path), split, splits, key)
        return _saved(path / split)
    if (path / "state.json").is_file() and (path / "dataset_info.json").is_file():
        said = json.loads((path / "state.json").read_text(encoding="utf-8")).get("_split")
        if split not in (DEFAULT, said):
            raise no_split(str(path), split, [said or DEFAULT], key)
        return _saved(path)
    found = [
        str(file)
        for file in sorted(path.rglob("*"))
        if file.is_file()
        and kind_of(file.name)
        and file.name not in _METADATA
        and not any(part.startswith((".", "_")) for part in file.relative_to(path).parts)
    ]
    return of_split(str(path), found, split, key)


def _saved(folder: Path) -> list[File]:
    """What `save_to_disk` of the `datasets` library wrote."""
    state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    return [File(str(folder / part["filename"]), "arrow") for part in state["_data_files"]]


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
            return of_split(path, names, split, key, filesystem)
        else:
            names = [path] if filesystem.exists(path) else []
    except SwsError:
        raise
    except Exception as error:  # each file system raises its own
        raise SwsError(
            f"{at(key)}{source} cannot be reached: {_first_line(error)}",
            expected="a URL such as s3://bucket/problems.parquet or "
            "hf://datasets/owner/name/train.parquet",
            fix="check the address and the credentials in the environment",
        ) from error
    if not names:
        raise SwsError(f"{at(key)}{source}: no such file", fix=or_change(key, "check the path"))
    files = [named_file(name, key, filesystem) for name in names]
    return check_split(files, source, split, key)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
