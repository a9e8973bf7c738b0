"""The report in a browser: what it shows, to whom, and what no text can make it do."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sws.queries.rounds import open_round
from sws.report.tables import Tables
from sws.store import sql_tables, stream
from tests.report.conftest import HOSTILE, Opened

Look = Callable[..., Opened]


def test_the_result_is_in_the_headline(page: Path, opened: Look, tables: Tables) -> None:
    summary = json.loads(tables.summary.read_text(encoding="utf-8"))
    gain = summary["gains"]["sws - extended"]["overall"]["avg@4"]
    shown = opened(page).page.inner_text("header")
    assert "Training on 60 synthetic problems" in shown
    assert f"{abs(100 * gain['value']):.1f} points" in shown
    assert f"{100 * gain['low']:+.1f} to {100 * gain['high']:+.1f} points" in shown.replace(
        "−", "-"
    )


def test_every_picture_has_a_description_and_a_table(page: Path, opened: Look) -> None:
    one = opened(page).page
    for picture in one.locator("figure > svg").all():
        assert picture.get_attribute("role") == "img"
        assert len(picture.get_attribute("aria-label")) > 20
    for figure in one.locator("figure").all():
        assert figure.locator("table").count() == 1
    for track in one.locator("svg.track").all():
        assert track.locator("xpath=ancestor::table").count() == 1


def test_a_row_shows_what_sql_finds_behind_it(page: Path, opened: Look, tables: Tables) -> None:
    """Twenty published problems: answer, concepts, failed problems, votes, verdicts, difficulty."""
    one = opened(page)
    with open_round(tables.folder, tables.seed_set) as connection:
        rows = stream(
            connection,
            "SELECT * FROM synthetic WHERE published ORDER BY md5(candidate_id) LIMIT 20",
        )
        for row in list(rows):
            choose(one, row["candidate_id"])
            shown = one.shown()
            assert row["problem"] in shown and answer_shown(one) == row["answer"]
            assert row["blueprint_id"] in shown and row["problem_id"] in shown
            used = one.page.locator("#row .chips button").all_inner_texts()
            assert sorted(used) == sorted(row["concepts"])
            failed = connection.execute(
                "SELECT failed_problem_id, accuracies FROM lineage WHERE candidate_id = ?",
                [row["candidate_id"]],
            ).fetchall()
            if one.page.locator("#row .plain button", has_text="Show all").count():
                one.page.get_by_text("Show all").click()
            listed = one.page.locator("#row .plain > li")
            ids = [item.get_attribute("data-id") for item in listed.all()]
            assert sorted(ids) == sorted(problem for problem, _ in failed)
            for group in row["votes"]:
                assert f"{group['votes']} of {row['n_samples']}" in shown
            right = round(row["accuracy"] * row["tries"])
            ends = row["accuracy_low"], row["accuracy_high"]
            low, high = (f"{100 * end:.0f} %" for end in ends)
            assert f"in {right} of {row['tries']} tries" in shown
            assert f"95 % interval {low} to {high}" in shown
            assert len(row["ratings"]) == 2
            wrote = one.page.locator("#row .said").all_text_contents()
            for rating in row["ratings"]:
                assert f"{rating['judge']}: {rating['verdict']}" in shown
                assert rating["completion"] in wrote


def answer_shown(one: Opened) -> str:
    """The answer of the open row; of a formula its LaTeX."""
    formula = one.page.locator("#row .answer math")
    text = one.page.inner_text("#row .answer").removeprefix("Answer: ")
    return formula.get_attribute("alttext") if formula.count() else text


def choose(one: Opened, identity: str) -> None:
    """Open the row with this id by the text filter."""
    one.page.click("#reset")
    one.page.fill("#query", identity)
    one.page.locator("#list .option").first.click()
    one.page.wait_for_url(re.compile(f"#row-{identity}$"))


def test_histories_of_failed_problems_are_those_of_the_table(
    page: Path, opened: Look, tables: Tables
) -> None:
    one = opened(page)
    failures = sql_tables([tables.round.failures])
    for identity, accuracies in duckdb.execute(
        f"SELECT problem_id, accuracies FROM {failures} WHERE failed LIMIT 3"
    ).fetchall():
        choose(one, identity)
        shown = [f"{100 * share:.0f} %" for share in accuracies]
        assert one.page.inner_text("#row .history") == " → ".join(shown)


def test_filters_agree_with_the_tables(page: Path, opened: Look, tables: Tables) -> None:
    one = opened(page).page
    screened = sql_tables(tables.round.screened)
    [(copies,)] = duckdb.execute(
        f"SELECT count(*) FROM {screened} WHERE reason = 'exact duplicate'").fetchall()  # fmt: skip
    one.click("#reset")
    stage = one.locator("#stage option", has_text="Stopped at screening").get_attribute("value")
    one.select_option("#stage", stage)
    one.select_option("#reason", label=f"exact duplicate ({copies})")
    assert one.inner_text("#status").startswith(f"{copies} of ")
    one.fill("#query", "no such words anywhere")
    assert one.inner_text("#status").startswith("0 of ")
    one.click("#reset")
    assert re.match(r"\d+ rows\.", one.inner_text("#status"))


def test_a_concept_leads_to_its_rows_and_a_link_to_its_row(page: Path, opened: Look) -> None:
    one = opened(page).page
    one.locator("#list .option").first.click()
    name = one.locator("#row .chips button").first.inner_text()
    one.locator("#row .chips button").first.click()
    assert f"with the concept {name}" in one.inner_text("#status")
    title = one.inner_text("#row h3")
    linked = opened(page, fragment=one.evaluate("location.hash")).page
    linked.wait_for_selector("#row h3")
    assert linked.inner_text("#row h3") == title


def test_all_of_it_works_by_keyboard(page: Path, opened: Look) -> None:
    one = opened(page).page
    one.keyboard.press("Tab")
    assert one.evaluate("document.activeElement.textContent") == "Skip to the result"
    one.focus("#query")
    for name in ("stage", "category", "reason", "reset", "list"):
        one.keyboard.press("Tab")
        assert one.evaluate("document.activeElement.id") == name
    one.keyboard.press("End")
    last = one.get_attribute("#list", "aria-activedescendant")
    assert one.locator(f"#{last}").get_attribute("aria-posinset") == "60"
    for key, place in (("Home", "1"), ("ArrowDown", "2"), ("ArrowDown", "3"), ("ArrowUp", "2")):
        one.keyboard.press(key)
        active = one.get_attribute("#list", "aria-activedescendant")
        assert one.locator(f"#{active}").get_attribute("aria-posinset") == place
    text = one.locator(f"#{active} .says").inner_text()
    one.keyboard.press("Enter")
    one.wait_for_selector("#row:focus")  # a function to wait for would need `unsafe-eval`
    assert text in one.inner_text("#row h3")
    one.keyboard.press("Escape")
    assert one.evaluate("document.activeElement.id") == "list"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(page: Path, opened: Look, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    one = opened(page, width, color_scheme=scheme, bypass_csp=True).page
    one.locator("#list .option").first.click()
    one.wait_for_selector("#row h3")
    found = axe.Axe().run(one).response["violations"]
    serious = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert not serious, json.dumps(serious, indent=1)[:3000]


def test_a_phone_needs_no_sideways_scrolling(page: Path, opened: Look) -> None:
    one = opened(page, 390).page
    assert one.evaluate("document.documentElement.scrollWidth") == 390


def test_texts_stay_texts_in_every_column(hostile_page: Path, opened: Look) -> None:
    one = opened(hostile_page)
    page = one.page
    page.click("#reset")
    stages = page.locator("#stage option").all()[1:]
    assert len(stages) >= 6
    for value in [stage.get_attribute("value") for stage in stages]:
        page.select_option("#stage", value)
        for place in (0, 1):
            page.locator("#list .option").nth(place).click()
            page.wait_for_selector("#row h3")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    planted = "script:not([id]), img, svg[onload], [onerror], a:not([href^='#']), style, iframe"
    known = page.locator(planted).evaluate_all("all => all.map(one => one.localName)")
    assert sorted(known) == ["script", "style"]
    assert page.locator("[href^='javascript'], math [href]").count() == 0
    text = page.text_content("#row")
    assert HOSTILE in text
    assert page.evaluate("document.title").count("script") == 0


def test_the_file_holds_no_text_outside_its_data(hostile_page: Path) -> None:
    source = hostile_page.read_text(encoding="utf-8")
    assert source.count("<script") == source.count("</script>")
    assert "<script>alert" not in source and "onerror=alert(2)>" not in source
    assert "\u202e" not in source and not re.search(r"https?:(?!//www.w3.org/)", source)


def test_the_policy_admits_one_script_and_nothing_else(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', source)
    assert "default-src &#39;none&#39;" in policy
    assert policy.count("sha256-") == 2
    assert "unsafe" not in policy and "http" not in policy


def test_an_inline_handler_would_be_refused(page: Path, chromium: Any, tmp_path: Path) -> None:
    """The policy is at work: a page into which markup was smuggled runs none of it."""
    planted = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    smuggled = tmp_path / "smuggled.html"
    source = page.read_text(encoding="utf-8")
    smuggled.write_text(source.replace("<main", planted + "<main"), encoding="utf-8")
    tab = chromium.new_page()
    tab.goto(smuggled.as_uri())
    tab.wait_for_selector("html[data-ready=yes]")
    assert tab.title().startswith("SwS report")
    tab.close()
