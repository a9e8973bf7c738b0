"""A finished run with its report, and the browser that opens it."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sws.concepts import database
from sws.report.report import run
from sws.report.tables import Tables
from sws.schemas import FailureRow, schema_of
from sws.store import read_rows, write_json, write_table
from tests.hostile import renamed, spoil, words_of_data

#: What a hostile model or data set would write, in each of the ways to leave a text.
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>"
    '<a href="javascript:alert(4)">x</a>--></style></title>]]>&lt;b&gt;\u2028\u202e{{7*7}}'
    r"$\href{javascript:alert(5)}{x}$"
)


def tables_of(at: SimpleNamespace) -> Tables:
    """The tables of the small run, with the concepts and a training journal that it lacks."""
    at.concepts = at.folder / "concepts.json"
    if not at.concepts.exists():
        database.run(at.config, at.extracted, at.concepts)
    _give_histories(at.folder / "failures.json")
    (at.folder / "training" / "sws").mkdir(parents=True, exist_ok=True)
    journal = at.folder / "training" / "sws" / "metrics.jsonl"
    lines = ({"step": step, "reward": step / 20} for step in range(20))
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return Tables.in_folder(at.config, at.folder, at.seed, at.summary)


def _give_histories(manifest: Path) -> None:
    """Accuracies of three epochs, which depend on the row: the small run has none."""
    rows = list(read_rows(manifest))
    for n, row in enumerate(rows):
        row["accuracies"] = [n % 5 / 4, n % 3 / 4, 0.25] if row["failed"] else [0.25, 0.5, 1.0]
        row["epochs"] = 3
    write_table(manifest, schema_of(FailureRow), rows)


@pytest.fixture(scope="session")
def tables(small_run: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    folder = tmp_path_factory.mktemp("report") / "run"
    shutil.copytree(small_run.folder, folder, ignore=shutil.ignore_patterns("answers"))
    places = {
        name: folder / Path(path).name
        for name, path in vars(small_run).items()
        if name in ("seed", "summary", "extracted")
    }
    return tables_of(SimpleNamespace(config=small_run.config, folder=folder, **places))


@pytest.fixture(scope="session")
def page(small_run: SimpleNamespace, tables: Tables) -> Path:
    """The report of the small run."""
    out = tables.summary.parent / "report.html"
    run(small_run.config, tables, out)
    return out


@pytest.fixture(scope="session")
def hostile_page(
    small_run: SimpleNamespace, tables: Tables, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The report of the same run, with HOSTILE before every text in every column."""
    folder = tmp_path_factory.mktemp("hostile") / "run"
    shutil.copytree(tables.summary.parent, folder)
    spoil(folder, HOSTILE)
    at = SimpleNamespace(
        config=small_run.config, folder=folder, extracted=folder / "extracted.json"
    )
    at.seed, at.summary = folder / "seed.json", folder / "summary.json"
    (folder / "concepts.json").unlink()
    summary = json.loads(at.summary.read_text(encoding="utf-8"))
    words = words_of_data(summary)
    write_json(at.summary, renamed(summary, words, HOSTILE))
    weights = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
    write_json(folder / "weights.json", renamed(weights, words, HOSTILE))
    out = folder / "report.html"
    run(at.config, tables_of(at), out)
    return out


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium of the system.

    Per module: while playwright runs, no other test of the process can start an event loop.
    """
    found = os.environ.get("SWS_CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
    if not found:
        pytest.skip("needs Chromium: apt-get install chromium, or set SWS_CHROMIUM")
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """A page with everything that it complained about, asked of the network, or popped up."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", lambda message: self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: (self.faults.append("dialog"), dialog.dismiss()))
        page.on("request", self._requested)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith("file:") or not request.is_navigation_request():
            self.faults.append(request.url)

    def shown(self) -> str:
        """The text of the chosen row."""
        return self.page.inner_text("#row")


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[..., Opened]]:
    """Opens a report; at the end nothing may have been wrong with it."""
    pages: list[Opened] = []

    def look(path: Path, width: int = 1280, fragment: str = "", **settings: Any) -> Opened:
        viewport = {"width": width, "height": 900}
        context = chromium.new_context(viewport=viewport, offline=True, **settings)
        pages.append(Opened(context.new_page()))
        pages[-1].page.set_default_timeout(120_000)  # a busy machine is no fault of the page
        pages[-1].page.goto(path.as_uri() + fragment)
        pages[-1].page.wait_for_selector("html[data-ready=yes]")
        return pages[-1]

    yield look
    for one in pages:
        one.page.context.close()
    assert not [fault for one in pages for fault in one.faults]
