"""A wheel holds all that a run needs: workflow, presets, profiles, prompts."""

import sys
from pathlib import Path

from tests.packaging.conftest import ROOT, Shell

LOADS = """
from sws.config import load
from sws.installation import ASSETS
for path in sorted(ASSETS.glob("presets/*.yaml")): print(load(path.stem).preset)
for path in sorted(ASSETS.glob("presets/variants/*.yaml")): load(f"qwen2.5-7b+{path.stem}")
"""
SNAKEFILE = "import sws.installation; print(sws.installation.SNAKEFILE)"


def test_every_file_of_the_workflow_is_in_it(installed: Path) -> None:
    for folder in ("rules", "presets", "profiles", ".dvc/plots"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert files
        for path in files:
            packaged = installed / "sws/assets" / path.relative_to(ROOT)
            assert packaged.read_bytes() == path.read_bytes()
    for prompt in (ROOT / "sws/prompts").glob("*.jinja"):
        assert (installed / prompt.relative_to(ROOT)).exists()


def test_it_knows_every_preset_and_variant(shell: Shell) -> None:
    known = shell("python", "-c", LOADS).split()
    assert known == [path.stem for path in sorted((ROOT / "presets").glob("*.yaml"))]


def test_an_unknown_preset_is_answered_with_those_it_knows(shell: Shell) -> None:
    shown = " ".join(shell("sws", "config", "--preset", "qwen2.5-7", ok=False).split())
    assert "did you mean qwen2.5-7b?" in shown and "micro, nano" in shown


def test_a_dry_run_shows_the_papers_graph(shell: Shell) -> None:
    snakefile = shell("python", "-c", SNAKEFILE).strip()
    assert str(ROOT) not in snakefile
    shown = shell("snakemake", "-n", "--snakefile", snakefile, "--config", "preset=qwen2.5-7b")
    shown = shown.replace(sys.prefix, "")  # the environment may lie in the checkout
    assert "train" in shown and str(ROOT) not in shown
