"""Verbs of the graph: the seed set, the benchmarks, the bank, and the student to begin with."""

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import Benchmarks, Out, RoleStudent, StudentFolder, folder_of


@verb("Seed")
def benchmarks(config: Config, out: Out) -> None:
    """Gather the held-out problems."""
    from sws.seed.benchmarks import run

    run(config, out)


@verb("Seed")
def seed(config: Config, benchmarks: Benchmarks, out: Out, student: RoleStudent = "") -> None:
    """Read the user's problems; keep those that can be trained on, with a reason for the rest."""
    from sws.seed.seed import run

    run(config, benchmarks, folder_of(student), out)


@verb("Seed")
def bank(config: Config, benchmarks: Benchmarks, out: Out) -> None:
    """Read the bank, from which the arm `selection` chooses; checked like the seed set."""
    from sws.seed.seed import bank

    bank(config, benchmarks, out)


@verb("Seed")
def student(config: Config, benchmarks: Benchmarks, out: StudentFolder) -> None:
    """Prepare the base student: from the Hub, a folder, a GGUF file, or from scratch."""
    from sws.student.stage import run

    run(config, benchmarks, out)
