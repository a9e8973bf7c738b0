"""Size, memory, first picture and filter time of the report at 50,000 rows.

The peer is the same rows as a plain HTML table, which is what a page without a virtual list would
be, in the same browser; its filter hides the rows that lack a word. Times are the clock's, and in
brackets the processor's, which other work on the machine does not change. Needs Chromium (or its
path in SWS_CHROMIUM) and playwright.
"""

import argparse
import json
import os
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from sws.categories import CATEGORIES
from sws.concepts import database
from sws.config import Config, load
from sws.evaluation import summary
from sws.identity import content_id
from sws.report.report import run
from sws.report.tables import Tables
from sws.schemas import (
    AugmentedRow,
    CandidateRow,
    DifficultyRow,
    EvaluationRow,
    ExtractedRow,
    FailureRow,
    LabelRow,
    RatingRow,
    ScreenedRow,
    SeedRow,
    VerdictRow,
    schema_of,
)
from sws.store import kept, read_rows, rejected, write_json, write_table

CRITERIA = ("Concept coverage", "Difficulty alignment", "Factual accuracy", "Format", "Solvability")
SHARES = (0.0, 0.125, 0.25, 0.375, 0.5, 0.75, 1.0)
SEEDS = 5000


def text(draw: random.Random) -> str:
    """A problem of some 60 words with four formulas."""
    words = " ".join(draw.choice(WORDS) for _ in range(draw.randint(30, 70)))
    a, b, c = (draw.randint(2, 999) for _ in range(3))
    return (
        f"Let $x_{{{a}}}$ be a root of $x^2 - {b}x + {c} = 0$, {words}, and let "
        rf"$$S = \sum_{{k=1}}^{{{a}}} \frac{{k^2 + {b}}}{{k + {c}}}.$$ {words[:90]} "
        r"Find $\lfloor S \rfloor$."
    )


WORDS = [
    "".join(parts)
    for parts in zip(*[iter("theofandtoinisthatforitaswithbeonbyatthisare" * 9)] * 4, strict=False)
]


def make(config: Config, folder: Path, rows: int) -> Tables:
    """Write the tables of a run with this many rows, a fifth of them published."""
    draw = random.Random(7)
    failures = list(_seed_set(folder, draw))
    extracted = [
        {
            "problem_id": row["problem_id"],
            "category": row["category"],
            **kept(),
            "concepts": [
                f"{row['category'].lower()} concept {draw.randint(1, 60)}" for _ in range(3)
            ],
        }
        for row in failures
        if row["failed"]
    ]
    write_table(folder / "extracted.json", schema_of(ExtractedRow), extracted)
    database.run(config, folder / "extracted.json", folder / "concepts.json")
    pool = {
        name: [one for row in extracted if row["category"] == name for one in row["concepts"]]
        for name in CATEGORIES
    }
    _candidates(config, folder, draw, rows - SEEDS, pool)
    tables = Tables.in_folder(config, folder, folder / "seed.json", folder / "summary.json")
    summary.run(config, tables.round, tables.seed_set, tables.summary)
    return tables


def _seed_set(folder: Path, draw: random.Random) -> Iterator[dict[str, Any]]:
    seeds, histories = [], []
    for number in range(SEEDS):
        problem, category = text(draw), draw.choice(CATEGORIES)
        common = {"problem_id": content_id("problem", problem), "category": category}
        seeds.append(
            {**common, "problem": problem, "answer": str(number), "source": "made", **kept()}
        )
        failed = draw.random() < 0.4
        accuracies = [draw.choice(SHARES[:3] if failed else SHARES) for _ in range(6)]
        histories.append(
            {
                **common,
                "accuracies": accuracies,
                "best": max(accuracies),
                "slope": 0.0,
                "epochs": 6,
                "failed": failed,
                "reason": "" if failed else "solved",
                "evidence": {},
            }
        )
    write_table(folder / "seed.json", schema_of(SeedRow), seeds)
    write_table(folder / "failures.json", schema_of(FailureRow), histories)
    weights = {
        name: {"problems": 700, "failed": 280, "failure_ratio": 0.4, "weight": 1 / 7}
        for name in CATEGORIES
    }
    write_json(folder / "weights.json", weights)
    yield from histories


def _candidates(
    config: Config, folder: Path, draw: random.Random, count: int, pool: dict[str, list[str]]
) -> None:
    """Every table from the candidates on, in shards, and the evaluations."""
    names = ("candidates", "screened", "verdicts", "labels", "difficulty")
    kinds = dict(
        zip(names, (CandidateRow, ScreenedRow, VerdictRow, LabelRow, DifficultyRow), strict=True)
    )
    augmented = [
        {
            **{key: row[key] for key in ("problem_id", "problem", "answer", "category")},
            "source": "seed",
            "blueprint_id": None,
            "concepts": None,
            "level": None,
            "vote_share": None,
            "accuracy": None,
        }
        for row in read_rows(folder / "seed.json")
    ]
    for shard in range(config.shards):
        tables: dict[str, list[Any]] = {name: [] for name in (*names, *config.roles.judges)}
        for number in range(count // config.shards):
            _one(tables, augmented, draw, f"{shard}-{number}", pool, tuple(config.roles.judges))
        for name, kind in kinds.items():
            write_table(folder / name / f"{shard:02d}.json", schema_of(kind), tables[name])
        for judge in config.roles.judges:
            write_table(
                folder / "ratings" / judge / f"{shard:02d}.json",
                schema_of(RatingRow),
                tables[judge],
            )
    write_table(folder / "augmented.json", schema_of(AugmentedRow), augmented)
    for arm, rate in (("base", 0.3), ("initial", 0.35), ("extended", 0.37), ("sws", 0.48)):
        rows = [
            {
                "set": "textbook",
                "problem_id": f"{number:05d}",
                "category": CATEGORIES[number % 7],
                "sample": sample,
                "completion": "",
                "answer": "1",
                "outcome": "correct" if draw.random() < rate else "wrong",
                "tokens": 9,
            }
            for number in range(280)
            for sample in range(config.evaluation.samples)
        ]
        write_table(folder / "evaluation" / f"{arm}.json", schema_of(EvaluationRow), rows)
        journal = folder / "training" / arm.replace("base", "other") / "metrics.jsonl"
        journal.parent.mkdir(parents=True, exist_ok=True)
        steps = (
            {"step": n, "reward": rate * (1 - 0.6 * 0.97**n) + draw.gauss(0, 0.02)}
            for n in range(200)
        )
        journal.write_text("".join(json.dumps(step) + "\n" for step in steps), encoding="utf-8")


def _one(
    tables: dict[str, list[Any]],
    augmented: list[Any],
    draw: random.Random,
    key: str,
    pool: dict[str, list[str]],
    judges: tuple[str, ...],
) -> None:
    """One candidate, as far as it gets."""
    problem, category, chance = text(draw), draw.choice(CATEGORIES), draw.random()
    identity = content_id("problem", problem)
    blueprint = {
        "blueprint_id": content_id("blueprint", key),
        "category": category,
        "level": "3",
        "concepts": draw.sample(pool[category], 2),
    }
    common = {"candidate_id": content_id("candidate", key), **blueprint}
    tables["candidates"].append(
        {**common, "completion": problem, "finish_reason": "stop", "tokens": 90}
    )
    passes = kept() if chance > 0.1 else rejected("near duplicate", {"similarity": chance})
    tables["screened"].append({**common, "problem_id": identity, "problem": problem, **passes})
    if chance <= 0.1:
        return
    base = {"problem_id": identity, "problem": problem, "category": category}
    passes = kept() if chance > 0.3 else rejected("a bad verdict")
    ratings = {name: draw.choice(("perfect", "acceptable")) for name in CRITERIA}
    said = "\n".join(
        f"{name}: {rating} - {' '.join(draw.sample(WORDS, 20))}" for name, rating in ratings.items()
    )
    for judge in judges:
        tables[judge].append(
            {
                "problem_id": identity,
                "judge": judge,
                "verdict": "perfect",
                "criteria": ratings,
                "completion": said,
            }
        )
    tables["verdicts"].append({**base, "verdicts": dict.fromkeys(judges, "perfect"), **passes})
    if chance <= 0.3:
        return
    answer, votes = rf"\frac{{{draw.randint(1, 99)}}}{{7}}", draw.randint(5, 8)
    tables["labels"].append(
        {
            **base,
            "answer": answer,
            "vote_share": votes / 8,
            "n_votes": 8,
            "n_samples": 8,
            "tied": False,
            "low": 0.3,
            "high": 0.9,
            "groups": [{"answer": answer, "votes": votes}, {"answer": "3", "votes": 8 - votes}],
            **kept(),
        }
    )
    accuracy = draw.choice(SHARES)
    passes = (
        kept() if 0.2 < accuracy < 0.8 else rejected("too hard" if accuracy < 0.2 else "too easy")
    )
    tables["difficulty"].append(
        {**base, "answer": answer, "accuracy": accuracy, "n_samples": 8, **passes}
    )
    if passes["kept"]:
        augmented.append(
            {
                **base,
                "answer": answer,
                "source": "synthetic",
                "vote_share": votes / 8,
                "accuracy": accuracy,
                **{k: blueprint[k] for k in ("blueprint_id", "concepts", "level")},
            }
        )


def written(config: Config, tables: Tables, out: Path, rows: int) -> tuple[float, float]:
    """Write the report; the processor time in seconds, and the most memory of this process."""
    started = time.process_time()
    run(config, tables, out, rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.process_time() - started, peak


#: Tasks of more than 50 ms, in which the page does not answer.
LONG = """
    window.longest = 0;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) longest = Math.max(longest, one.duration);
    }).observe({type: "longtask", buffered: true});
"""


def opened(browser: Browser, page: Path, ready: str) -> tuple[float, float, float, Any]:
    """Seconds until the first picture and until the page is `ready`, its longest task, the tab."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.set_default_timeout(600_000)
    tab.add_init_script(LONG)
    started = time.monotonic()
    tab.goto(page.as_uri(), wait_until="commit")
    tab.wait_for_selector(ready, state="attached")
    whole = time.monotonic() - started
    tab.wait_for_timeout(1000)  # what the page does after it
    name = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    return tab.evaluate(name) / 1000, whole, tab.evaluate("window.longest") / 1000, tab


#: Filters, and waits until the picture has changed.
FILTER = """async (words) => {
    const query = document.getElementById("query");
    query.value = words; query.dispatchEvent(new Event("input"));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return document.getElementById("status").textContent;
}"""
PLAIN = """async (words) => {
    for (const row of document.querySelectorAll("tr")) {
        row.hidden = !row.textContent.toLowerCase().includes(words);
    }
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return "";
}"""
QUERIES = ("theo 7", "root of", "999", "no such", "")


def filtered(tab: Any, script: str, words: str) -> tuple[float, float, str]:
    """Milliseconds by the clock and of the page's processor, and what the page says."""
    client = tab.context.new_cdp_session(tab)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    before, started = busy(client), time.monotonic()
    status = tab.evaluate(script, words)
    return 1000 * (time.monotonic() - started), 1000 * (busy(client) - before), status


def busy(client: Any) -> float:
    """Seconds of processor that the page's thread has used."""
    metrics = client.send("Performance.getMetrics")["metrics"]
    found: float = next(one["value"] for one in metrics if one["name"] == "TaskDuration")
    return found


def plain(tables: Tables, out: Path, limit: int) -> None:
    """The same rows as a plain table."""
    rows = read_rows([tables.seed_set, *tables.round.screened], ["problem", "category"])
    texts = (f"<tr><td>{row['problem']}<td>{row['category']}" for row in islice(rows, limit))
    out.write_text("<table>" + "\n".join(texts) + "</table><p id=end>end", encoding="utf-8")


def main() -> None:
    """Make a run, write its report and the plain table, open both, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--keep", type=Path, help="a folder to leave the pages in")
    options = parser.parse_args()
    config = load(
        "nano", {"shards": 4, "evaluation": {"samples": 4, "pass_at": [1], "resamples": 100}}
    )
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = options.keep or Path(name)
        tables = make(config, folder, options.rows)
        page = folder / "report.html"
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            seconds, peak = alone.submit(written, config, tables, page, options.rows).result()
        plain(tables, folder / "plain.html", options.rows)
        chromium = os.environ.get("SWS_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        size = page.stat().st_size / 1e6
        print(f"written      {seconds:6.1f} s of processor, {peak:,.0f} MiB at most, {size:.1f} MB")
        paint, ready, longest, tab = opened(browser, page, "html[data-ready=yes]")
        plain_paint, plain_ready, plain_longest, table = opened(
            browser, folder / "plain.html", "#end"
        )
        print(f"first paint  {paint:6.2f} s; the rows as a plain table {plain_paint:.2f} s")
        print(f"rows ready   {ready:6.2f} s; the plain table {plain_ready:.2f} s, "
              f"{plain_ready / ready:.1f} times as long")  # fmt: skip
        print(f"longest task {longest:6.2f} s; the plain table {plain_longest:.2f} s")
        for words in QUERIES:
            clock, used, status = filtered(tab, FILTER, words)
            plain_clock, plain_used, _ = filtered(table, PLAIN, words)
            print(f"filter       {clock:6.0f} ms ({used:.0f}); the plain table "
                  f"{plain_clock:,.0f} ms ({plain_used:,.0f}), {plain_used / used:.0f} times; "
                  f"{words!r}: {status[:40]}")  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()
