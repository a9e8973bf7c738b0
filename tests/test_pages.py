"""Pages of the documentation: what they link to is there; else the site cannot be built."""

import pkgutil
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_names_of_the_code_lead_to_the_reference() -> None:
    """The site's hook links what looks like a function, a class or a module of sws."""
    (pattern,) = re.findall(r'^_NAME = re.compile\(r"(.+)"\)$', hook(), re.MULTILINE)
    named = {
        (page.name, name)
        for page in PAGES
        for name in re.findall(pattern, page.read_text(encoding="utf-8"))
    }
    assert named
    wrong = [f"{page}: {name}" for page, name in sorted(named) if not resolves(name)]
    assert not wrong, "\n".join(wrong)


def test_links_lead_to_files() -> None:
    links = [(page, link) for page in PAGES for link in LINK.findall(page.read_text("utf-8"))]
    wrong = [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()]
    assert links and not wrong, "\n".join(wrong)


def hook() -> str:
    """The source of the site's hook; mkdocs, which it imports, is not installed here."""
    return (ROOT / "docs" / "pages.py").read_text(encoding="utf-8")


def resolves(name: str) -> bool:
    """Whether a dotted name can be imported."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True
