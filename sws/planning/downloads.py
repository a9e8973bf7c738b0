"""The Hub models that a configuration needs, fetched where there is a network."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sws.config.schema import Config
from sws.embedding import PACKAGED
from sws.errors import SwsError


class HubModel(NamedTuple):
    """A model by its Hub id; `revision` is a tag or a commit."""

    name: str
    revision: str | None


def hub_models(config: Config) -> list[HubModel]:
    """The models that a run loads from the Hub: the student's, the roles', the embedder's."""
    return sorted(set(_named(config)), key=lambda model: (model.name, model.revision or ""))


def download(config: Config) -> Iterator[tuple[HubModel, Path]]:
    """Fetch each model into the Hub's cache ($HF_HOME); yield it with its folder.

    What is there already is not fetched again. Raises SwsError for one that cannot be had.
    """
    from huggingface_hub import snapshot_download

    for model in hub_models(config):
        try:
            folder = snapshot_download(
                model.name,
                revision=model.revision,
                ignore_patterns=["*.pth", "original/*", "*.gguf", "*.onnx"],
            )
        except Exception as error:  # the Hub's own, HTTP and plain OS errors
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise SwsError(
                f"{model.name}: cannot be downloaded: {reason}",
                expected="a model of the Hub, which can be reached from here",
                fix="check the name and the network; a gated model needs HF_TOKEN",
            ) from error
        yield model, Path(folder)


def _named(config: Config) -> Iterator[HubModel]:
    student = config.student.source
    if student != "scratch" and not student.startswith("gguf:") and _is_id(student):
        yield HubModel(student, config.student.revision)
    teachers = ("categorizer", "extractor", "generator", "labeler", "verifier")
    judges = (f"judge:{name}" for name in config.roles.judges)
    for role in map(config.roles.named, (*teachers, *judges)):
        if role.engine == "vllm" and role.model != "student" and _is_id(role.model):
            yield HubModel(role.model, role.revision)
    embedder = config.roles.embedder.model
    if embedder not in PACKAGED and _is_id(embedder):
        yield HubModel(embedder, None)


def _is_id(name: str) -> bool:
    return not (Path(name).exists() or name.startswith(("/", "./", "../", "~")))
