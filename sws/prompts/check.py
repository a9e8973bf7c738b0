"""The verifier: is a solution right? Its answer is read by `sws.self_verify.segments`."""

from collections.abc import Mapping

from sws.prompts.reading import Messages
from sws.prompts.templates import render


def messages(
    problem: str,
    solution: str,
    form: str,
    endings: Mapping[str, str],
    template: str | None = None,
) -> Messages:
    """Ask for a verification; `form`: with or without solving the problem again.

    It has to end in one of the `endings`, the phrases `correct`, `incorrect` and `unsure`.
    """
    return render("verifier", template, problem=problem, solution=solution, form=form, **endings)
