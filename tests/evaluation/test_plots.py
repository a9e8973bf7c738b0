"""What `dvc plots` shows: marks for every row, side by side for each version compared."""

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import vl_convert
import yaml
from dvc_render.vega import VegaRenderer

from sws.evaluation import plots

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["plots"]


@pytest.fixture(scope="module")
def tables(small_run: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a small run; its two training runs are made up."""
    folder = tmp_path_factory.mktemp("plots")
    for name in ("initial", "sws"):
        lines = [json.dumps({"step": step, "reward": step / 4}) for step in range(3)]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    journals = {name: folder / f"{name}.jsonl" for name in ("initial", "sws")}
    plots.run(
        small_run.config, small_run.summary, journals, folder / "metrics.json", folder / "plots"
    )
    return folder / "plots"


@pytest.mark.parametrize("name", ["accuracy", "training", "funnel"])
def test_each_plot_draws_every_row_of_both_versions(tables: Path, name: str) -> None:
    [entry] = [entry[name] for entry in ENTRIES if name in entry]
    [(path, y)] = entry["y"].items()
    with (tables / Path(path).name).open() as file:
        rows = list(csv.DictReader(file))
    both = [{**row, "rev": rev} for rev in ("HEAD", "workspace") for row in rows]
    spec = VegaRenderer(
        both,
        name,
        template=entry["template"],
        template_dir=str(ROOT / ".dvc/plots"),
        title=entry["title"],
        x=entry["x"],
        y=y,
    ).get_filled_template()
    assert "<DVC_METRIC" not in json.dumps(spec)
    picture = vl_convert.vegalite_to_svg(spec)
    assert entry["title"] in picture
    marks = [picture.count(f'aria-roledescription="{mark}"') for mark in ("bar", "point")]
    assert sum(marks) == len(both)
    assert f"{entry['x']}: " in picture  # marks are described by their values
