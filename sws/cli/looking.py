"""The verbs that show or check things and write no artifact."""

import json
from pathlib import Path
from typing import Annotated

import typer
import yaml

from sws.cli.app import verb
from sws.config.schema import Config

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


@verb("Look")
def config(config: Config, json_: Json = False) -> None:
    """Print the resolved configuration: every key with the value in force."""
    values = config.model_dump(mode="json")
    text = json.dumps(values, indent=2) if json_ else yaml.safe_dump(values, sort_keys=False)
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
    from sws.evaluation.table import print_summary, read_summary

    value = read_summary(summary)
    if json_:
        typer.echo(json.dumps(value, indent=2))
    else:
        print_summary(value)


@verb("Look")
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
