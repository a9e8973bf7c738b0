"""The stage: one HTML page from the tables of a finished round."""

import base64
import hashlib
import logging
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sws.config.schema import Config
from sws.evaluation.show import read_summary
from sws.queries import open_round
from sws.report import about, concept_map, filters, learning, results, training
from sws.report.headline import headline
from sws.report.rows import blocks
from sws.report.tables import Tables
from sws.store import write_text

#: Rows that the page's browser holds unless the caller wants another number.
ROWS = 50_000
#: Browsers open larger pages, but slowly.
LARGE = 20_000_000
_HERE = Path(__file__).parent

log = logging.getLogger(__name__)


def run(config: Config, tables: Tables, out: Path, rows: int = ROWS) -> None:
    """Write the page, with a browser over at most `rows` rows.

    Raises SwsError when the summary or a table is missing or damaged.
    """
    summary = read_summary(tables.summary)
    tables.check()
    with open_round(tables.folder, tables.seed_set) as connection:
        parts = {
            "results": results,
            "summary": summary,
            "headline": headline(summary),
            "histories": learning.histories(connection, tables),
            "weakness": learning.weakness(connection, tables, summary),
            "rewards": training.rewards(tables.journals),
            "in_vain": training.in_vain(tables.journals),
            "concepts": concept_map.concept_map(tables.concepts),
            "funnel": filters.funnel(summary),
            "distributions": filters.distributions(connection, config, tables),
            "costs": about.costs(config),
            "about": about.about(config, dict(summary)),
            "blocks": blocks(connection, rows),
        }
    page = render(parts)
    write_text(out, page)
    size = len(page.encode())
    log.info("wrote %s (%.1f MB): open it in a browser", out, size / 1e6)
    if size > LARGE:
        log.warning("%s is larger than 20 MB; --rows makes it smaller", out)


def render(parts: dict[str, object]) -> str:
    """The page of these parts; its policy admits this style and this script, and no network."""
    style, script = (Markup((_HERE / f"page.{kind}").read_text("utf-8")) for kind in ("css", "js"))
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"script-src {_digest(script)}; style-src {_digest(style)}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    template = environment.get_template("page.html.jinja")
    return template.render(policy=policy, style=style, script=script, **parts)


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
