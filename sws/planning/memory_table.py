"""The table in docs/memory.md: `python -m sws.planning.memory_table` writes it anew."""

from collections.abc import Iterator
from pathlib import Path

from sws.config import load
from sws.installation import ASSETS
from sws.planning.fit import cell
from sws.planning.memory import CARDS
from sws.planning.shapes import shape_of

PAGE = ASSETS / "docs" / "memory.md"
BEGIN, END = "<!-- table: python -m sws.planning.memory_table -->", "<!-- end of table -->"
PRESETS = (
    "qwen2.5-3b",
    "qwen2.5-7b",
    "qwen2.5-7b+lora",
    "llama-3.1-8b-instruct",
    "qwen2.5-32b",
)
GPUS = (1, 4, 8, 16, 32)


def table() -> str:
    """The GB on each GPU that the arms of each preset take, by number of GPUs and card."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| preset | GPUs | " + " | ".join(f"{card} GB" for card in CARDS) + " |"
    yield "|---" * (len(CARDS) + 2) + "|"
    for preset in PRESETS:
        config = load(preset)
        shape = shape_of(config.student.source)
        assert shape is not None
        for world in GPUS:
            cells = " | ".join(cell(config, shape, world, card) for card in CARDS)
            yield f"| `{preset}` | {world} | {cells} |"


def with_table(page: str) -> str:
    """The page with the table of today between its marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}{END}{rest.split(END)[1]}"


def main(page: Path = PAGE) -> None:
    """Write the table into its page."""
    page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
