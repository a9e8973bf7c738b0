"""Writes the answers of docs/queries.md anew: `python docs/queries.py PROJECT`, a finished run."""

import io
import re
import sys
from pathlib import Path

import duckdb

from sws.queries import find_round, open_round
from sws.queries.statements import run_statements

PAGE = Path(__file__).with_suffix(".md")
BLOCKS = re.compile(r"(?<=```sql\n)(.+?)(```\n\n```text\n)(.+?)(?=```)", re.DOTALL)


def answered(page: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The page with the answers that a round gives."""

    def answer(block: re.Match[str]) -> str:
        out = io.StringIO()
        run_statements(connection, block[1], out, "table", 40)
        rows = "\n".join(line.rstrip() for line in out.getvalue().splitlines())
        return f"{block[1]}{block[2]}{rows}\n"

    return BLOCKS.sub(answer, page)


def main() -> None:
    """Rewrite the page from the last round of the project that is named."""
    with open_round(find_round(Path(sys.argv[1]))) as connection:
        PAGE.write_text(answered(PAGE.read_text(encoding="utf-8"), connection), encoding="utf-8")


if __name__ == "__main__":
    main()
