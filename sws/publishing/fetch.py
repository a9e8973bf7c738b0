"""`sws fetch`: a published set on this machine, and the section of params.yaml that starts from it.

What is fetched was written by others: only Parquet files are read, with the columns that they must
have, and of the configuration only what the printed section names.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from sws.config.schema import Config
from sws.config.section import VERIFIERS
from sws.errors import SwsError
from sws.publishing.folder import MARK
from sws.publishing.troubles import explained
from sws.store import write_json

Use = Literal["seed-set", "bank", "failures"]
#: The configurations that a use needs, with the columns that they must have.
NEEDS: dict[str, dict[str, set[str]]] = {
    "seed-set": {"augmented": {"problem_id", "problem", "answer", "category", "source"}},
    "bank": {"augmented": {"problem_id", "problem", "answer", "category", "source"}},
    "failures": {
        "seed": {"problem_id", "problem", "answer", "category", "kept"},
        "failures": {"problem_id", "accuracies"},
    },
}
_FOLDER = Path("fetched")


@dataclass(frozen=True)
class Fetched:
    """A set on this machine: its folder, its commit, and what it holds of each configuration."""

    repo: str
    folder: Path
    commit: str
    rows: Mapping[str, int]
    settings: Mapping[str, Any]


def fetch(repo: str, use: Use, revision: str | None, folder: Path | None) -> Fetched:
    """Download what a use needs of a published set; files that are there are not sent again.

    Raises SwsError where the repository is no published set, or lacks a configuration or a column.
    """
    from huggingface_hub import HfApi, snapshot_download

    with explained(repo, "nothing that a run reads was changed"):
        commit = HfApi().repo_info(repo, repo_type="dataset", revision=revision).sha
        out = folder or _FOLDER / repo.replace("/", "--") / str(commit)[:12]
        patterns = [f"data/{name}/*.parquet" for name in NEEDS[use]]
        snapshot_download(
            repo, repo_type="dataset", revision=commit, local_dir=out,
            allow_patterns=[*patterns, "config.json", MARK, "README.md"],
        )  # fmt: skip
    if not (out / MARK).is_file():
        raise SwsError(
            f"{repo}: not a set that `sws publish` made, it has no {MARK}",
            fix=f"see what it is by `sws look {repo}`, which proposes a section for it",
        )
    rows = {name: _checked(repo, out, name, columns) for name, columns in NEEDS[use].items()}
    write_json(out / "fetched.json", {"repo": repo, "revision": revision, "commit": commit})
    return Fetched(repo, out, str(commit), rows, _settings(out / "config.json"))


def section(config: Config, fetched: Fetched, use: Use) -> str:
    """What to paste into params.yaml, as YAML."""
    verifier = fetched.settings.get("verifier", "math")
    common = {} if verifier == "math" else {"verifier": verifier}
    columns = {"columns": {"problem": "problem", "answer": "answer", "category": "category"}}
    block: dict[str, Any] = {}
    names = fetched.settings.get("categories", {})
    if names and set(names) != set(config.categories):
        block["categories"] = dict(names)
    source = {"source": str(fetched.folder / "data" / "augmented"), **columns, **common}
    if use == "seed-set":
        block["seed_set"] = source
    elif use == "bank":
        block["bank"] = source
        block["arms"] = {"names": list(dict.fromkeys([*config.arms.names, "selection"]))}
    else:
        seed = str(fetched.folder / "data" / "seed")
        block["seed_set"] = {"source": seed, **columns, "where": ["kept = true"], **common}
        block["histories"] = str(fetched.folder / "data" / "failures")
    return str(yaml.safe_dump(block, sort_keys=False, allow_unicode=True))


def _checked(repo: str, folder: Path, name: str, columns: set[str]) -> int:
    """The rows of a configuration. Raises SwsError where it lacks a file or a column."""
    files = sorted((folder / "data" / name).glob("*.parquet"))
    rows = 0
    try:
        for file in files:
            missing = columns - set(pq.read_schema(file).names)
            if missing:
                raise SwsError(
                    f"{repo}: {file.name} of {name} has no column {', '.join(sorted(missing))}",
                    expected="a set that `sws publish` made",
                )
            rows += pq.read_metadata(file).num_rows
    except (OSError, pa.ArrowException) as error:
        raise SwsError(f"{repo}: {name} cannot be read ({error})") from None
    if not rows:
        raise SwsError(f"{repo}: the configuration {name} has no rows", expected="at least one")
    return rows


def _settings(path: Path) -> dict[str, Any]:
    """The verifier and the categories of the run, where its configuration says them properly."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        verifier, names = said["seed_set"]["verifier"], said["categories"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    found: dict[str, Any] = {}
    # A verifier `module:function` is the publisher's own code, which is not here.
    if verifier in VERIFIERS:
        found["verifier"] = verifier
    if isinstance(names, dict) and all(isinstance(n, str) and isinstance(t, str)
                                       for n, t in names.items()):  # fmt: skip
        found["categories"] = names
    return found
