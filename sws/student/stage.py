"""The stage: the base student, wherever it comes from."""

from pathlib import Path

from sws.config.schema import Config


def run(config: Config, out: Path) -> None:
    """Write the student's folder, whose manifest is `out`."""
    if config.student.source == "scratch":
        from sws.student.scratch import train_scratch

        train_scratch(config.student.scratch, config.seed, out.parent)
    else:
        from sws.student.load import prepare_student

        prepare_student(config.student.source, out.parent, revision=config.student.revision)
