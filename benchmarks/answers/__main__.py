"""Accuracy of answer checkers on labelled pairs, by kind: `sws verify` and peers from PyPI.

FILE holds JSON lines {id, kind or source, gold, pred, is_equal}; pairs whose `is_equal` is null are
left out. FP: different answers called equal; FN: equal ones refused (whatever is not "correct").
A peer is named NAME or NAME=PYTHON, the interpreter of an environment that has it:

    python -m benchmarks.answers pairs.jsonl --peer math-verify --peer mathruler=peers/bin/python

--misses lists our errors; a `why` that says "debatable" is marked.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.answers.peers import PEERS
from sws.verifiers.files import verify_file

Table = dict[str, Counter]


def ours(rows: list[dict]) -> list[str]:
    """The outcome of each pair."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        verify_file(path, out := io.StringIO())
    return [json.loads(line)["outcome"] for line in out.getvalue().splitlines()]


def theirs(peer: str, rows: list[dict]) -> list[str]:
    """A peer's outcome of each pair, from its own interpreter."""
    name, _, python = peer.partition("=")
    if name not in PEERS:
        raise SystemExit(f"no peer {name!r}; expected one of {', '.join(PEERS)}")
    script = Path(__file__).with_name("peers.py")
    pairs = "".join(
        json.dumps({"gold": row["gold"], "pred": row["pred"] or ""}) + "\n" for row in rows
    )
    done = subprocess.run(
        [python or sys.executable, str(script), name], input=pairs, capture_output=True, text=True
    )
    outcomes = done.stdout.split()
    if len(outcomes) != len(rows):
        raise SystemExit(f"{name} answered {len(outcomes)} of {len(rows)} pairs:\n{done.stderr}")
    return outcomes


def counted(rows: list[dict], outcomes: list[str]) -> Table:
    """Pairs, equal pairs, false positives and false negatives, by kind."""
    table: Table = {}
    for row, outcome in zip(rows, outcomes, strict=True):
        for kind in (row.get("kind") or row.get("source") or "?", "all"):
            count = table.setdefault(kind, Counter())
            count["n"] += 1
            count["equal"] += row["is_equal"]
            count["fp"] += outcome == "correct" and not row["is_equal"]
            count["fn"] += outcome != "correct" and row["is_equal"]
    return table


def printed(tables: dict[str, Table]) -> None:
    """One line a kind, three columns a checker."""
    mine = next(iter(tables.values()))
    print(f"{'':22} {'':>5} {'':>5}" + "".join(f" {name:>21}" for name in tables))
    print(
        f"{'kind':22} {'pairs':>5} {'equal':>5}"
        + f" {'accuracy':>11} {'FP':>4} {'FN':>4}" * len(tables)
    )
    for kind in [*sorted(set(mine) - {"all"}), "all"]:
        line = f"{kind[:22]:22} {mine[kind]['n']:>5} {mine[kind]['equal']:>5}"
        for table in tables.values():
            count = table[kind]
            right = 1 - (count["fp"] + count["fn"]) / count["n"]
            line += f" {right:>11.2%} {count['fp']:>4} {count['fn']:>4}"
        print(line)


def main() -> None:
    """Print the table, and the misses if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME[=PYTHON]")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    lines = [line for file in options.files for line in file.read_text("utf-8").splitlines()]
    rows = [row for row in map(json.loads, lines) if row["is_equal"] is not None]
    outcomes = ours(rows)
    tables = {"sws verify": counted(rows, outcomes)}
    for peer in options.peer:
        tables[peer.partition("=")[0]] = counted(rows, theirs(peer, rows))
    printed(tables)
    if options.misses:
        for row, outcome in zip(rows, outcomes, strict=True):
            if (outcome == "correct") != row["is_equal"]:
                kind = "FN" if row["is_equal"] else "FP"
                note = " (debatable)" if "debatable" in str(row.get("why")) else ""
                pred = (row["pred"] or "")[-90:]
                print(f"{kind} {row['id']} {outcome}{note}: {row['gold'][:90]!r} | {pred!r}")


if __name__ == "__main__":
    main()
