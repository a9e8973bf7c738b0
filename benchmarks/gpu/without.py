"""CPU processes go the way of GPUs: sharding by FSDP, vLLM inside TRL."""

import os
from typing import Any

import torch
from accelerate import PartialState
from accelerate.utils import DistributedType


def shard_without_gpus() -> None:
    """Let accelerate shard with gloo on CPUs; it takes FSDP for a matter of accelerators."""
    os.environ["ACCELERATE_TORCH_DEVICE"] = "cpu"
    torch.distributed.init_process_group("gloo")

    def backend(*_: object, **__: object) -> tuple[str, DistributedType]:
        return "gloo", DistributedType.MULTI_GPU

    PartialState._prepare_backend = backend


def colocate_without_gpus() -> None:
    """Let TRL run vLLM beside the training on a CPU, in float32."""
    os.environ["VLLM_CPU_KVCACHE_SPACE"] = "1"
    os.environ["VLLM_CPU_OMP_THREADS_BIND"] = "nobind"
    os.environ["VLLM_LOGGING_LEVEL"] = "ERROR"
    import trl.generation.vllm_generation as generation
    import vllm.model_executor.layers.utils as layers

    from sws.rl import run

    def plain(layer: Any, *_: Any, **__: Any) -> None:
        """As on a GPU: the CPU build packs weights away, where new ones would not reach them."""
        layer.cpu_linear = torch.nn.functional.linear

    load, arguments = generation.LLM, run.grpo_arguments

    def llm(**arguments: Any) -> Any:
        return load(**arguments | {"enforce_eager": True, "dtype": "float32"})

    def with_vllm(*given: Any) -> Any:
        found = arguments(*given)
        found.use_vllm = True  # which needs CUDA otherwise
        return found

    layers.dispatch_cpu_unquantized_gemm = plain
    generation.LLM = llm
    run.grpo_arguments = with_vllm
