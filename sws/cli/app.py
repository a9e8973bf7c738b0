"""The application, and what every command shares: --preset, --set, --log and plain errors."""

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from sws.cli.extras import missing
from sws.errors import SwsError
from sws.logs import logging_to
from sws.terminal import show_error

app = typer.Typer(
    help="Weakness-driven problem synthesis: find what a model fails to learn, generate problems "
    "about it, filter them, train on them, and measure the gain.",
    epilog="The whole graph: `snakemake --cores all`. One stage: `sws VERB --help`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

Preset = Annotated[
    str | None,
    typer.Option(help="Name of a preset, with variants (nano+hard), or path of a .yaml file."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY.KEY=VALUE", help="Override one value; may be repeated."),
]
Log = Annotated[
    Path | None, typer.Option(help="Write the log and the output of libraries to this file.")
]

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]

_COMMON = {"preset": Preset, "set_": Sets, "log": Log}

#: Chapters of verbs that make no artifact of the graph.
LOOK = "Look"
SHARE = "Share"
TOOLS = "Tools"  # they work on the user's own files


def verb(chapter: str, example: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `function(config, ...)` as a command with the shared options.

    `chapter` is its panel in --help; `example`, a working command, ends its own --help.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def command(**values: Any) -> None:
            preset, sets, log = (values.pop(name) for name in _COMMON)
            from sws.config.load import load

            try:
                with logging_to(log):
                    config = load(preset, overrides_of(sets))
                    with _account(chapter, config.preset, function.__name__, values):
                        function(config, **values)
            except SwsError as error:
                show_error(str(error))
                raise typer.Exit(1) from None
            except ModuleNotFoundError as error:
                if not (said := missing(error, function.__name__)):
                    raise
                show_error(said)
                raise typer.Exit(1) from None
            except KeyboardInterrupt:
                show_error("stopped; finished work is kept, run the same command to continue")
                raise typer.Exit(130) from None

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
            for name, kind in _COMMON.items()
        ]
        command.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in [*own, *shared]}
        epilog = f"Example:\n\n{escape(example)}" if example else None
        app.command(rich_help_panel=chapter, help=_prose(function), epilog=epilog)(command)
        return command

    return register


def _prose(function: Callable[..., None]) -> str:
    """The docstring with a line for each paragraph, which Typer wraps at the terminal's width."""
    paragraphs = inspect.cleandoc(function.__doc__ or "").split("\n\n")
    return "\n\n".join(lines.replace("\n", " ") for lines in paragraphs)


def _account(
    chapter: str, preset: str, verb: str, values: Mapping[str, Any]
) -> AbstractContextManager[None]:
    """The ledger entry of a stage: any command that writes an artifact."""
    if chapter in (SHARE, TOOLS, LOOK):
        return nullcontext()
    from sws.ledger import measured

    out = str(values.get("out") or next(iter(values.get("outs") or ()), ""))
    which = next((values[key] for key in ("name", "run", "arm") if key in values), "")
    stage = f"{verb}:{which}" if which else verb
    return measured(preset, stage, out) if out else nullcontext()


def overrides_of(sets: list[str] | None) -> dict[str, Any]:
    """The overrides of the workflow, then those of every --set."""
    from sws.config.layers import merge
    from sws.config.overrides import parse_override, passed_on

    values = passed_on()
    for text in sets or []:
        values = merge(values, parse_override(text))
    return values


def main() -> None:
    """The entry point of the `sws` command."""
    sys.exit(app())
