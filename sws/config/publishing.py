"""How a finished round is published on the Hugging Face Hub; no stage depends on it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sws.config.section import Section

#: A licence by the name that the Hub gives it.
License = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.+-]+$")]
#: An ISO 639 code.
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Publishing(Section):
    """Where and under which name `sws publish` puts a round, and what its card says."""

    repo: str | None = Field(
        None,
        pattern=r"^[\w.-]+/[\w.-]+$",
        description="The Hub dataset to publish to: `user/name` or `organization/name`.",
    )
    private: bool = Field(
        True, description="Whether a repository that is created can be read by its owner only."
    )
    title: str | None = Field(None, description="Title of the card; null: the repository's name.")
    tag: str = Field(
        "round{round}",
        pattern=r"^[\w.{}-]+$",
        description="Tag of a published round, which readers can pin.",
    )
    license: License | None = Field(
        None,
        description="Licence of the published set, as the Hub names it (apache-2.0, cc-by-4.0); "
        "null: the card says that none is stated.",
    )
    seed_set_license: str | None = Field(
        None, description="Licence of the seed set; null: the card says that none is stated."
    )
    model_licenses: dict[str, str] = Field(
        {}, description="Licences of the models by their names in `roles` and `student`."
    )
    language: tuple[Language, ...] = Field(
        ("en",), min_length=1, description="Languages of the problems, as ISO 639 codes."
    )
    tags: tuple[str, ...] = Field((), description="More tags for the Hub's search.")
    formats: tuple[Literal["trl", "verl", "openrlhf", "open-instruct"], ...] = Field(
        (),
        description="Trainers in whose formats the augmented set is published, too, each as a "
        "configuration of that name.",
    )
    citation: str | None = Field(
        None, description="BibTeX of the set itself, shown above that of the method."
    )
