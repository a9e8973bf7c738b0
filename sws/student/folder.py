"""A student folder: plain Hugging Face files and `student.json`, written atomically."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sws.errors import SwsError
from sws.store import sha256_of, write_json

MANIFEST = "student.json"


@contextmanager
def new_folder(out_dir: str | Path) -> Iterator[Path]:
    """Yield a temporary folder that becomes `out_dir` when the block ends without an error."""
    out = Path(out_dir)
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        shutil.rmtree(out, ignore_errors=True)
        temporary.rename(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def save_student(
    model: Any,
    tokenizer: Any,
    out_dir: str | Path,
    weights: dict[str, Any] | None = None,
    **facts: Any,
) -> Path:
    """Write model and tokenizer to `out_dir` with the manifest; return the manifest's path.

    The manifest holds the architecture, the number of parameters, the sha256 of every file, and
    `facts` (where the student comes from), so equal students have equal manifests. Pass `weights`
    when the model's own are sharded over processes.
    """
    with new_folder(out_dir) as folder:
        model.save_pretrained(folder, state_dict=weights)
        tokenizer.save_pretrained(folder)
        manifest = {
            "architecture": type(model).__name__,
            "parameters": sum(p.numel() for p in model.parameters()),
            **facts,
            "files": {p.name: sha256_of(p) for p in sorted(folder.iterdir()) if p.is_file()},
        }
        write_json(folder / MANIFEST, manifest)
        # safetensors lets only the owner read weights; here as elsewhere the umask decides.
        for path in folder.iterdir():
            if path.is_file():
                path.chmod((folder / MANIFEST).stat().st_mode)
    return Path(out_dir) / MANIFEST


def check_student(folder: str | Path) -> Path:
    """Return the folder if it holds a configuration, a tokenizer and weights; else SwsError."""
    folder = Path(folder)
    if not folder.is_dir():
        raise SwsError(
            f"No student folder at {folder}",
            expected="a folder with config.json, a tokenizer and *.safetensors",
            fix="give the path of a folder saved with save_pretrained, or a Hub id",
        )
    needed = {
        "its config.json": ["config.json"],
        "a tokenizer": ["tokenizer.json", "tokenizer.model", "vocab.json"],
        "weights": ["*.safetensors", "pytorch_model*.bin"],
    }
    for what, patterns in needed.items():
        if not any(next(folder.glob(pattern), None) for pattern in patterns):
            raise SwsError(
                f"The student folder {folder} lacks {what}",
                expected=f"a file named {' or '.join(patterns)}",
                fix="save model and tokenizer with save_pretrained into the same folder",
            )
    return folder
