"""The number of parameters of a model, from its name or folder."""

import json
import re
from pathlib import Path

from sws.config.schema import Config

#: Assumed, with a note, if neither the name nor the folder shows the size.
UNKNOWN = 7.0
_SIZE = re.compile(r"(?<![A-Za-z0-9])(A?)(\d+(?:\.\d+)?)(B|M)(?![A-Za-z0-9])", re.IGNORECASE)
_BYTES = {"float32": 4}


def billions(model: str, active: bool = True) -> float | None:
    """Billions of parameters: `Qwen2.5-7B` 7; None if unknown.

    Of `Qwen3-30B-A3B` the 3 that are active, which cost time, or all 30, which take memory.
    """
    if (Path(model) / "config.json").exists():
        return _of_folder(Path(model))
    found = _SIZE.findall(model.rsplit("/", 1)[-1])
    sizes = [
        (bool(flag), float(number) / (1 if unit in "bB" else 1000)) for flag, number, unit in found
    ]
    if not active:
        sizes = [(not flag, size) for flag, size in sizes]
    return max(sizes)[1] if sizes else None


def student_billions(config: Config, base: Path) -> float | None:
    """Billions of parameters of the student; `base` is its prepared folder, if it exists yet."""
    if (base / "config.json").exists():
        return _of_folder(base)
    if config.student.source != "scratch":
        return billions(config.student.source)
    shape = config.student.scratch
    layer = 4 * shape.hidden**2 + 3 * shape.hidden * shape.feed_forward
    return (shape.layers * layer + 2 * shape.vocabulary * shape.hidden) / 1e9


def _of_folder(folder: Path) -> float:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    width = _BYTES.get(config.get("dtype") or config.get("torch_dtype"), 2)
    return sum(path.stat().st_size for path in folder.glob("*.safetensors")) / width / 1e9
