"""Engines answer requests; one small contract for vLLM, HTTP servers and the textbook."""

from sws.engines.open import RoleClient, open_role, open_student, sampling_of, write
from sws.engines.request import Engine, Request, Response, Sampling

__all__ = [
    "Engine",
    "Request",
    "Response",
    "RoleClient",
    "Sampling",
    "open_role",
    "open_student",
    "sampling_of",
    "write",
]
