"""The commands that show results and write no artifact."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import LOOK, Json, verb


@verb(LOOK)
def show(
    config: Config,
    summary: Annotated[Path, typer.Argument(help="The summary to show.")] = Path(
        "data/summary.json"
    ),
    json_: Json = False,
) -> None:
    """Show the results of a run: arms, categories and the funnel."""
    from sws.evaluation.show import print_summary, read_summary

    value = read_summary(summary)
    if json_:
        typer.echo(json.dumps(value, indent=2))
    else:
        print_summary(value)


@verb(LOOK)
def plan(
    config: Config,
    json_: Json = False,
    price: Annotated[
        float | None, typer.Option(help="Price of a GPU-hour, to print the cost.")
    ] = None,
) -> None:
    """Estimate jobs, requests, tokens and GPU-hours of every stage, before running it.

    Calibrated on the paper's costs; measurements of stages that ran in this folder replace them.
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
    """Compare planned and actual requests, tokens and hours of every stage, after a run."""
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
    summaries: Annotated[list[Path], typer.Argument(help="The summary.json of each run.")],
    json_: Json = False,
) -> None:
    """Combine runs that differ only in their seed: means and confidence intervals."""
    from sws.evaluation.seeds import combine, print_seeds
    from sws.evaluation.show import read_summary

    combined = combine([read_summary(path) for path in summaries])
    if json_:
        typer.echo(json.dumps(combined, indent=2))
    else:
        print_seeds(combined)
