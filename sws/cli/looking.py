"""The commands that show results and write no artifact."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from sws.cli.annotations import Config
from sws.cli.app import LOOK, TOOLS, Json, overrides_of, verb


@verb(LOOK, example="sws show 00470179")
def show(
    config: Config,
    what: Annotated[
        str, typer.Argument(help="A summary, or the id of a problem (its beginning is enough).")
    ] = "data/summary.json",
    json_: Json = False,
    round_: Annotated[
        str | None,
        typer.Option("--round", help="Round of the problem: 2, a folder [the last one]."),
    ] = None,
) -> None:
    """Show the results of a run: arms, categories and the funnel; or one problem's whole story.

    Of a seed problem: its accuracy history, whether it failed, its concepts, and the problems that
    came of it. Of a synthetic one: its blueprint, the failed problems behind it, what the judges
    said, the votes, its difficulty, and the decision.
    """
    if what.endswith(".json") or Path(what).exists():
        from sws.evaluation.show import print_summary, read_summary

        value: Any = read_summary(Path(what))
        show_it: Any = print_summary
    else:
        from sws.queries import find_round
        from sws.queries.print_story import print_story
        from sws.queries.story import story

        value, show_it = story(find_round(name=round_), what), print_story
    if json_:
        typer.echo(json.dumps(value, indent=2, default=str))
    else:
        show_it(value)


@verb(LOOK)
def plan(
    config: Config,
    context: typer.Context,
    json_: Json = False,
    price: Annotated[
        float | None, typer.Option(help="Price of a GPU-hour, to print the cost.")
    ] = None,
    gpus: Annotated[
        int | None, typer.Option(min=1, help="GPUs to train on [those of this machine].")
    ] = None,
    gpu_memory: Annotated[float, typer.Option(min=1, help="GB of each GPU, with --gpus.")] = 80.0,
    compare: Annotated[
        str | None,
        typer.Option(
            metavar="VARIANT", help="Set the hours beside those with a variant, such as frugal."
        ),
    ] = None,
) -> None:
    """Estimate jobs, requests, tokens and GPU time of every stage, before running it.

    Calibrated on the paper's costs; measurements of stages that ran in this folder replace them.
    Says on how many GPUs training fits, and warns where it does not on those of this machine.
    `--compare frugal` sets the hours beside those with a variant, saving by saving; where the
    preset is frugal, those in full beside its own. `--json` has hours.
    """
    from sws.gpus import Cards, cards_here
    from sws.planning.plan import plan as make_plan
    from sws.planning.show import print_comparison, print_plan

    if compare:
        from sws.config.load import load
        from sws.planning.compare import compare as both

        sets, preset = context.params["set_"], config.preset
        plain = "+".join(part for part in preset.split("+") if part != compare)
        first, second = (load(name, overrides_of(sets)) for name in (plain, f"{plain}+{compare}"))
        if compare == "frugal" and first.frugal == second.frugal:  # the preset has it already
            first, second = load(f"{plain}+full", overrides_of(sets)), first
        found = both(first, second)
        if json_:
            typer.echo(json.dumps(found.as_json(), indent=2))
        else:
            print_comparison(found)
        return
    made = make_plan(config, cards=Cards(gpus, gpu_memory) if gpus else cards_here())
    if json_:
        typer.echo(json.dumps(made.as_json(), indent=2))
    else:
        print_plan(made, price)


@verb(LOOK, example="sws status --watch 10")
def status(
    config: Config,
    context: typer.Context,
    watch: Annotated[
        float | None,
        typer.Option(min=0.5, metavar="SECONDS", help="Print it again until the run is done."),
    ] = None,
    json_: Json = False,
) -> None:
    """Show where a run stands: each stage's jobs, answers, rate, and time spent and left.

    Safe while a run is going on, here or on a cluster: it reads files, and where Slurm is installed
    asks `squeue` for the run's jobs, those that wait and why. The configuration is that on record
    in data/config.json, unless --preset names another.
    """
    from sws.planning.show_status import print_status
    from sws.planning.status import recorded
    from sws.planning.status import status as read

    if not context.params["preset"] and not context.params["set_"]:
        config = recorded() or config
    while True:
        found = read(config)
        if json_:
            typer.echo(json.dumps(found.as_json(), indent=2))
        else:
            print_status(found)
        if watch is None or all(one.state == "done" for one in found.stages):
            return
        time.sleep(watch)


@verb(LOOK)
def cost(config: Config, json_: Json = False) -> None:
    """Compare planned and actual requests, tokens and time of every stage; `--json` has hours."""
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


@verb(LOOK, example="sws diversity . ../with-frugal")
def diversity(
    config: Config,
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Folders of runs, or of their rounds.")
    ],
    alike: Annotated[
        float, typer.Option(min=0, max=1, help="Jaccard similarity of word 3-grams.")
    ] = 0.5,
    json_: Json = False,
) -> None:
    """Compare how diverse the synthetic problems of runs are, in their last rounds.

    Of the augmented set and of all survivors: distinct blueprints, combinations of concepts and
    level, concepts covered, and problems alike: the same numbers in much the same words.
    """
    from sws.report.diversity import as_json, compare, print_diversity

    found = compare(runs, alike)
    if json_:
        typer.echo(json.dumps(as_json(found), indent=2))
    else:
        print_diversity(found)


@verb(TOOLS, example="HF_HOME=/shared/huggingface sws download --preset qwen2.5-7b")
def download(config: Config) -> None:
    """Fetch the Hub models of the configuration, for compute nodes without a network.

    Into the folder of $HF_HOME, which the nodes must see; they run with HF_HUB_OFFLINE=1.
    """
    from sws.planning.downloads import download as fetch

    for model, folder in fetch(config):
        typer.echo(f"{model.name}\t{folder}")
