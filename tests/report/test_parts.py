"""The parts of the page by themselves: sentences, elements, packed data, charts, order."""

import copy
import json
import re
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest
from markupsafe import Markup

from sws.errors import SwsError
from sws.ledger import Entry
from sws.report import pack
from sws.report.about import costs, duration
from sws.report.charts import Scale, histogram, ruler
from sws.report.concept_map import in_line
from sws.report.headline import headline, points
from sws.report.html import tag, text
from sws.report.report import run
from sws.report.results import in_words
from sws.report.rows import STAGES, cut
from sws.report.tables import Tables
from sws.store import count, read_rows, write_json


def test_text_is_escaped_and_markup_is_not() -> None:
    made = tag("p", "<b>", Markup("<i>x</i>"), ["a", 1], title='"&', data_label=None, hidden=True)
    assert made == '<p title="&#34;&amp;" hidden>&lt;b&gt;<i>x</i>a1</p>'
    assert text("a\x00b\u202ec") == "a\ufffdb\ufffdc"


def test_data_survives_the_packing() -> None:
    value = {"</script>": ["\u2028", "é", None, 0.25]}
    made = pack.block("rows", value)
    (packed,) = re.findall(r">([^<]*)<", made)
    assert pack.unpack(packed) == value
    assert pack.block("rows", value) == made
    assert pack.codes(["b", "a", "b"]) == (["b", "a"], [0, 1, 0])


@pytest.fixture
def summary(small_run: SimpleNamespace) -> dict:
    return json.loads(small_run.summary.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("low", "value", "high", "said"),
    [
        (0.05, 0.113, 0.2, "beat the control by 11.3 points."),
        (-0.2, -0.1, -0.01, "fell 10.0 points short of the control."),
        (-0.02, 0.012, 0.05, "made no clear difference: +1.2 points, within chance."),
        (-0.05, -0.012, 0.02, "made no clear difference: −1.2 points, within chance."),
    ],
)
def test_the_headline_says_what_the_interval_supports(
    summary: dict, low: float, value: float, high: float, said: str
) -> None:
    gain = summary["gains"]["sws - extended"]["overall"]["avg@4"]
    gain.update(low=low, value=value, high=high)
    assert headline(summary).sentence == f"Training on 60 synthetic problems {said}"


def test_the_headline_of_a_run_without_survivors_or_control(summary: dict) -> None:
    alone = copy.deepcopy(summary)
    del alone["gains"]["sws - extended"]
    assert "no control" in headline(alone).sentence
    summary["augmented"]["synthetic"] = {}
    assert headline(summary).sentence == "No synthetic problem survived the filters."


def test_positions_stay_inside_the_picture() -> None:
    scale = Scale(0.2, 0.4)
    assert [scale(value) for value in (0.1, 0.2, 0.3, 0.5)] == [
        *("0.00%", "0.00%", "50.00%", "100.00%"),
    ]
    assert Scale(1, 1)(1) == "0.00%"
    assert "<svg" in histogram([], "Nothing")


def test_a_ruler_names_both_ends_of_a_track_and_its_middle() -> None:
    made = ruler(Scale(-0.35, 0.35), lambda share: points(share, 0))
    assert re.findall(r'x="([^"]+)"[^>]*>([^<]+)<', made) == [
        *(("0.00%", "−35"), ("50.00%", "0"), ("100.00%", "+35")),
    ]  # fmt: skip


def test_metrics_are_explained() -> None:
    assert in_words("avg@8") == "avg@8: the mean of 8 samples of each"
    assert in_words("pass@4") == "pass@4: right in at least one of 4 samples"


def test_costs_come_in_the_order_of_the_graph(small_run: SimpleNamespace, tmp_path: Path) -> None:
    preset = small_run.config.preset
    write_json(tmp_path / "data/config.json", small_run.config.model_dump(mode="json"))
    for number, stage in enumerate(("train:sws", "label", "student", "seed")):
        entry = Entry(preset, stage, f"{stage}.json", "cpu", 0, 60.0, finished=True)
        write_json(tmp_path / f"logs/cost/{number}.json", asdict(entry))
    shown = costs(small_run.config, tmp_path)
    assert re.findall(r'<th scope="row">([^<]+)<', shown) == [
        *("seed", "student", "label", "train:sws"),
    ]  # fmt: skip
    assert "4 min in all (time of the processes)" in shown


def test_neighbours_on_the_concept_line_share_problems() -> None:
    concepts = [
        {"concept_id": name, "name": name, "frequency": frequency}
        for name, frequency in (("a", 1), ("b", 5), ("c", 3), ("d", 2))
    ]
    pairs = {("a", "b"): 4, ("c", "d"): 1, ("a", "d"): 2}
    assert [one["concept_id"] for one in in_line(concepts, pairs)] == ["b", "a", "d", "c"]


def test_times_are_in_units_that_people_choose() -> None:
    found = [duration(seconds) for seconds in (0.3, 45, 600, 7200, 8e6)]
    assert found == ["0.3 s", "45 s", "10 min", "2.0 h", "2,222.2 h"]


def test_a_folder_without_costs_says_so(small_run: SimpleNamespace, tmp_path: Path) -> None:
    assert "No costs were recorded" in costs(small_run.config, tmp_path)


def test_a_long_text_is_cut_and_says_by_how_much() -> None:
    assert cut("x" * 4000).endswith("x … (1,000 more characters)")


def columns(page: Path) -> dict:
    """The first data block of a page."""
    source = page.read_text(encoding="utf-8")
    (packed,) = re.findall(r'<script type="application/gzip" id="rows">([^<]*)<', source)
    return pack.unpack(packed)


def test_every_row_is_there_with_where_it_ended(page: Path, tables: Tables) -> None:
    data = columns(page)
    own = tables.round
    assert len(data["id"]) == data["total"] == count([tables.seed_set, *own.screened])
    ended = [data["stageNames"][code] for code in data["stage"]]
    published = sum(row["source"] == "synthetic" for row in read_rows(own.augmented))
    assert ended.count("augmented") == published == 60
    for stage, paths in (
        *(("screen", own.screened), ("judge", own.verdicts)),
        *(("label", own.labels), ("difficulty", own.difficulty)),
    ):
        assert ended.count(stage) == sum(not row["kept"] for row in read_rows(paths))
    assert set(ended) <= set(STAGES)


def test_of_too_many_rows_the_failed_and_published_ones_stay(
    small_run: SimpleNamespace, tables: Tables, tmp_path: Path
) -> None:
    failed = sum(row["failed"] for row in read_rows(tables.round.failures))
    run(small_run.config, tables, tmp_path / "small.html", rows=failed + 60 + 5)
    data = columns(tmp_path / "small.html")
    ended = [data["stageNames"][code] for code in data["stage"]]
    assert len(ended) == failed + 65 < data["total"]
    assert ended.count("augmented") == 60
    reasons = [data["reasonNames"][code] for code in data["reason"]]
    assert reasons.count("failed") == failed


def test_the_same_run_gives_the_same_page(
    small_run: SimpleNamespace, tables: Tables, page: Path, tmp_path: Path
) -> None:
    run(small_run.config, tables, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()


def test_a_run_that_is_not_finished_is_an_error_that_says_what_is_missing(
    small_run: SimpleNamespace, tmp_path: Path
) -> None:
    missing = tmp_path / "summary.json"
    tables = Tables.in_folder(small_run.config, tmp_path, tmp_path / "seed.json", missing)
    with pytest.raises(SwsError, match="not found"):
        run(small_run.config, tables, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
