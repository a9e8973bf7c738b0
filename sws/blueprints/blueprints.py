"""Blueprints: the budget of each category, and what to write its problems about."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sws.blueprints.distinct import Drawn, draw_distinct
from sws.blueprints.waves import Waves, asked
from sws.budget import largest_remainders, read_weights
from sws.concepts.database import open_concepts
from sws.concepts.graph import ConceptGraph
from sws.config.schema import Config
from sws.errors import SwsError
from sws.identity import content_id
from sws.progress import track
from sws.schemas import BlueprintRow, schema_of
from sws.store import write_json, write_table

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Share:
    """The draw of one category; its rows are dealt to the shards in turn, starting at `first`."""

    category: str
    names: Sequence[str]
    drawn: Drawn
    available: int  # blueprints of all waves
    first: int


def run(
    config: Config,
    round: int,
    concepts: Path,
    weights: Path,
    outs: Sequence[Path],
    budget: Path,
    waves: Waves | None = None,
) -> None:
    """Write the blueprints, spread evenly over the shards `outs`, and the budget report.

    A later round draws anew with different ids, so that the generator does not write the same
    problems again.

    With `frugal.waves`, those of one wave: each continues the draw of the wave before it, so that
    all together begin what one draw of all blueprints would be.

    The report holds, per category, the weight, the numbers of blueprints requested and drawn, and
    the reason for any shortage. Raises SwsError if a category falls short and
    `blueprints.on_shortage` is `error`.
    """
    again = [f"round {round}"] if round > 1 else []
    weight_of, waves = read_weights(weights), waves or Waves()
    most = largest_remainders(config.blueprints.total, weight_of)
    wanted = asked(config, waves, weight_of)
    shares: list[Share] = []
    with open_concepts(concepts) as connection:
        for category in track(sorted(most), len(most), "Drawing blueprints"):
            graph = ConceptGraph.read(connection, category)
            whole = _draw(config, category, graph, most[category] if wanted[category] else 0, again)
            before = waves.drawn.get(category, 0)
            drawn = whole.part(before, before + wanted[category])
            first = sum(len(share.drawn.levels) for share in shares) % len(outs)
            available = waves.available.get(category, len(whole.levels))
            shares.append(Share(category, graph.names, drawn, available, first))
    levels = _levels(config)
    for shard, out in enumerate(track(outs, len(outs), "Writing blueprints")):
        write_table(out, schema_of(BlueprintRow), _rows(shares, levels, again, shard, len(outs)))
    write_json(
        budget,
        {
            share.category: {
                "weight": weight_of[share.category],
                "asked": wanted[share.category],
                "drawn": len(share.drawn.levels),
                "reason": share.drawn.reason,
                **_of_waves(config, waves, share),
            }
            for share in shares
        },
    )


def _of_waves(config: Config, waves: Waves, share: Share) -> dict[str, int]:
    if config.frugal.waves == 1:
        return {}
    before = waves.survivors.get(share.category, 0)
    return {"wave": waves.number, "survivors_before": before, "available": share.available}


def _draw(config: Config, category: str, graph: ConceptGraph, most: int, again: list[str]) -> Drawn:
    settings = config.blueprints
    drawn = draw_distinct(
        graph,
        most,
        settings.concepts,
        len(_levels(config)),
        settings.temperature,
        config.seed,
        ["blueprints", category, *again],
    )
    if len(drawn.levels) < most and settings.on_shortage == "error":
        raise SwsError(
            f"{category}: {most} blueprints requested, {len(drawn.levels)} drawn: {drawn.reason}",
            fix="lower blueprints.total, extract more concepts, or set blueprints.on_shortage "
            "to reduce",
        )
    if drawn.reason:
        log.warning("%s: %d of %d blueprints: %s", category, len(drawn.levels), most, drawn.reason)
    return drawn


def _levels(config: Config) -> list[str]:
    return list(dict.fromkeys(config.blueprints.levels))


def _rows(
    shares: Sequence[Share], levels: Sequence[str], again: list[str], shard: int, shards: int
) -> Iterator[BlueprintRow]:
    """A shard's rows: concepts by name, so that a blueprint's id depends on the set alone."""
    for share in shares:
        start = (shard - share.first) % shards
        drawn = share.drawn
        pairs = zip(drawn.concepts[start::shards], drawn.levels[start::shards], strict=True)
        for indices, level in pairs:
            names = [share.names[i] for i in indices]
            yield {
                "blueprint_id": content_id(
                    "blueprint", share.category, levels[level], *names, *again
                ),
                "category": share.category,
                "concepts": names,
                "level": levels[level],
            }
