"""The tools on a user's own files: from a file or a pipe, to a file or a pipe, and mistakes."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sws.cli import app
from sws.code_rewards import Sandbox
from sws.errors import SwsError

LADDER = "A ladder of length 13 leans against a wall with its foot 5 away. How high does it reach?"
SUM = "Find the sum of the first 40 odd positive integers, and the sum of their squares."

#: Every tool, lines that it takes, and the arguments that it cannot do without.
LINES = {
    "verify": [
        {"id": "a", "gold": "1/2", "pred": r"so it is \boxed{0.5}", "note": [1, None]},
        {"id": 2, "gold": "4", "pred": None},
        {"id": None, "gold": "x+1", "pred": "x+2"},
        {"id": {"page": 3}, "gold": "4", "pred": "5"},
    ],
    "vote": [
        {"id": "a", "answers": ["1/2", "0.5", "3", None]},
        {"id": 2, "answers": [None, "", r"\boxed{"]},
        {"id": [3], "answers": ["7", "8", "8", "7"]},
    ],
    "dedup": [{"id": "a", "text": LADDER}, {"id": 2, "text": SUM}, {"id": 2, "text": LADDER}],
    "decontaminate": [{"id": "a", "text": LADDER}, {"id": 2, "text": SUM}],
    "run-tests": [
        {"id": "a", "solution": "x = 2", "tests": ["assert x == 2", "assert x == 3"]},
        {"id": 2, "solution": "print(input())", "tests": [{"input": "hi", "output": "hi"}]},
    ],
}
TOOLS = list(LINES)
BAD = {
    "verify": ['{"id": 1', "[1]", '{"id": 1, "pred": "2"}', '{"gold": 2, "pred": "2"}', "nonsense"],
    "vote": ['{"id": 1}', '{"answers": "7"}', '{"answers": [7]}', "\\boxed{7}"],
    "dedup": ['{"id": 1}', '{"text": 7}', "{"],
    "decontaminate": ['{"id": 1}', '{"text": null}', "{"],
    "run-tests": ['{"solution": "x = 1"}', '{"solution": "", "tests": "assert 1"}', "{"],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "benchmark.jsonl").write_text(json.dumps({"id": "b1", "problem": LADDER}))
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@lru_cache
def no_sandbox() -> str:
    try:
        Sandbox()
    except SwsError as error:
        return str(error)
    return ""


def needs(tool: str) -> list[str]:
    """Arguments that a tool cannot do without; skips where it has no sandbox."""
    if tool == "run-tests" and no_sandbox():
        pytest.skip(no_sandbox())
    return ["--against", "benchmark.jsonl"] if tool == "decontaminate" else []


def run(tool: str, *arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [tool, *needs(tool), *arguments], input=stdin)


def text_of(rows: list[dict]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def rows_of(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_file_and_a_pipe_give_the_same_to_a_pipe_and_a_file(tool: str, folder: Path) -> None:
    text = text_of(LINES[tool])
    Path("in.jsonl").write_text(text)
    printed = run(tool, "in.jsonl")
    assert printed.exit_code == 0, printed.stderr
    piped = run(tool, "-", "--out", "deep/out.jsonl", stdin=text)
    assert piped.exit_code == 0, piped.stderr
    assert Path("deep/out.jsonl").read_text() == printed.stdout
    rows = rows_of(printed.stdout)
    assert [row["id"] for row in rows] == [row["id"] for row in LINES[tool]]
    assert sorted(path.name for path in folder.iterdir()) == ["benchmark.jsonl", "deep", "in.jsonl"]


def test_verify_says_what_became_of_each_answer_and_keeps_the_line() -> None:
    rows = rows_of(run("verify", "-", stdin=text_of(LINES["verify"])).stdout)
    assert [row["outcome"] for row in rows] == ["correct", "unparsed", "wrong", "wrong"]
    assert [row["answer"] for row in rows] == ["0.5", None, "x+2", "5"]
    kept = [{key: row[key] for key in row if key not in ("outcome", "answer")} for row in rows]
    assert kept == LINES["verify"]


def test_verify_gives_algebra_as_long_as_it_is_told() -> None:
    pair = {
        "gold": r"\sum_{k=1}^{201} \frac{1}{k^3+2}",
        "pred": r"\int_0^1 \frac{x^{50}}{1+x^3} dx",
    }
    [row] = rows_of(run("verify", "-", "--seconds", "0.01", stdin=json.dumps(pair)).stdout)
    assert row["outcome"] == "timeout"


def test_vote_tells_shares_ties_and_what_did_not_parse() -> None:
    first, nothing, tie = rows_of(run("vote", "-", stdin=text_of(LINES["vote"])).stdout)
    assert (first["label"], first["vote_share"]) == ("0.5", 0.5)
    assert (first["n_votes"], first["n_samples"], first["tied"]) == (3, 4, False)
    assert first["groups"] == [{"label": "0.5", "votes": 2}, {"label": "3", "votes": 1}]
    assert first["interval"] == pytest.approx([0.15, 0.85], abs=0.001)  # Wilson, 2 of 4
    assert (nothing["label"], nothing["vote_share"], nothing["n_votes"]) == (None, 0, 0)
    assert (nothing["n_samples"], nothing["groups"]) == (3, [])
    assert tie["tied"] and tie["label"] == "7" and tie["vote_share"] == 0.5


def test_dedup_decides_every_row_and_reports_aside() -> None:
    found = run("dedup", "-", stdin=text_of(LINES["dedup"]))
    assert [row["reason"] for row in rows_of(found.stdout)] == ["", "", "exact duplicate"]
    assert "exact duplicate" in found.stderr and "standard input" in found.stderr
    report = json.loads(run("dedup", "-", "--json", stdin=text_of(LINES["dedup"])).stdout)
    assert (report["rows"], report["kept"], report["reasons"]) == (3, 2, {"exact duplicate": 1})
    assert report["pairs"][0]["of_text"] == LADDER


def test_decontaminate_counts_each_benchmark() -> None:
    arguments = ["-", "--against", "other.jsonl", "--json"]
    Path("other.jsonl").write_text(json.dumps({"question": "Is 7 a prime number, yes or no?"}))
    found = run("decontaminate", *arguments, stdin=text_of(LINES["decontaminate"]))
    assert json.loads(found.stdout)["benchmarks"] == {
        "benchmark": {"problems": 1, "overlapping_rows": 1},
        "other": {"problems": 1, "overlapping_rows": 0},
    }


def test_run_tests_scores_and_says_why_a_test_failed() -> None:
    half, whole = rows_of(run("run-tests", "-", stdin=text_of(LINES["run-tests"])).stdout)
    assert (half["passed"], half["total"], half["reward"]) == (1, 2, 0.5)
    assert half["results"][1] == {"outcome": "failed", "detail": "AssertionError"}
    assert whole["reward"] == 1


@pytest.mark.parametrize(
    ("tool", "line"), [(tool, line) for tool, lines in BAD.items() for line in lines]
)
def test_a_malformed_line_is_named_with_what_to_do(tool: str, line: str, folder: Path) -> None:
    good = json.dumps(LINES[tool][0]) + "\n"
    Path("in.jsonl").write_text(f"{good}\n{line}\n{good}")
    found = run(tool, "in.jsonl", "--out", "out.jsonl")
    assert found.exit_code == 1
    assert found.stderr.splitlines()[-3].startswith("sws: in.jsonl, line 3: ")
    assert "expected: " in found.stderr and "{" in found.stderr
    assert "to do:    fix or " in found.stderr
    assert not list(folder.glob("*out.jsonl*"))  # nothing half-written
    piped = run(tool, "-", stdin=f"{good}{line}")
    assert piped.exit_code == 1 and "sws: standard input, line 2: " in piped.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_what_cannot_be_read_or_written_is_named(tool: str) -> None:
    absent = run(tool, "nothing.jsonl")
    assert absent.exit_code == 1 and "sws: nothing.jsonl: no such file" in absent.stderr
    Path("folder.jsonl").mkdir()
    found = run(tool, "folder.jsonl")
    assert found.exit_code == 1 and "sws: folder.jsonl: " in found.stderr
    Path("in.jsonl").write_text(text_of(LINES[tool]))
    Path("taken").write_text("")
    found = run(tool, "in.jsonl", "--out", "taken/out.jsonl")
    assert found.exit_code == 1 and "sws: taken/out.jsonl: cannot be written" in found.stderr
    assert run(tool).exit_code == 2  # no file named
    assert run(tool, "in.jsonl", "--nonsense").exit_code == 2


def test_a_pipe_is_written_and_a_link_followed_and_neither_is_replaced() -> None:
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    Path("aim.jsonl").write_text("before")
    Path("link.jsonl").symlink_to("aim.jsonl")
    for out in ("pipe", "link.jsonl"):
        found = run("verify", "-", "--out", out, stdin=text_of(LINES["verify"]))
        assert found.exit_code == 0, found.stderr
    assert Path("pipe").is_fifo() and len(rows_of(os.read(reader, 65536).decode())) == 4
    assert Path("link.jsonl").is_symlink() and len(rows_of(Path("aim.jsonl").read_text())) == 4
    os.close(reader)


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no /dev/full")
def test_a_full_disk_behind_standard_output_is_named() -> None:
    Path("in.jsonl").write_text(text_of(LINES["verify"][:1]))
    command = f"{shlex.quote(sys.executable)} -m sws verify in.jsonl > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "sws: standard output: the disk is full" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_cannot_be_written() -> None:
    for out in (".", "/"):
        found = run("verify", "-", "--out", out, stdin="")
        assert found.exit_code == 1 and f"sws: {out}: is a folder" in found.stderr


@pytest.mark.parametrize("tool", ["verify", "vote", "run-tests"])
def test_a_file_without_rows_is_refused(tool: str) -> None:
    for name in ("in.jsonl", "in.csv"):
        Path(name).write_text("\n\n")
        found = run(tool, name, "--out", "out.jsonl")
        assert found.exit_code == 1 and f"sws: {name}: no rows" in found.stderr
        assert "to do:" in found.stderr and not Path("out.jsonl").exists()
    assert "standard input: no rows" in run(tool, "-", stdin="").stderr


@pytest.mark.parametrize("tool", ["dedup", "decontaminate"])
def test_an_empty_table_is_refused(tool: str) -> None:
    found = run(tool, "-", stdin="")
    assert found.exit_code == 1 and "standard input: no rows" in found.stderr


def test_windows_files_and_bytes_that_are_no_text_are_read() -> None:
    lines = b'\xef\xbb\xbf{"gold": "5", "pred": "5"}\r\n{"gold": "5", "pred": "\xff5"}\r\n'
    Path("in.jsonl").write_bytes(lines)
    for arguments, stdin in ((["in.jsonl"], None), (["-"], lines)):
        found = run("verify", *arguments, stdin=stdin)
        assert [row["outcome"] for row in rows_of(found.stdout)] == ["correct", "wrong"]


def test_a_named_pipe_is_read_as_a_file_is() -> None:
    Path("in.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "caf\xe9 a b c"}\r\n')
    command = f"{shlex.quote(sys.executable)} -m sws dedup <(cat in.jsonl)"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert rows_of(done.stdout)[0]["text"] == "caf\ufffd a b c"


def test_a_column_may_have_any_name() -> None:
    for column in ("path", "example", "name", "checks"):
        found = run("dedup", "-", "--column", column, "--json", stdin=json.dumps({column: SUM}))
        assert found.exit_code == 0 and json.loads(found.stdout)["kept"] == 1


@pytest.mark.parametrize("tool", TOOLS)
def test_the_example_of_the_help_works_as_it_stands(tool: str) -> None:
    """In a real shell, with the command that is installed beside this interpreter."""
    needs(tool)
    shown = CliRunner().invoke(app, [tool, "--help"], env={"COLUMNS": "80"}).stdout
    example = shown.partition("Example:")[2].strip()
    assert "\n" not in example and f"sws {tool} " in example
    for name in ("problems", "test"):
        Path(f"{name}.jsonl").write_text(text_of(LINES["dedup"]))
    sws = f'sws() {{ {shlex.quote(sys.executable)} -m sws "$@"; }}'
    done = subprocess.run(["bash", "-c", f"{sws}\n{example}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = rows_of(Path("decided.jsonl").read_text() if "--out" in example else done.stdout)
    assert rows
    if tool == "verify":
        assert rows[0]["outcome"] == "correct"


def test_a_reader_that_leaves_early_and_a_pipe_instead_of_a_file() -> None:
    Path("in.jsonl").write_text(text_of([{"gold": "5", "pred": "5"}] * 20_000))
    Path("texts.jsonl").write_text(text_of(LINES["dedup"]))
    sws = f"{shlex.quote(sys.executable)} -m sws"
    verified, decided = (
        subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
        for command in (
            f"{sws} verify <(cat in.jsonl) | head -1",
            f"{sws} dedup <(cat texts.jsonl)",
        )
    )
    assert rows_of(verified.stdout)[0]["outcome"] == "correct"
    assert "Traceback" not in verified.stderr
    assert len(rows_of(decided.stdout)) == 3


def test_a_line_of_megabytes() -> None:
    row = {"gold": "5", "pred": "so " * 1_000_000 + r"\boxed{5}", "more": "\u202e{}" * 500_000}
    (found,) = rows_of(run("verify", "-", stdin=text_of([row])).stdout)
    assert found == row | {"outcome": "correct", "answer": "5"}
