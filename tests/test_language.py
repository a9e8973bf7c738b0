"""Plain English: phrasings that a reader stumbles over stay out of code, comments and pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("sws", "rules", "docs", "tests", "benchmarks", "profiles", "presets", "containers")
FILES = ("README.md", "Makefile", "Snakefile", "pyproject.toml", "params.yaml", "CONTRIBUTING.md")
SUFFIXES = {".py", ".smk", ".md", ".yaml", ".sh", ".def", ""}
#: What to write instead, by what no longer appears.
PHRASES = {
    r"\bmend(s|ed|ing)?\b": "fix, correct",
    r"\btold\b": "reported, passed",
    r"\btell(s|ing)\b(?! (\w+ )?apart)": "say, report, show",
    r"\bthere (is|are|was|were) none\b": "not found, missing",
    r"\bof several\b(?! \w+s\b)": "many, several",
    r"\bso many\b": "many, this many",
    r"\blets? go of\b": "release",
    r"\bif it is none\b|\bwhere it is none\b": "if it is not one",
    r"\btake_for_good\b": "hold_until_exit",
}
#: Files that are yet to be corrected; none by the next release.
TO_DO: set[str] = set()


def pages() -> Iterator[Path]:
    """Every text of the project but this one."""
    for folder in FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in SUFFIXES)
    yield from (ROOT / name for name in FILES)


def oddities(path: Path) -> list[str]:
    """Lines with a phrase that no longer appears, and what to write instead."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()} (write: {instead})"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for phrase, instead in PHRASES.items()
        if re.search(phrase, line, re.IGNORECASE)
    ]


def test_phrases_that_went_stay_away() -> None:
    own = Path(__file__).resolve()
    texts = (path for path in pages() if path.is_file() and path != own)
    found = [odd for path in texts for odd in oddities(path)]
    assert not [odd for odd in found if odd.partition(":")[0] not in TO_DO], "\n".join(found)


@pytest.mark.parametrize(
    ("line", "odd"),
    [
        ("Mend the file.", True),
        ("recommended, amended", False),
        ("whatever it is told", True),
        ("hard to tell", False),
        ("the meter tells how far it is", True),
        ("nothing tells them apart", False),
        ("one of several judges", False),
        ("Of several the first stays.", True),
    ],
)
def test_words_that_only_look_alike_are_left_alone(line: str, odd: bool) -> None:
    assert any(re.search(phrase, line, re.IGNORECASE) for phrase in PHRASES) == odd
