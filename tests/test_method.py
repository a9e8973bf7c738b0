"""docs/method.md keeps to the code, and its tables to arithmetic."""

import re
from pathlib import Path

import pytest

from sws.config.layers import VARIANTS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`(sws(?:\.\w+)+)`", TEXT)))
RESULTS = [
    [cell.strip(" *") for cell in line.strip("|").split("|")]
    for line in TEXT[TEXT.index("## The published results") :].splitlines()
    if re.search(r"\| \d", line)
]


@pytest.mark.parametrize("name", NAMES)
def test_what_the_text_names_exists(name: str) -> None:
    """By source, since importing the trainer takes seconds."""
    path, attributes = ROOT, name.split(".")
    while attributes and (path / attributes[0]).is_dir():
        path /= attributes.pop(0)
    source = (path / f"{attributes.pop(0)}.py").read_text(encoding="utf-8")
    for attribute in attributes:
        assert re.search(rf"^\s*(def|class) {attribute}\b|^{attribute}\b", source, re.MULTILINE)


def test_every_variant_is_described() -> None:
    described = TEXT[TEXT.index("## Variants") : TEXT.index("## The published results")]
    for path in VARIANTS.glob("*.yaml"):
        assert f"`{path.stem}`" in described


def test_published_averages_and_the_one_row_that_does_not_add_up() -> None:
    wrong = {}
    for model, *cells in RESULTS:
        *columns, printed, recomputed = map(float, cells)
        mean = sum(columns) / 8
        assert len(columns) == 8
        assert mean == pytest.approx(recomputed, abs=0.0501)
        if abs(mean - printed) > 0.0501:
            wrong[model] = (printed, recomputed)
    assert len(RESULTS) == 11
    assert wrong == {"Qwen2.5-Math-7B, BaseRL": (51.9, 52.4)}


def test_the_published_gains() -> None:
    average = {model: float(cells[-1]) for model, *cells in RESULTS}
    gains = {
        name: round(average[f"{name}, SwS"] - average[f"{name}, BaseRL"], 1)
        for name in ("Qwen2.5-3B", "Qwen2.5-7B", "Qwen2.5-Math-7B", "Qwen2.5-32B")
    }
    assert gains == {
        "Qwen2.5-3B": 2.5,
        "Qwen2.5-7B": 10.0,
        "Qwen2.5-Math-7B": 5.9,  # printed as 6.4
        "Qwen2.5-32B": 7.7,
    }
