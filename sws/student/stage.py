"""The stage: write the base student."""

from pathlib import Path

from sws.config.schema import Config
from sws.store import read_rows

WORK = Path("cache/student")


def run(config: Config, benchmarks: Path, out: Path) -> None:
    """Write the student's folder, whose manifest is `out`.

    A student trained from scratch sees no problem of the benchmarks.
    """
    if config.student.source == "scratch":
        from sws.student.scratch import train_scratch
        from sws.textbook import keys

        held_out = keys(row["problem"] for row in read_rows(benchmarks, ["problem"]))
        lessons = config.staged.lessons
        train_scratch(config.student.scratch, config.seed, out.parent, held_out, WORK, lessons)
    else:
        from sws.student.load import prepare_student

        prepare_student(config.student.source, out.parent, revision=config.student.revision)
