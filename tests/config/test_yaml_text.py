"""params.yaml as people write it: any line ends, numbers as in science, no key twice."""

from pathlib import Path

import pytest
import yaml

from sws.config import load
from sws.config.yaml_text import parse_yaml
from sws.errors import SwsError


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The params.yaml of an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "params.yaml"


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-6", 1e-6), ("-2E+3", -2000.0), ("1.e5", 1e5), ("1.5e3", 1500.0), ("1e", "1e"),
     ("12", 12), ("v1e-6", "v1e-6"), ("'1e-6'", "1e-6"), ("e5", "e5")],
)  # fmt: skip
def test_numbers(text: str, value: object) -> None:
    assert parse_yaml(text) == value and type(parse_yaml(text)) is type(value)


def test_a_key_that_comes_twice_is_named_with_its_line(params: Path) -> None:
    params.write_text("preset: nano\nlabels: {samples: 4}\nseed: 2\nlabels: {min_share: 0.6}\n")
    with pytest.raises(SwsError, match=r"params.yaml: .*the key 'labels' comes twice, line 4"):
        load()


def test_a_merged_key_may_be_set_again() -> None:
    assert parse_yaml("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}")["b"] == {"x": 1, "y": 3}


def test_equal_texts_of_other_types_are_other_keys() -> None:
    assert parse_yaml("{1: a, '1': b}") == {1: "a", "1": "b"}
    with pytest.raises(yaml.YAMLError, match="comes twice"):
        parse_yaml("{1: a, 1: b}")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_windows_line_ends_and_byte_order_marks(params: Path, mark: str) -> None:
    params.write_bytes(f"{mark}preset: nano\r\nlabels:\r\n  min_share: 75e-2\r\n".encode())
    assert load().labels.min_share == 0.75


def test_a_tab_is_named_as_such(params: Path) -> None:
    params.write_text("preset: nano\nlabels:\n\tmin_share: 0.6\n")
    with pytest.raises(SwsError, match="a tab where YAML takes blanks only, line 3, column 1"):
        load()
