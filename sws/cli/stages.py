"""The verbs of the graph, in the order in which it runs them."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.app import verb
from sws.config.schema import Config

Artifact = Annotated[Path, typer.Argument(metavar="MANIFEST", help="The table to read (.json).")]
Out = Annotated[Path, typer.Option(help="The manifest (.json) of the table to write.")]
Seed = Annotated[Path, typer.Option(help="The seed set's manifest.")]
Benchmarks = Annotated[Path, typer.Option(help="The benchmarks' manifest.")]
Weights = Annotated[Path, typer.Option(help="The category weights (.json).")]
StudentFolder = Annotated[Path, typer.Option(help="The manifest student.json in its folder.")]
RoleStudent = Annotated[
    str, typer.Option(help="The student.json that a role with `model: student` runs.")
]
ShardList = Annotated[str, typer.Option(help="Manifests of all shards, separated by spaces.")]


def folder_of(student: str) -> Path | None:
    """The folder of a student.json; None when no role runs the student."""
    return Path(student).parent if student else None


def paths(listed: str) -> list[Path]:
    """The manifests of a list separated by spaces."""
    return [Path(item) for item in listed.split()]


@verb("Seed")
def benchmarks(config: Config, out: Out) -> None:
    """Gather the held-out problems."""
    from sws.seed.benchmarks import run

    run(config, out)


@verb("Seed")
def seed(config: Config, benchmarks: Benchmarks, out: Out, student: RoleStudent = "") -> None:
    """Read the user's problems; keep those that can be trained on, with a reason for the rest."""
    from sws.seed.seed import run

    run(config, benchmarks, out, folder_of(student))


@verb("Seed")
def bank(config: Config, benchmarks: Benchmarks, out: Out) -> None:
    """Read the bank's problems, for the arm `selection`; decide on them as on the seed set."""
    from sws.seed.seed import bank

    bank(config, benchmarks, out)


@verb("Seed")
def student(config: Config, benchmarks: Benchmarks, out: StudentFolder) -> None:
    """Prepare the base student: from the Hub, a folder, a GGUF file, or from scratch."""
    from sws.student.stage import run

    run(config, benchmarks, out)


@verb("Training")
def train(
    config: Config,
    run: Annotated[str, typer.Argument(help="initial, or an arm: extended, sws, ...")],
    student: StudentFolder,
    problems: Annotated[Path, typer.Option(help="The problems to train on (manifest).")],
    out: Annotated[
        Path, typer.Option(help="The rollouts' manifest; student/ and metrics.jsonl lie beside it.")
    ],
) -> None:
    """Train a student by RL with verifiable rewards, and record every rollout."""
    from sws.rl.launch import relaunch
    from sws.rl.stage import run as train_run

    relaunch()
    train_run(config, run, student, problems, out)


@verb("Weakness")
def failures(
    config: Config,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Rollouts (their manifest or .parquet), or JSON lines with category and accs.",
        ),
    ],
    seed: Annotated[
        Path | None,
        typer.Option(help="Rollouts only: the seed set's manifest, which names the categories."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the table here (.json); its kept rows failed.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Write the category weights here (.json).")
    ] = None,
    totals: Annotated[
        Path | None,
        typer.Option(
            help="JSON {category: problems in the whole set}, for a FILE of failed problems only."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="The same as weakness.form=strict.")] = (
        False
    ),
    json_: Annotated[
        bool, typer.Option("--json", help="Print kept, by_category, weights and more as JSON.")
    ] = False,
) -> None:
    """Find the problems that training does not help with (Eq. 4), and how weak each category is.

    By itself, `sws failures FILE` shows the failure set's size and the weights by category.
    """
    from sws.weakness.alone import print_report, report
    from sws.weakness.failures import run

    weakness = config.weakness.model_copy(update={"form": "strict"} if strict else {})
    found = run(weakness, file, seed, out, weights, totals)
    if json_:
        typer.echo(json.dumps(report(weakness, found), indent=2))
    elif out is None:
        print_report(weakness, found)


@verb("Weakness")
def control(config: Config, failures: Artifact, out: Out, weights: Weights) -> None:
    """Draw as many problems as failed, regardless of weakness, for the arm `random`."""
    from sws.weakness.control import run

    run(config, failures, out, weights)


@verb("Concepts")
def extract(
    config: Config, failures: Artifact, seed: Seed, out: Out, student: RoleStudent = ""
) -> None:
    """Ask the extractor which concepts each failed problem tests."""
    from sws.concepts.extract import run

    run(config, failures, seed, out, folder_of(student))


@verb("Concepts")
def concepts(config: Config, extracted: Artifact, out: Out) -> None:
    """Merge, embed and count concepts into a DuckDB file that can be queried."""
    from sws.concepts.tables import run

    run(config, extracted, out)


@verb("Synthesis")
def blueprints(
    config: Config,
    concepts: Annotated[Path, typer.Option(help="The concepts' manifest.")],
    weights: Weights,
    outs: ShardList,
    budget: Annotated[Path, typer.Option(help="The budget report (.json) to write.")],
    round: Annotated[int, typer.Option(help="A later round draws anew.", min=1)] = 1,
) -> None:
    """Share out the budget (Eq. 5) and draw what to write problems about."""
    from sws.blueprints.blueprints import run

    run(config, concepts, weights, paths(outs), budget, round)


@verb("Synthesis")
def generate(config: Config, blueprints: Artifact, out: Out, student: RoleStudent = "") -> None:
    """Have the generator write a problem from each blueprint of one shard."""
    from sws.synthesis.candidates import run

    run(config, blueprints, out, folder_of(student))


@verb("Filtering")
def screen(
    config: Config,
    candidates: Annotated[str, typer.Argument(help="Manifests of all shards, space-separated.")],
    benchmarks: Benchmarks,
    seed: Seed,
    outs: ShardList,
) -> None:
    """Read the problems out; reject bad forms, duplicates and overlap with benchmarks."""
    from sws.filtering.screening import run

    run(config, paths(candidates), benchmarks, seed, paths(outs))


@verb("Filtering")
def judge(
    config: Config,
    name: Annotated[str, typer.Argument(help="Which of roles.judges.")],
    screened: Artifact,
    out: Out,
    student: RoleStudent = "",
) -> None:
    """Have one judge rate the screened candidates of one shard."""
    from sws.filtering.ratings import run

    run(config, name, screened, out, folder_of(student))


@verb("Filtering")
def verdicts(config: Config, screened: Artifact, ratings: ShardList, out: Out) -> None:
    """Apply the keep rule to what all judges said."""
    from sws.filtering.verdicts import run

    run(config, screened, paths(ratings), out)


@verb("Filtering")
def label(config: Config, verdicts: Artifact, out: Out, student: RoleStudent = "") -> None:
    """Vote a reference answer for each candidate by self-consistency."""
    from sws.filtering.labels import run

    run(config, verdicts, out, folder_of(student))


@verb("Filtering")
def difficulty(config: Config, labels: Artifact, student: StudentFolder, out: Out) -> None:
    """Measure the initially trained student on the labelled candidates of one shard."""
    from sws.filtering.difficulty import run

    run(config, labels, student, out)


@verb("Training")
def augment(
    config: Config,
    seed: Seed,
    weights: Weights,
    screened: ShardList,
    labels: ShardList,
    difficulty: ShardList,
    out: Out,
) -> None:
    """Join the seed set with the survivors, shared out again by Eq. 5."""
    from sws.augmented.augment import run

    run(config, seed, paths(screened), paths(labels), paths(difficulty), weights, out)


@verb("Training")
def select(
    config: Config,
    bank: Artifact,
    failures: Annotated[Path, typer.Option(help="The failure set's manifest.")],
    seed: Seed,
    weights: Weights,
    out: Out,
) -> None:
    """Join the seed set with the bank's problems nearest to the failed ones (Algorithm 1)."""
    from sws.selection.select import run

    run(config, bank, failures, seed, weights, out)


@verb("Evaluation")
def evaluate(
    config: Config,
    arm: Annotated[str, typer.Argument(help="base, initial, or an arm.")],
    student: StudentFolder,
    benchmarks: Benchmarks,
    seed: Seed,
    failures: Annotated[Path, typer.Option(help="The failure set's manifest.")],
    out: Out,
) -> None:
    """Sample a student's solutions of the benchmarks and of the once-failed problems."""
    from sws.evaluation.evaluate import run

    run(config, arm, student, benchmarks, seed, failures, out)


@verb("Evaluation")
def summary(
    config: Config,
    evaluations: ShardList,
    seed: Seed,
    failures: Annotated[Path, typer.Option(help="The failure set's manifest.")],
    weights: Weights,
    extracted: Annotated[Path, typer.Option(help="The extracted concepts' manifest.")],
    candidates: ShardList,
    screened: ShardList,
    verdicts: ShardList,
    labels: ShardList,
    difficulty: ShardList,
    augmented: Annotated[Path, typer.Option(help="The augmented set's manifest.")],
    picture: Annotated[Path, typer.Option(help="The picture (.svg; a .png appears beside it).")],
    out: Annotated[Path, typer.Option(help="The summary (.json) to write.")],
) -> None:
    """Accuracies with confidence intervals, gains, and the funnel: summary, table and picture."""
    from sws.evaluation.picture import save
    from sws.evaluation.summary import run
    from sws.evaluation.table import read_summary

    run(
        config,
        evaluations={path.stem: path for path in paths(evaluations)},
        failures=failures,
        seed=seed,
        weights=weights,
        extracted=extracted,
        candidates=paths(candidates),
        screened=paths(screened),
        verdicts=paths(verdicts),
        labels=paths(labels),
        difficulty=paths(difficulty),
        augmented=augmented,
        out=out,
    )
    for suffix in (".svg", ".png"):
        save(read_summary(out), picture.with_suffix(suffix))


@verb("Evaluation")
def metrics(
    config: Config,
    summary: Annotated[Path, typer.Argument(help="The summary.")],
    runs: Annotated[str, typer.Option(help="The rollouts' manifests, separated by spaces.")],
    out: Annotated[Path, typer.Option(help="The metrics (.json); plots/ is written beside it.")],
) -> None:
    """Write what `dvc metrics` and `dvc plots` compare between runs."""
    from sws.evaluation.plots import run

    journals = {path.parent.name: path.parent / "metrics.jsonl" for path in paths(runs)}
    run(summary, journals, out, out.parent / "plots")
