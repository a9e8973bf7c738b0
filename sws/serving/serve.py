"""`sws serve ROLE`: the vLLM server of a role, with the role's own settings."""

import json
import os
import socket
import sys
from pathlib import Path

import torch

from sws.config.roles import Role
from sws.config.schema import Config
from sws.engines.address import here
from sws.engines.open import model_of, tokens_of
from sws.engines.vllm import fingerprint
from sws.engines.vllm_inputs import engine_arguments, own_seeds
from sws.gpu_build import check_gpu_build
from sws.gpus import lease
from sws.identity import content_id
from sws.serving.supervisor import Supervisor


def serve(config: Config, role: str, student: Path | None, out: Path, host: str) -> None:
    """Serve a role's model until SIGTERM; `out` is the address file.

    Raises SwsError when the role names a student and none is given, torch cannot use the GPU that
    is here, or the server does not start.
    """
    check_gpu_build()
    settings = config.roles.named(role)
    model, limit = model_of(role, settings, student), tokens_of(config, settings)
    name = content_id("served", fingerprint(model, settings, limit))
    parallel = os.environ.get("SWS_TENSOR_PARALLEL")
    lease(settings.data_parallel * int(parallel) if parallel else None)
    port = _free_port(host)
    command = server_command(settings, model, limit, name, host, port)
    shown = socket.gethostname() if host in ("0.0.0.0", "::") else host
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    address = here(f"http://{shown}:{port}/v1", name, own_seeds(settings))
    Supervisor(command, address, out).run()


def server_command(
    role: Role, model: str, limit: int, name: str, host: str, port: int
) -> list[str]:
    """The command of vLLM's server with a role's settings; a model has a name of its own.

    Whoever asks a server that took the port of another is refused by that name.
    """
    gpus = torch.cuda.device_count()
    options: dict[str, object] = {
        "model": model,
        "served-model-name": name,
        "host": host,
        "port": port,
        "revision": role.revision,
        "data-parallel-size": role.data_parallel,
        "tensor-parallel-size": max(1, gpus // role.data_parallel),
        "seed": 0,
        **{
            key.replace("_", "-"): value
            for key, value in engine_arguments(model, role, limit).items()
        },
    }
    # `vllm serve` asks for the metadata of a package named vllm, which the CPU build is not.
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server"]
    command += ["--disable-uvicorn-access-log"]
    for key, value in options.items():
        if isinstance(value, bool):
            command.append(f"--{key}" if value else f"--no-{key}")
        elif value is not None:
            said = json.dumps(value) if isinstance(value, dict) else str(value)
            command += [f"--{key}", said]
    return command


def _free_port(host: str) -> int:
    """A port that nothing listens on; the server keeps it when it is restarted."""
    with socket.socket() as free:
        free.bind((host, 0))
        return int(free.getsockname()[1])
