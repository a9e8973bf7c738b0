"""Verifications: what the verifier says about each attempt; dropped where it is not the truth."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.engines import Request, Response, open_role, sampling_of
from sws.engines.open import RoleClient
from sws.identity import seed_for
from sws.prompts import check
from sws.schemas import VerificationRow, Verified, schema_of
from sws.self_verify.segments import SegmentParser
from sws.store import TableWriter, count, database, kept, rejected, sql_tables, stream

ROLE = "verifier"
Row = dict[str, Any]


def run(config: Config, attempts: Path, seed_set: Path, student: Path | None, out: Path) -> None:
    """Ask the verifier about every attempt that a trajectory could use; a row for every attempt."""
    parser = SegmentParser(config.self_verify.phrases)
    query = f"""
        SELECT a.problem_id, a.sample, a.completion, a.answer, a.outcome, s.problem
        FROM {sql_tables([attempts])} a JOIN {sql_tables([seed_set])} s USING (problem_id)
        ORDER BY a.problem_id, a.sample
    """
    with (
        database(out.parent) as connection,
        open_role(config, ROLE, student) as client,
        TableWriter(out, schema_of(VerificationRow)) as writer,
    ):

        def attempted() -> Iterator[tuple[Row, str]]:
            return _unusable(stream(connection, query), parser)

        writer.add_all(_verified(config, client, attempted, count([attempts]), parser))


def _unusable(attempts: Iterator[Row], parser: SegmentParser) -> Iterator[tuple[Row, str]]:
    """Each attempt with why it is of no use, or ''."""
    seen: set[str] = set()
    problem = ""
    for row in attempts:
        if row["problem_id"] != problem:
            problem, seen = row["problem_id"], set()
        text = row["completion"].strip()
        yield row, _why_not(row, text, parser, text in seen)
        seen.add(text)


def _why_not(row: Row, text: str, parser: SegmentParser, repeated: bool) -> str:
    if row["outcome"] not in ("correct", "wrong"):
        return "no answer that could be checked"
    if len(parser.parse(text)) != 1:
        return "not a single solution"
    return "repeats an earlier attempt" if repeated else ""


def _verified(
    config: Config,
    client: RoleClient,
    attempted: Callable[[], Iterator[tuple[Row, str]]],
    total: int,
    parser: SegmentParser,
) -> Iterator[VerificationRow]:
    """A row per attempt, in order. Attempts are read twice: to be asked about, and to be written.

    So those of no use wait nowhere, however many lie between two that are asked about.
    """
    asked = ((row, _request(config, row)) for row, why in attempted() if not why)
    answered = client.ask(asked, total, "Verifying attempts")
    for row, why in attempted():
        yield _row(row, "", "", why) if why else _judged(*next(answered), parser)


def _request(config: Config, row: Row) -> Request:
    settings = config.self_verify
    form = settings.trajectories.form
    endings = settings.phrases.model_dump(include={"correct", "incorrect", "unsure"})
    fields = {"problem": row["problem"], "solution": row["completion"], "form": form, **endings}
    messages = check.messages(
        row["problem"], row["completion"], form, endings, config.prompts.verifier
    )
    seed = seed_for(config.seed, ROLE, row["problem_id"], row["sample"])
    return Request(ROLE, messages, sampling_of(config.roles.verifier), seed, fields)


def _judged(row: Row, response: Response, parser: SegmentParser) -> VerificationRow:
    if not response.texts:
        return _row(row, "", "", f"the verifier: {response.finish_reasons[0]}")
    text = response.texts[0].strip()
    judgement = parser.judgement(text)
    said = {"correct": "correct", "incorrect": "wrong"}.get(judgement)
    if "length" in response.finish_reasons:
        return _row(row, text, judgement, "the verification was cut off")
    if said is None:
        return _row(row, text, judgement, "no judgement")
    if len(parser.parse(text)) != 1:
        return _row(row, text, judgement, "a phrase of the trajectories is in the verification")
    if said != row["outcome"]:
        return _row(row, text, judgement, f"judged {judgement}, and it is {row['outcome']}")
    return _row(row, text, judgement, "")


def _row(row: Row, text: str, judgement: str, reason: str) -> VerificationRow:
    decision = rejected(reason, {"outcome": row["outcome"]}) if reason else kept()
    found: Verified = {
        "problem_id": row["problem_id"],
        "sample": row["sample"],
        "solution": row["completion"].strip(),
        "answer": row["answer"],
        "outcome": row["outcome"],
        "verification": text,
        "judgement": judgement,
    }
    return {**found, **decision}
