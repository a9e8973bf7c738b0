"""The verbs that show or check things and write no artifact."""

import json
import logging
from pathlib import Path
from typing import Annotated

import typer
import yaml

from sws.cli.app import TOOLS, verb
from sws.config.schema import Config
from sws.errors import SwsError
from sws.store import write_text

logger = logging.getLogger(__name__)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


@verb("Look")
def config(
    config: Config,
    json_: Json = False,
    save: Annotated[Path | None, typer.Option(help="Write it to this file instead.")] = None,
) -> None:
    """Print the resolved configuration: every key with the value in force."""
    for caution in config.cautions():
        logger.warning("caution: %s", caution)
    values = config.model_dump(mode="json")
    text = json.dumps(values, indent=2) if json_ else yaml.safe_dump(values, sort_keys=False)
    if save:
        write_text(save, text.rstrip() + "\n")
    else:
        typer.echo(text.rstrip())


@verb("Look")
def show(
    config: Config,
    summary: Annotated[Path, typer.Argument(help="The summary to show.")] = Path(
        "data/summary.json"
    ),
    json_: Json = False,
) -> None:
    """Show a run's result: arms, categories and the funnel."""
    from sws.evaluation.show import print_summary, read_summary

    value = read_summary(summary)
    if json_:
        typer.echo(json.dumps(value, indent=2))
    else:
        print_summary(value)


@verb("Look")
def plan(
    config: Config,
    json_: Json = False,
    price: Annotated[float | None, typer.Option(help="What a GPU-hour costs.")] = None,
) -> None:
    """Before paying: jobs, requests, tokens and GPU-hours of every stage and in all.

    Calibrated on the paper's account; what this folder's finished stages measured comes first.
    """
    from sws.planning.plan import plan as make_plan
    from sws.planning.show import print_plan

    made = make_plan(config)
    if json_:
        typer.echo(json.dumps(made.as_json(), indent=2))
    else:
        print_plan(made, price)


@verb("Look")
def cost(config: Config, json_: Json = False) -> None:
    """After a run: planned against actual requests, tokens and hours of every stage."""
    from sws.planning.cost import cost as compare
    from sws.planning.show import print_cost

    compared = compare(config)
    if json_:
        typer.echo(json.dumps(compared, indent=2))
    else:
        print_cost(compared)


@verb("Look")
def seeds(
    config: Config,
    summaries: Annotated[list[Path], typer.Argument(help="The summary of each run.")],
    json_: Json = False,
) -> None:
    """Combine runs that differ in their seed: means and intervals over seeds."""
    from sws.evaluation.seeds import combine, print_seeds
    from sws.evaluation.show import read_summary

    combined = combine([read_summary(path) for path in summaries])
    if json_:
        typer.echo(json.dumps(combined, indent=2))
    else:
        print_seeds(combined)


@verb(TOOLS)
def dvc(
    config: Config,
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("dvc.yaml"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if it does not fit.")
    ] = False,
) -> None:
    """Write dvc.yaml from the graph of this configuration: after another preset, arm or round."""
    from sws.cli.app import overrides_of
    from sws.workflow.dvcfile import dvcfile, misfits
    from sws.workflow.graph import jobs

    graph = jobs(overrides_of(context.params["set_"]) | {"preset": config.preset})
    derived = dvcfile(graph, config.preset)
    if not check:
        write_text(out, derived)
    elif lines := misfits(out.read_text(encoding="utf-8") if out.exists() else "{}", derived):
        raise SwsError(
            f"{out} was written for another graph than that of {config.preset}:\n"
            + "\n".join(f"  - {line}" for line in lines),
            fix="run `sws dvc`, then the same command again; what is finished is kept",
        )
