"""The finished project, as the tests of the workflow have it."""

from tests.workflow.conftest import project

__all__ = ["project"]
