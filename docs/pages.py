"""Pages of the docs site that live in the repository's root, where Git hosts expect them."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
PICTURES = ("data/summary.png",)
_HEAD = {"index.md": "---\nhide: [navigation]\n---\n"}
_LINK = re.compile(r"\]\((?:\.\./)*(docs/)?([^)#\s]+)")
#: A function, class or module such as `sws.verify.verifier.Verifier`; constants have no entry.
_NAME = re.compile(r"(?<!\[)`(sws(?:\.\w+)*\.(?![A-Z_]+`)\w+)`")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add them, with their links as they are in the site."""
    root = Path(config.config_file_path).parent
    for source, page in PAGES.items():
        text = (root / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=_HEAD.get(page, "") + _relinked(text)))
    for picture in PICTURES:
        files.append(File.generated(config, picture, content=(root / picture).read_bytes()))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Link pages in docs/ to those in the root, and names of the code to the API reference."""
    linked = _relinked(markdown) if "](../" in markdown else markdown
    return _NAME.sub(r"[`\1`][\1]", linked)


def _relinked(text: str) -> str:
    def target(link: re.Match[str]) -> str:
        in_docs, path = link[1], link[2]
        if path in PAGES:
            return f"]({PAGES[path]}"
        return f"]({path}" if in_docs else link[0]

    return _LINK.sub(target, text)
