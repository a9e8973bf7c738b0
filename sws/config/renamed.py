"""Keys that were renamed; an old one is an error that names the new one."""

_TRAINING = {
    "prompts": "prompts_per_step",
    "group": "group_size",
    "updates": "updates_per_step",
    "warmup": "warmup_steps",
    "warmup_updates": "warmup_steps",
    "clip_low": "clip_ratio_low",
    "clip_high": "clip_ratio_high",
    "save_every": "save_steps",
    "vllm_memory": "vllm_gpu_memory_utilization",
    "tensor_parallel": "vllm_tensor_parallel_size",
}

#: Old key (without the numbers of list items) -> the new name of its last part.
RENAMED = {
    **{f"initial_rl.{old}": new for old, new in _TRAINING.items()},
    **{f"arms.training.{old}": new for old, new in _TRAINING.items()},
    **{f"{name}.columns.text": "problem" for name in ("seed_set", "bank", "benchmarks")},
    "student.scratch.warmup": "warmup_steps",
}


def new_key(place: list[str]) -> str | None:
    """The new key of a path of keys that was renamed; None if it was not."""
    name = RENAMED.get(".".join(part for part in place if not part.isdigit()))
    return ".".join([*place[:-1], name]) if name else None
