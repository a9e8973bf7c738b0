"""What people see first agrees with the code: versions, templates, records, targets, links."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

import sws

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECORDS = sorted((ROOT / "docs/decisions").glob("*.md"))
YAML = [
    *(ROOT / ".github").rglob("*.yml"),
    *(ROOT / name for name in (".pre-commit-config.yaml", ".snakemake-workflow-catalog.yml")),
    *(ROOT / name for name in ("CITATION.cff", "mkdocs.yml")),
]


def test_changelog_citation_and_package_name_the_same_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", changelog, re.MULTILINE)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert released[0] == (sws.__version__, citation["date-released"])
    assert released == sorted(released, reverse=True)


@pytest.mark.parametrize("path", YAML, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_of_a_service_is_yaml(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


@pytest.mark.parametrize("name", ["bug.yml", "idea.yml"])
def test_the_fields_of_an_issue_form_have_names_of_their_own(name: str) -> None:
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE" / name).read_text(encoding="utf-8"))
    ids = [field["id"] for field in form["body"]]
    assert form["name"] and form["description"] and len(set(ids)) == len(ids) > 0


def test_hooks_run_what_lint_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in hooks["repos"]} == {"local"}
    recipe = subprocess.run(
        ["make", "--dry-run", "lint"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for hook in hooks["repos"][0]["hooks"]:
        tool, *_ = hook["entry"].removeprefix(".venv/bin/").split()
        assert re.search(rf"^{tool}\b", recipe, re.MULTILINE), hook["id"]


def test_make_lists_every_target() -> None:
    listed = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert set(re.findall(r"^  make (\S+) +\S", listed.stdout, re.MULTILINE)) == set(
        phony[1].split()
    )


def test_the_catalog_finds_the_workflow() -> None:
    assert (ROOT / "workflow/Snakefile").is_file()
    assert (ROOT / "config/README.md").is_file()
    readme = (ROOT / "README.md").read_text(encoding="utf-8").lower()
    assert "snakemake" in readme and "workflow" in readme


def test_every_decision_is_numbered_listed_and_in_three_parts() -> None:
    listed = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))
    for path in RECORDS:
        text = path.read_text(encoding="utf-8")
        title, status = re.match(r"# (.+)\n\n(.+)\n", text).groups()  # type: ignore[union-attr]
        number, _, name = title.partition(". ")
        assert number == path.name[:4] and f"(decisions/{path.name}) | {name} |" in listed
        assert re.match(r"(Accepted|Superseded by .+), \d{4}-\d\d-\d\d\.$", status), path.name
        assert re.findall("^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]


def test_the_log_is_in_order() -> None:
    text = (ROOT / "docs/log.md").read_text(encoding="utf-8")
    dates = re.findall("^## (.+)$", text, re.MULTILINE)
    assert dates == sorted(dates) and all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in dates)


def test_contributing_names_files_that_exist() -> None:
    """But for the files that its recipes create."""
    made = {"keep-unanimous", "qwen3-4b", "echo", "brevity"}
    named = re.findall(r"`((?:sws|rules|tests|docs|presets|examples)/[\w./-]*)`", CONTRIBUTING)
    assert len(named) > 20
    for name in named:
        assert (ROOT / name).exists() or any(word in name for word in made), name
