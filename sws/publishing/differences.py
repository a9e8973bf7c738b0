"""What differs between a folder and a commit on the Hub, by the hashes that the Hub keeps."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sws.errors import SwsError
from sws.publishing.folder import MARK
from sws.store import sha256_of

#: Folders of a published set that hold nothing else: what is not in the new one is removed.
_OURS = ("data/", "prompts/")
#: What the Hub itself puts into a new repository.
_FROM_THE_HUB = {".gitattributes", "README.md"}
_SHA256 = 64  # characters of the hash of a large file; Git's has 40


@dataclass(frozen=True)
class Differences:
    """Files to send, and files to remove; false when nothing differs."""

    changed: tuple[str, ...]
    stale: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changed or self.stale)

    @property
    def of_data(self) -> tuple[str, ...]:
        """Those that hold rows or weights."""
        return tuple(
            path
            for path in (*self.changed, *self.stale)
            if path.endswith((".parquet", ".safetensors"))
        )


def compare(there: Mapping[str, str], files: Mapping[str, Path]) -> Differences:
    """Compare files with a commit's hashes by path.

    Raises SwsError where the repository holds something that `sws publish` did not make.
    """
    if MARK not in there and (foreign := sorted(there.keys() - _FROM_THE_HUB)):
        raise SwsError(
            f"the repository holds something else already ({', '.join(foreign[:3])})",
            expected=f"a new repository, or one with {MARK}, which `sws publish` made",
            fix="choose another name by publishing.repo or --repo",
        )
    changed = [path for path, file in files.items() if there.get(path) != _hash(file, there, path)]
    stale = [path for path in there if path.startswith(_OURS) and path not in files]
    return Differences(tuple(sorted(changed)), tuple(sorted(stale)))


def _hash(file: Path, there: Mapping[str, str], path: str) -> str:
    """A file's hash of the kind that the Hub has of it; '' where it has none."""
    known = there.get(path)
    if known is None:
        return ""
    return sha256_of(file) if len(known) == _SHA256 else git_hash(file)


def git_hash(file: Path) -> str:
    """The id that Git gives a file's content."""
    content = file.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
