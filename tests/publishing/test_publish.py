"""What `sws publish` refuses before anything is written or sent."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from sws.cli import app
from sws.config import load
from sws.errors import SwsError
from sws.publishing.publish import prepared, save, tag_of
from tests.publishing.conftest import configured


def test_without_a_repository_it_says_where_to_name_one() -> None:
    with (
        pytest.raises(SwsError, match="repo is not set") as caught,
        prepared(load("nano"), {}, 1),
    ):
        pass
    assert "--repo user/name" in caught.value.fix


def test_a_round_that_the_run_does_not_have() -> None:
    config = configured(load("nano"))
    with pytest.raises(SwsError, match="round 2: not in this run"), prepared(config, {}, 2):
        pass


def test_a_folder_that_holds_something_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(SwsError, match="is not empty"):
        save(load("nano"), {}, 1, tmp_path, None)


def test_the_tag_names_the_round(finished: SimpleNamespace) -> None:
    assert tag_of(configured(finished.config), 3) == "round3"
    assert tag_of(configured(finished.config, tag="v1.{round}-fixed"), 2) == "v1.2-fixed"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--repo", "no-slash"], "--repo no-slash"),
        (["--repo", "me/set", "--tag", "a b"], "--tag a b"),
        (["--rows", "3"], "an excerpt is only saved"),
    ],
)
def test_options_that_make_no_sense(options: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["publish", "--preset", "nano", *options])
    assert done.exit_code == 1
    assert message in done.output
