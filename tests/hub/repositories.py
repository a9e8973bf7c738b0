"""What a Hub keeps: repositories with their commits, branches and tags, and stored blobs."""

import hashlib
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Files stored as LFS objects, as the Hub's .gitattributes say.
LARGE = (".parquet", ".safetensors", ".bin", ".arrow")


@dataclass(frozen=True)
class Blob:
    """A file's content: where it lies, its size, its Git id, and its SHA-256 if it is large."""

    path: Path
    size: int
    oid: str
    sha256: str | None = None

    @property
    def etag(self) -> str:
        return self.sha256 or self.oid

    def entry(self, path: str) -> dict[str, Any]:
        """What the Hub's tree says of it."""
        entry = {"type": "file", "path": path, "size": self.size, "oid": self.oid}
        if self.sha256:
            entry["lfs"] = {"oid": self.sha256, "size": self.size, "pointerSize": 134}
        return entry


@dataclass(frozen=True)
class Commit:
    """A commit: all files by their paths, and its message."""

    oid: str
    files: dict[str, Blob]
    title: str


@dataclass
class Repository:
    """A repository: its commits, the first one empty, and the tags."""

    kind: str
    name: str
    private: bool = False
    commits: list[Commit] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.commits:
            self.commit({}, "initial commit")

    @property
    def head(self) -> Commit:
        return self.commits[-1]

    def at(self, revision: str) -> Commit | None:
        """The commit of a branch, a tag or an id."""
        if revision in ("main", "refs/heads/main"):
            return self.head
        oid = self.tags.get(revision.removeprefix("refs/tags/"), revision)
        return next((one for one in self.commits if one.oid == oid), None)

    def commit(self, files: dict[str, Blob], title: str) -> Commit:
        """Add a commit with these files; all of them or, before it, none."""
        said = repr((len(self.commits), sorted((p, b.etag) for p, b in files.items()), title))
        made = Commit(hashlib.sha1(said.encode()).hexdigest(), dict(files), title)
        self.commits.append(made)
        return made


class Store:
    """All repositories, the tokens that may use them, and the blobs on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.lock = threading.RLock()
        #: token -> (user, may write)
        self.tokens: dict[str, tuple[str, bool]] = {}
        #: Most bytes that large files may take together; None: no limit.
        self.quota: int | None = None
        (folder / "lfs").mkdir(parents=True, exist_ok=True)

    def repository(self, kind: str, name: str) -> Repository | None:
        return self.repositories.get((kind, name))

    def create(self, kind: str, name: str, private: bool = False) -> Repository:
        made = self.repositories[kind, name] = Repository(kind, name, private)
        return made

    def serve_folder(self, kind: str, name: str, folder: Path) -> None:
        """A public repository with the files of a folder."""
        files = {
            str(path.relative_to(folder)): self.blob_of(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        self.create(kind, name).commit(files, "files of a folder")

    def small(self, content: bytes) -> Blob:
        """Keep a small file."""
        oid = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        path = self.folder / oid
        path.write_bytes(content)
        return Blob(path, len(content), oid)

    def large(self, sha256: str) -> Blob | None:
        """A large file that was uploaded, by its SHA-256."""
        path = self.folder / "lfs" / sha256
        if not path.exists():
            return None
        oid = hashlib.sha1(f"pointer {sha256}".encode()).hexdigest()
        return Blob(path, path.stat().st_size, oid, sha256)

    @staticmethod
    def blob_of(path: Path) -> Blob:
        """A file that lies elsewhere."""
        content = path.read_bytes()
        return Blob(path, len(content), hashlib.sha1(content).hexdigest())

    def used(self) -> int:
        """Bytes of all large files."""
        return sum(path.stat().st_size for path in (self.folder / "lfs").iterdir())
