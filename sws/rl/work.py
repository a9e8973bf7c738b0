"""The working folder of a run: whose it is, and how far its last checkpoint got."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from accelerate.utils import broadcast_object_list

from sws.config.devices import Devices
from sws.config.rl import RLConfig
from sws.errors import SwsError
from sws.identity import content_id
from sws.rl.group import Question
from sws.rl.predict import History, recorded
from sws.rl.recorder import Journal, Recorder
from sws.store import write_json
from sws.student.folder import MANIFEST

LABEL = "run.json"  # in the working folder: the identity of its run


def run_identity(
    config: RLConfig,
    student: Path,
    questions: Mapping[str, Question],
    run_name: str,
    seed: int,
    *sampling: object,
) -> str:
    """A hash of everything that determines a run; the student counts by its manifest.

    How it uses its devices is left out: a run that was out of memory resumes with other settings.
    """
    manifest = student / MANIFEST
    made_from = manifest.read_text() if manifest.exists() else str(student.resolve())
    asked = content_id(*sorted((key, q.prompt, q.answer) for key, q in questions.items()))
    method = config.model_dump_json(exclude=set(Devices.model_fields))
    parts = [method, made_from, asked, run_name, seed]
    return content_id(*parts, *sampling)


def where_it_stands(work: Path, journal: Journal, on_main: bool) -> tuple[Path | None, int, float]:
    """The last checkpoint, the stream's position after it, and its share of groups in bounds.

    Rank 0 reads them and all ranks get the same, whatever their file system shows them yet.
    """
    stands: list[tuple[Path | None, int, float]] = [(None, 0, 1.0)]
    if on_main and (checkpoint := last_checkpoint(work)):
        stands = [(checkpoint, *progress_of(journal))]
    broadcast_object_list(stands)
    return stands[0]


def histories_of_all(folder: Path, config: RLConfig, on_main: bool) -> dict[str, History]:
    """What the rollouts of the steps so far say of each problem; rank 0 reads them, all get it."""
    found = [recorded(folder, config) if on_main else {}]
    broadcast_object_list(found)
    return found[0]


def progress_of(journal: Journal) -> tuple[int, float]:
    """Where the prompt stream stood after the last step, and its share of groups in bounds."""
    last = journal.lines()[-1]
    return last["position"], last["in_bounds"] / last["drawn"]


def prepare_work(work: Path, identity: str, journal: Journal, updates: int, resume: bool) -> None:
    """Empty the working folder, or rewind it to the last checkpoint of the same run.

    Raises SwsError when the record of a step before that checkpoint is lost.
    """
    label = work / LABEL
    known = label.exists() and json.loads(label.read_text()) == {"identity": identity}
    if not (resume and known):
        discard(work)
        write_json(label, {"identity": identity})
    checkpoint = last_checkpoint(work)
    step = _updates_done(checkpoint) // updates if checkpoint else 0
    recorder = Recorder(work / "rollouts", "")
    journal.rewind(step)
    recorder.rewind(step)
    recorded = {journal.path: {line["step"] for line in journal.lines()}}
    for place, steps in {**recorded, recorder.folder: recorder.steps()}.items():
        if lost := sorted(set(range(step)) - steps):
            raise SwsError(
                f"{place}: {len(lost)} of the {step} steps before {checkpoint} are not on record, "
                f"the first is {lost[0]}",
                expected="the record of every step, since accuracy histories are made of it",
                fix=f"put it back, or delete {work} to train this run anew",
            )


def discard(work: Path) -> None:
    """Remove the working folder, its label first, so that a partial removal is not resumed."""
    (work / LABEL).unlink(missing_ok=True)
    shutil.rmtree(work, ignore_errors=True)


def last_checkpoint(work: Path) -> Path | None:
    """The newest complete checkpoint: one with its trainer state, which is written last."""
    found = [path.parent for path in work.glob("checkpoints/checkpoint-*/trainer_state.json")]
    return max(found, key=_updates_done, default=None)


def _updates_done(checkpoint: Path) -> int:
    return int(checkpoint.name.split("-")[1])
