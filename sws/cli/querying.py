"""`sws sql`: questions about a round."""

import sys
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import LOOK, verb
from sws.errors import SwsError


@verb(
    LOOK,
    example='sws sql "select category, count(*) as failed from failures where failed group by all"',
)
def sql(
    config: Config,
    statement: Annotated[
        str | None,
        typer.Argument(help="SQL of DuckDB; `.views` lists the views. Without: a prompt."),
    ] = None,
    round_: Annotated[
        str | None,
        typer.Option("--round", help="Round: 2, round1-random, a folder [the last one]."),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, every row.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print a JSON array, every row.")] = False,
    rows: Annotated[int, typer.Option(min=1, help="Rows of a table to show.")] = 40,
) -> None:
    """Query a round with SQL, also while it runs; nothing can be changed.

    Views: problems, rollouts, accuracy, failures, concepts, blueprints, candidates, decisions,
    synthetic, labels, difficulty, augmented, funnel, lineage and more (`sws sql .views`). Without a
    statement it opens a prompt, or reads statements from standard input. A dozen questions with
    their answers: docs/queries.md.
    """
    from sws.queries import find_round, open_round
    from sws.queries.prompt import print_views, read_eval_print
    from sws.queries.statements import Format, run_statements

    if csv and json_:
        raise SwsError("--csv and --json were both given", fix="give one of them")
    style: Format = "csv" if csv else "json" if json_ else "table"
    if statement in (".views", ".tables"):
        print_views()
        return
    folder = find_round(name=round_)
    with open_round(folder) as connection:
        if statement is None and sys.stdin.isatty():
            read_eval_print(connection, str(folder), style, rows)
        else:
            text = sys.stdin.read() if statement is None else statement
            run_statements(connection, text, sys.stdout, style, rows)
