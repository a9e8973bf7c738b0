"""One file of a source: its format and compression, which its name says."""

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


def kind_of(name: str) -> tuple[str, str | None] | None:
    """The format and the compression that a file's name says, or None."""
    path = Path(name.lower())
    compression = COMPRESSIONS.get(path.suffix)
    kind = KINDS.get(path.with_suffix("").suffix if compression else path.suffix)
    return (kind, compression) if kind else None


def named_file(name: str, key: str, filesystem: Any = None) -> File:
    """The file of a name. Raises SwsError where the name says no format that can be read."""
    if found := kind_of(name):
        return File(name, *found, filesystem)
    raise SwsError(
        f"{at(key)}{name} is not a kind of file that can be read",
        expected=f"a name that ends in {FORMATS}",
        fix=or_change(key, "rename or convert the file"),
    )


def at(key: str) -> str:
    """The place in the configuration at the start of a message; '' outside one."""
    return f"{key}: " if key else ""


def or_change(key: str, what: str) -> str:
    """What to do, or else to change the source in the configuration."""
    return f"{what}, or change {key}.source in params.yaml" if key else what
