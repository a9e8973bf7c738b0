"""Whether the training runs of a configuration fit on GPUs: for `sws plan`, and as a table."""

from collections.abc import Iterator
from pathlib import Path

from sws.config.schema import Config
from sws.gpus import Cards
from sws.planning.memory import CARDS, GB, Run, divides, fewest, memory, problems
from sws.planning.shapes import Shape, shape_of

#: A student under this is trained anywhere; nothing is said of it.
SMALL = 100e6


def student_shape(config: Config, base: Path) -> Shape | None:
    """The shape of the student: of its prepared folder, else by its name; None if unknown."""
    prepared = (base / "config.json").exists()
    return shape_of(str(base) if prepared else config.student.source)


def longest(config: Config, run: str) -> int:
    """The longest prompt and completion of a run together, in tokens."""
    return config.training_of(run).max_prompt_tokens + config.student.max_tokens


def notes(config: Config, base: Path, cards: Cards | None) -> Iterator[str]:
    """On how many GPUs the arms' training fits, and a warning where it does not on `cards`."""
    shape = student_shape(config, base)
    if shape is None or shape.parameters < SMALL:
        return
    runs = {"initial": config.initial_rl, "arms": config.arms.training}
    rl, tokens = runs["arms"], longest(config, "arms")
    least = {card: fewest(rl, shape, tokens, card) for card in CARDS}
    said = ", ".join(f"{count or 'not up to 64'} of {card} GB" for card, count in least.items())
    yield f"training {shape.parameters / 1e9:.1f} billion parameters takes GPUs: {said}"
    if cards is None:
        return
    for name, its in runs.items():
        run = Run.of(its, shape, longest(config, name), cards.count)
        for why in problems(run, cards.memory):
            yield (
                f"WARNING: {name}: training cannot fit on {cards.count} x {cards.memory:.0f} GB: "
                f"{why}. See docs/memory.md for what to set"
            )


def cell(config: Config, shape: Shape, world: int, card: float) -> str:
    """GB on each GPU of a run of the arms; in brackets where it does not fit."""
    rl = config.arms.training
    if not divides(rl, world):
        return "-"
    run = Run.of(rl, shape, longest(config, "arms"), world)
    need = memory(run, card).total / GB
    return f"({need:.0f})" if any(problems(run, card)) else f"**{need:.0f}**"
