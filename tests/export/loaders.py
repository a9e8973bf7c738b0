"""What a trainer's own loader makes of an export: `python loaders.py TRAINER FILE TOKENIZER`.

Prints JSON: the loader's rows, and each setting by whether the trainer knows it. It imports nothing
of this package, so it also runs in an environment in which the trainer was installed by itself.
Exit code 3: the trainer is not installed here; the last line says what is missing.
"""

import json
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

Row = dict[str, Any]
NOT_INSTALLED = 3


def verl(file: str, tokenizer: Any) -> Iterator[Row]:
    """`RLHFDataset`, and verl's own reward of the row's answer in a box."""
    from omegaconf import OmegaConf
    from verl.utils.dataset.rl_dataset import RLHFDataset
    from verl.utils.reward_score import default_compute_score

    config = OmegaConf.create({"filter_overlong_prompts_workers": 1, "max_prompt_length": 4096})
    for row in RLHFDataset(file, tokenizer, config):
        answer = row["reward_model"]["ground_truth"]
        score = default_compute_score(row["data_source"], f"\\boxed{{{answer}}}", answer)
        yield {
            "prompt": row["raw_prompt"],
            "answer": answer,
            "index": row["index"],
            "score": float(score),
        }


def verl_knows(setting: str) -> bool:
    """Whether verl's configuration has a key."""
    from omegaconf import OmegaConf

    folder = Path(find_spec("verl").submodule_search_locations[0])  # type: ignore[union-attr,index]
    config = OmegaConf.load(folder / "trainer/config/_generated_ppo_trainer.yaml")
    group, _, key = setting.rpartition(".")
    return key in (OmegaConf.select(config, group) or {})


def openrlhf(file: str, tokenizer: Any) -> Iterator[Row]:
    """`blending_datasets` and `PromptDataset`, as its PPO trainer calls them."""
    from openrlhf.datasets.prompts_dataset import PromptDataset
    from openrlhf.datasets.utils import blending_datasets

    settings = SimpleNamespace(input_key="input", label_key="label", apply_chat_template=True)
    strategy = SimpleNamespace(
        args=SimpleNamespace(data=settings, use_ms=False),
        print=lambda *_: None,
        is_rank_0=lambda: False,
    )
    data = PromptDataset(blending_datasets(file, None, strategy), tokenizer, strategy)
    for source, prompt, label, _ in data:
        yield {"prompt": prompt, "answer": label, "source": source}


def openrlhf_knows(setting: str) -> bool:
    """Whether its command has an option; the command itself cannot be imported without a GPU."""
    folder = Path(find_spec("openrlhf").submodule_search_locations[0])  # type: ignore[union-attr,index]
    return f'"{setting}"' in (folder / "cli/train_ppo_ray.py").read_text(encoding="utf-8")


def open_instruct(file: str, tokenizer: Any) -> Iterator[Row]:
    """`get_cached_dataset_tulu`, with the transformations that its GRPO trainer uses."""
    from open_instruct import dataset_transformation as loader

    config = loader.TokenizerConfig(tokenizer_name_or_path=tokenizer.name_or_path)
    config.__dict__["tokenizer"] = tokenizer  # its own comes with further chat templates
    data = loader.get_cached_dataset_tulu(
        [file, "1.0"], ["train"], config,
        ["rlvr_tokenize_v1", "rlvr_max_length_filter_v1"],
        [{}, {"max_prompt_token_length": 4096}],
        dataset_skip_cache=True,
    )  # fmt: skip
    for row in data:
        prompt = tokenizer.decode(row["input_ids_prompt"])
        yield {"prompt": prompt, "answer": row["ground_truth"], "source": row["dataset"]}


def open_instruct_knows(setting: str) -> bool:
    """Whether its configuration of data has a field."""
    folder = Path(find_spec("open_instruct").submodule_search_locations[0])  # type: ignore[union-attr,index]
    name = setting.removeprefix("--")
    return f"    {name}: " in (folder / "data_loader.py").read_text(encoding="utf-8")


TRAINERS: dict[str, tuple[Callable[[str, Any], Iterator[Row]], Callable[[str], bool]]] = {
    "verl": (verl, verl_knows),
    "openrlhf": (openrlhf, openrlhf_knows),
    "open_instruct": (open_instruct, open_instruct_knows),
}


def main(trainer: str, file: str, tokenizer: str, *settings: str) -> int:
    """Load, and print what came of it."""
    if find_spec(trainer) is None:
        print(f"{trainer} is not installed")
        return NOT_INSTALLED
    from transformers import AutoTokenizer

    load, knows = TRAINERS[trainer]
    rows = list(load(file, AutoTokenizer.from_pretrained(tokenizer)))
    try:
        release = version(trainer)
    except PackageNotFoundError:  # a checkout
        release = ""
    known = {setting: knows(setting) for setting in settings}
    print(json.dumps({"version": release, "settings": known, "rows": rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
