"""Without the extras: what the verbs for text files need, and what to install for the others."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sws.cli.extras import missing

#: Runs `sws` where only the standard library and what the base needs can be imported.
ALONE = """
import sys
hidden = set(sys.argv.pop(1).split(","))
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hide())
sys.argv[0] = "sws"
from sws.cli import main
main()
"""
HEAVY = (
    "accelerate,aiohttp,altair,datasets,duckdb,dvc,gguf,huggingface_hub,more_itertools,pyarrow,"
    "scipy,sentence_transformers,snakemake,torch,transformers,trl,vllm,vl_convert"
)


def alone(folder: Path, *arguments: str, text: str = "", ok: bool = True) -> str:
    """What `sws` prints in an environment that lacks the packages of all extras."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, HEAVY, *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == ok, done.stderr[-2000:]
    return done.stdout if ok else " ".join(done.stderr.split())


def test_verify_and_vote(tmp_path: Path) -> None:
    pairs = '{"gold": "1/2", "pred": "So it is \\\\boxed{0.5}."}\n{"gold": "5 km", "pred": "7 m"}\n'
    found = [json.loads(line) for line in alone(tmp_path, "verify", "-", text=pairs).splitlines()]
    assert [row["outcome"] for row in found] == ["correct", "wrong"]
    votes = alone(tmp_path, "vote", "-", text='{"id": 1, "answers": ["1/2", "0.5", "3"]}\n')
    assert json.loads(votes)["n_votes"] == 3


def test_dedup_and_decontaminate_text_files(tmp_path: Path) -> None:
    texts = ["How many primes are below one hundred?", "What is 3 + 4?"]
    file, benchmark = tmp_path / "mine.jsonl", tmp_path / "test.jsonl"
    file.write_text("".join(json.dumps({"problem": text}) + "\n" for text in [*texts, texts[0]]))
    benchmark.write_text(json.dumps({"problem": texts[0]}) + "\n")
    rows = alone(tmp_path, "dedup", file.name).splitlines()
    assert [json.loads(row)["kept"] for row in rows] == [True, True, False]
    rows = alone(tmp_path, "decontaminate", file.name, "--against", benchmark.name).splitlines()
    assert [json.loads(row)["kept"] for row in rows] == [False, True, False]


def test_look_and_config(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("question,answer\nWhat is 3 + 4?,7\n")
    assert "seed_set" in alone(tmp_path, "look", "mine.csv")
    assert "student:" in alone(tmp_path, "config", "--preset", "qwen2.5-7b")


def test_a_verb_that_needs_more_says_which_extra(tmp_path: Path) -> None:
    (tmp_path / "mine.parquet").write_bytes(b"PAR1")
    shown = alone(tmp_path, "dedup", "mine.parquet", ok=False)
    assert "dedup needs the package pyarrow" in shown and "`tools`" in shown
    shown = alone(tmp_path, "dvc", ok=False)
    assert "Snakefile" in shown or "snakemake" in shown


@pytest.mark.parametrize(
    ("module", "extra"), [("pyarrow.lib", "tools"), ("snakemake", "workflow"), ("torch", "gpu")]
)
def test_the_extra_of_a_module(module: str, extra: str) -> None:
    said = missing(ModuleNotFoundError("no", name=module), "label")
    assert said.startswith(f"label needs the package {module.partition('.')[0]},")
    assert f"`{extra}`" in said


def test_a_missing_module_of_its_own_is_a_fault() -> None:
    assert missing(ModuleNotFoundError("no", name="sws.gone"), "label") == ""


def test_help_needs_none_of_the_slow_packages() -> None:
    slow = {"pydantic", "numpy", "pyarrow", "sympy", "duckdb"}
    code = f"import sys, sws.cli; print({slow} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"
