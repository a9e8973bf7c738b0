"""The verb of the servers that shards share."""

from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import Out, RoleStudent, folder_of


@verb("Serving", example="sws serve labeler --preset qwen2.5-7b --out server.json")
def serve(
    config: Config,
    role: Annotated[str, typer.Argument(help="generator, labeler or judge:NAME (engine: vllm).")],
    out: Out,
    student: RoleStudent = "",
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0: on every network.")] = (
        "127.0.0.1"
    ),
) -> None:
    """Serve a role's model by vLLM until SIGTERM, and restart it when it dies.

    --out is the address file, for `sws label --server FILE` and the like: many at a time.
    """
    from sws.serving.serve import serve as run

    run(config, role, folder_of(student), out, host)
