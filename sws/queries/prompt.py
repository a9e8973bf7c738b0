"""The prompt of `sws sql`: statements end with `;`, an error does not end the session."""

import contextlib
import sys

import duckdb

from sws.errors import SwsError
from sws.queries.rounds import descriptions
from sws.queries.statements import Format, run_statements, table_of
from sws.terminal import show_error

_HELP = """A statement ends with ; and may have several lines. Also:
  .views            every view, and what a row of it is
  describe VIEW;    its columns
  .help  .quit      this text; the end (or Ctrl-D)"""


def print_views() -> None:
    """Print every view with what a row of it is."""
    table_of(("view", "a row is"), sorted(descriptions().items()), sys.stdout)


def read_eval_print(
    connection: duckdb.DuckDBPyConnection, title: str, style: Format, limit: int
) -> None:
    """Read statements from the terminal until its end."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (line editing and history for `input`)
    print(f"{title}; tables are read-only. `.views` lists the views, `.help` helps, Ctrl-D ends.")
    pending = ""
    while True:
        try:
            line = input("  ...> " if pending else "sws> ")
        except EOFError:
            print()
            return
        except KeyboardInterrupt:  # as in other prompts: the statement is given up
            print()
            pending = ""
            continue
        if not pending and line.strip().startswith("."):
            if line.strip() in (".quit", ".exit"):
                return
            print_views() if line.strip() in (".views", ".tables") else print(_HELP)
            continue
        pending = f"{pending}\n{line}" if pending else line
        if not pending.strip():
            pending = ""
        elif pending.rstrip().endswith(";"):
            try:
                run_statements(connection, pending, sys.stdout, style, limit)
            except SwsError as error:
                show_error(str(error))
            pending = ""
