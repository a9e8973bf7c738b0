"""Atomic writes: a temporary file is written, then renamed."""

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sws.errors import SwsError


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_text(path: Path | str, text: str) -> None:
    """Write a small file atomically."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path | str, content: bytes) -> None:
    """Write a small file atomically."""
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(content)


def temporary_of(path: Path) -> Path:
    """The temporary path from which this process renames to `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path that replaces `path` if the block succeeds, and is removed if not."""
    temporary = temporary_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.rename(path)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        with suppress(OSError):  # gone: renamed, or never created
            temporary.unlink()


def write_json(path: Path | str, value: object) -> None:
    """Write JSON with sorted keys, atomically."""
    write_text(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def write_error(path: Path, error: OSError) -> SwsError:
    """A failed write as an error that says what to do."""
    if error.errno == errno.ENOSPC:
        return SwsError(
            f"{path}: the disk is full; no partial file was left, and finished shards are kept",
            fix="free some space (see `df -h`) and run the same command again",
        )
    return SwsError(f"{path}: cannot be written ({error})", fix="check the folder's permissions")
