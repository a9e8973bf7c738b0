"""An engine that dies in the middle: a clear error, no half table, nothing paid twice."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sws.cli import app
from sws.schemas import BlueprintRow, schema_of
from sws.store import read_rows, write_table
from tests.engines.server import Server, fail, ok, serving

runner = CliRunner()
CATEGORY = {"category": "Algebra", "concepts": ["linear equation"], "level": "2"}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sws.engines.pool.FIRST_WAIT", 0.01)


def blueprints(rows: int) -> Path:
    manifest = Path("blueprints/00.json")
    write_table(
        manifest,
        schema_of(BlueprintRow),
        ({"blueprint_id": f"b{i}", **CATEGORY} for i in range(rows)),
    )
    return manifest


def generate(server: Server, table: Path) -> tuple[int, str]:
    role = f"engine: openai, model: m, url: '{server.url}', concurrency: 1, outage_seconds: 0.1"
    role = f"roles.generator={{{role}}}"
    options = ["--out", "candidates/00.json", "--preset", "nano", "--set", role]
    result = runner.invoke(app, ["generate", str(table), *options])
    return result.exit_code, result.stderr


def test_a_server_that_dies_is_named_and_its_answers_are_kept() -> None:
    table = blueprints(20)
    with serving(lambda call: ok(call) if call.number < 12 else fail(503)) as server:
        code, said = generate(server, table)
        assert code == 1
        assert server.url in said and "run the same command again" in said
        assert "Traceback" not in said
    assert not list(Path("candidates").glob("*"))

    with serving(ok) as server:
        code, said = generate(server, table)
        assert code == 0, said
        assert len(server.calls) == 8
    assert len(list(read_rows("candidates/00.json"))) == 20
