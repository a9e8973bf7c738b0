"""The stage: write the base student."""

from pathlib import Path
from typing import TYPE_CHECKING

from sws.config.schema import Config
from sws.config.self_verify import SelfVerify
from sws.store import read_rows

if TYPE_CHECKING:
    from sws.textbook.trials import Trials

WORK = Path("cache/student")


def run(config: Config, benchmarks: Path, out: Path) -> None:
    """Write the student's folder, whose manifest is `out`.

    A student trained from scratch sees no problem of the benchmarks.
    """
    if config.student.source == "scratch":
        from sws.student.scratch import train_scratch
        from sws.textbook import keys

        held_out = keys(row["problem"] for row in read_rows(benchmarks, ["problem"]))
        pages, lessons = read_trials(config.self_verify), config.staged.lessons
        seed, scratch = config.seed, config.student.scratch
        train_scratch(scratch, seed, out.parent, held_out, WORK, pages, lessons)
    else:
        from sws.student.load import prepare_student

        prepare_student(config.student.source, out.parent, revision=config.student.revision)


def read_trials(settings: SelfVerify) -> "Trials | None":
    """What the student reads of trials, if anything."""
    from sws.textbook.trials import Trials

    read, form = settings.pretraining, settings.trajectories.form
    if not read.share:
        return None
    return Trials(read.share, read.tries, settings.phrases, form, settings.textbook)
