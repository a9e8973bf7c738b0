"""`sws config`: the configuration in force, explained, as a reference or as a JSON Schema."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from sws.cli.annotations import Config
from sws.cli.app import LOOK, Json, overrides_of, verb
from sws.errors import SwsError
from sws.store.files import write_text

if TYPE_CHECKING:
    from sws.config.explain import Explained
    from sws.config.problems import ProblemSet

log = logging.getLogger(__name__)

Key = Annotated[
    str | None,
    typer.Argument(metavar="KEY", help="Only this key or section: labels.samples."),
]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Describe each key: type, default, value, and what set it."),
]
Reference = Annotated[
    bool, typer.Option("--reference", help="Print the reference of all keys, in Markdown.")
]
Schema = Annotated[
    bool, typer.Option("--schema", help="Print the JSON Schema, with which editors check files.")
]
Save = Annotated[Path | None, typer.Option(help="Write to this file instead.")]


@verb(LOOK, "sws config initial_rl --explain")
def config(
    config: Config,
    context: typer.Context,
    key: Key = None,
    explain_: Explain = False,
    reference_: Reference = False,
    schema: Schema = False,
    json_: Json = False,
    save: Save = None,
) -> None:
    """Print the resolved configuration, or describe its keys."""
    from sws.config.explain import explain
    from sws.config.json_schema import json_schema
    from sws.config.reference import reference

    overrides = overrides_of(context.params["set_"])
    if schema:
        text = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    elif reference_:
        text = reference()
    elif explain_ and json_:
        text = json.dumps([one.as_json() for one in explain(config, overrides, key)], indent=2)
    elif explain_:
        text = _described(explain(config, overrides, key), plain=save is not None)
    else:
        for caution in config.cautions():
            log.warning("caution: %s", caution)
        text = _values(config, key, as_json=json_)
    if save:
        write_text(save, text.rstrip() + "\n")
        return
    typer.echo(text.rstrip())
    if not (schema or reference_ or explain_ or key):
        _check_sources(config)


def _check_sources(config: Config) -> None:
    """Raise SwsError for prompts that would not work, and for missing files and columns."""
    from sws.prompts.templates import check_templates
    from sws.seed.sources import check_source
    from sws.sources.locate import find_files, is_local

    check_templates(config.prompts.model_dump())

    sets: list[tuple[str, ProblemSet]] = [("seed_set", config.seed_set)]
    if "selection" in config.arms.names:
        sets.append(("bank", config.bank))
    sets += [(f"benchmarks.{index}", one) for index, one in enumerate(config.benchmarks)]
    rollouts = config.initial_rl.rollouts
    if rollouts and is_local(rollouts):
        find_files(rollouts, key="initial_rl.rollouts")
    faults = [fault for key, problems in sets if (fault := check_source(problems, key))]
    if faults:
        raise SwsError("\n".join(faults))


def _values(config: Config, key: str | None, *, as_json: bool) -> str:
    """The configuration, or the value of one key or section."""
    from sws.config.explain import explain

    values: Any = config.model_dump(mode="json")
    if key:
        found = explain(config, {}, key)
        depth = len(found[0].key.place)
        chosen = [one.value for one in found if len(one.key.place) == depth]
        values = chosen[0] if len(chosen) == 1 else chosen  # `benchmarks.name` has several
    if as_json:
        return json.dumps(values, indent=2)
    text = yaml.safe_dump(values, sort_keys=False)
    return text.removesuffix("...\n")  # YAML ends a lone value so


def _described(explained: "Sequence[Explained]", *, plain: bool) -> str:
    """A tree of keys; each with its value, description, type, default and origin."""
    root = Tree("", hide_root=True)
    branches: dict[tuple[str, ...], Tree] = {}
    for one in explained:
        parent = branches.get(one.key.place[:-1])
        name = one.key.place[-1] if parent else one.key.name
        branches[one.key.place] = (parent or root).add(_label(one, name))
    terminal = Console()
    width = terminal.width if terminal.is_terminal else 100
    color = terminal.is_terminal and not plain
    console = Console(highlight=False, width=width, force_terminal=color)
    with console.capture() as captured:
        console.print(root)
    return captured.get()


def _label(one: "Explained", name: str) -> str:
    from sws.config.explain import DEFAULT

    key = one.key
    if key.section or "sections" in key.type:
        return f"[bold]{escape(name)}[/]\n{escape(key.description)}"
    color = "dim" if one.set_by == DEFAULT else "green"
    facts = [f"{key.type}, {key.constraints}" if key.constraints else key.type]
    facts += [f"default {_shown(key.default)}"] if "default" in key.node else []
    facts += [f"set by {one.set_by}"] if one.set_by != DEFAULT else []
    return (
        f"[bold]{escape(name)}[/] = [{color}]{escape(_shown(one.value))}[/]\n"
        f"{escape(key.description)}\n[dim]{escape('; '.join(facts))}[/]"
    )


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
