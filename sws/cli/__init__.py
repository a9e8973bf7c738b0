"""`sws COMMAND`: one command per stage of the graph, and a few to inspect results."""

from sws.cli import stages  # noqa: F401,I001  (importing registers the verbs, in this order)
from sws.cli import config  # noqa: F401
from sws.cli import looking  # noqa: F401
from sws.cli import querying  # noqa: F401
from sws.cli import sweeping  # noqa: F401
from sws.cli import exporting  # noqa: F401
from sws.cli import publishing  # noqa: F401
from sws.cli import problems  # noqa: F401
from sws.cli import answers  # noqa: F401
from sws.cli import self_verify  # noqa: F401
from sws.cli import dvc  # noqa: F401
from sws.cli import project  # noqa: F401
from sws.cli.app import app, main

__all__ = ["app", "main"]
