"""The verbs that show or check things and write no artifact."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.app import LOOK, Json, verb
from sws.config.schema import Config


@verb(LOOK)
def show(
    config: Config,
    summary: Annotated[Path, typer.Argument(help="The summary to show.")] = Path(
        "data/summary.json"
    ),
    json_: Json = False,
) -> None:
    """Show a run's result: arms, categories and the funnel."""
    from sws.evaluation.table import print_summary, read_summary

    value = read_summary(summary)
    if json_:
        typer.echo(json.dumps(value, indent=2))
    else:
        print_summary(value)


@verb(LOOK)
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


@verb(LOOK)
def cost(config: Config, json_: Json = False) -> None:
    """After a run: planned against actual requests, tokens and hours of every stage."""
    from sws.planning.cost import cost as compare
    from sws.planning.show import print_cost

    compared = compare(config)
    if json_:
        typer.echo(json.dumps(compared, indent=2))
    else:
        print_cost(compared)


@verb(LOOK)
def seeds(
    config: Config,
    summaries: Annotated[list[Path], typer.Argument(help="The summary of each run.")],
    json_: Json = False,
) -> None:
    """Combine runs that differ in their seed: means and intervals over seeds."""
    from sws.evaluation.seeds import combine, print_seeds
    from sws.evaluation.table import read_summary

    combined = combine([read_summary(path) for path in summaries])
    if json_:
        typer.echo(json.dumps(combined, indent=2))
    else:
        print_seeds(combined)
