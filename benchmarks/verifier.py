"""Accuracy of the verifier on labelled pairs, beside plain Math-Verify, by source.

FILE holds JSON lines {id, source, gold, pred, is_equal}; pairs whose `is_equal` is null are left
out. Plain is what Math-Verify's documentation shows: verify(parse(gold), parse(answer)). Whatever
is not "correct" counts as "not equal". --misses lists every error.
"""

import argparse
import io
import json
import tempfile
from collections import Counter
from pathlib import Path

from math_verify import parse, verify

from sws.verifiers.files import verify_file


def ours(rows: list[dict]) -> list[str]:
    """The outcome of each pair."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        verify_file(path, out := io.StringIO())
    return [json.loads(line)["outcome"] for line in out.getvalue().splitlines()]


def plain(row: dict) -> str:
    """Math-Verify as documented."""
    try:
        equal = verify(parse(row["gold"]), parse(row["pred"]))
    except Exception:
        return "error"
    return "correct" if equal else "wrong"


def table(rows: list[dict], outcomes: list[str]) -> dict[str, Counter]:
    """Counts of pairs, equal pairs, false positives and false negatives, by source."""
    counts: dict[str, Counter] = {}
    for row, outcome in zip(rows, outcomes, strict=True):
        for source in (row["source"], "all"):
            count = counts.setdefault(source, Counter())
            count["n"] += 1
            count["equal"] += row["is_equal"]
            count["fp"] += outcome == "correct" and not row["is_equal"]
            count["fn"] += outcome != "correct" and row["is_equal"]
    return counts


def main() -> None:
    """Print the table, and the misses if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    lines = options.file.read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["is_equal"] is not None]
    found = ours(rows)
    mine, theirs = table(rows, found), table(rows, [plain(row) for row in rows])
    print(f"{'':18} {'':>5} {'':>6} {'this project':>22} {'plain Math-Verify':>22}")
    print(f"{'source':18} {'pairs':>5} {'equal':>6}" + f" {'accuracy':>10} {'FP':>5} {'FN':>5}" * 2)
    for source in [*sorted(set(mine) - {"all"}), "all"]:
        line = f"{source:18} {mine[source]['n']:>5} {mine[source]['equal']:>6}"
        for count in (mine[source], theirs[source]):
            right = 1 - (count["fp"] + count["fn"]) / count["n"]
            line += f" {right:>10.2%} {count['fp']:>5} {count['fn']:>5}"
        print(line)
    if options.misses:
        for row, outcome in zip(rows, found, strict=True):
            if (outcome == "correct") != row["is_equal"]:
                print(
                    f"{row['id']} {outcome}: {row['gold'][:90]!r} | {(row['pred'] or '')[-90:]!r}"
                )


if __name__ == "__main__":
    main()
